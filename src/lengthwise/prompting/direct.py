r"""The question alone, and the answer alone.

>>> from lengthwise.rules import style
>>> from lengthwise.rules.task import RuleBlock, RuleInstance
>>> from lengthwise.tasks.stacks.crawler_log_folder import CrawlerLogFolder
>>> instance = RuleInstance(RuleBlock(CrawlerLogFolder(), 2), 0, {"steps": ["a/", "../"]})
>>> Direct().reply(instance, style("recite"))
'So the answer is 0\n'
"""

from dataclasses import dataclass

from lengthwise.prompting.way import LAST_LINE, Prompting, asked, stated
from lengthwise.rules.styles import Style
from lengthwise.rules.task import RuleInstance

TEXT = f"Answer the question. Write one line only: '{LAST_LINE}', followed by the answer as a Python literal.\n\n"


@dataclass(frozen=True)
class Direct(Prompting):
    """No rule and no working: the baseline of every comparison."""

    def question(self, instance: RuleInstance, style: Style) -> str:
        return TEXT + asked(instance)

    def reply(self, instance: RuleInstance, style: Style) -> str:
        return stated(instance, style)
