"""The question, with the request to work it out in writing; the reply is a trace of the rule, which is not shown.

>>> from lengthwise.rules import style
>>> from lengthwise.rules.task import RuleBlock, RuleInstance
>>> from lengthwise.tasks.stacks.crawler_log_folder import CrawlerLogFolder
>>> instance = RuleInstance(RuleBlock(CrawlerLogFolder(), 2), 0, {"steps": ["a/", "../"]})
>>> "def " in Scratchpad().question(instance, style("recite"))
False
"""

from dataclasses import dataclass

from lengthwise.prompting.way import LAST_LINE, Prompting, asked, traced
from lengthwise.rules.styles import Style
from lengthwise.rules.task import RuleInstance

TEXT = (
    "Work out the answer step by step, writing down every value that changes. "
    f"End with the line '{LAST_LINE}', followed by the answer as a Python literal.\n\n"
)


@dataclass(frozen=True)
class Scratchpad(Prompting):
    """Working without a stated rule (scratchpads, arXiv:2112.00114)."""

    def question(self, instance: RuleInstance, style: Style) -> str:
        return TEXT + asked(instance)

    def reply(self, instance: RuleInstance, style: Style) -> str:
        return traced(instance, style)
