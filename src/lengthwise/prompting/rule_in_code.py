"""The rule as Python code, then the question; the reply follows the rule line by line.

>>> from lengthwise.rules import style
>>> from lengthwise.rules.task import RuleBlock, RuleInstance
>>> from lengthwise.tasks.stacks.crawler_log_folder import CrawlerLogFolder
>>> instance = RuleInstance(RuleBlock(CrawlerLogFolder(), 2), 0, {"steps": ["a/", "../"]})
>>> print(RuleInCode().question(instance, style("recite")).split("Rule:")[1][:36].strip())
def levels_below(steps: list[str])
"""

from dataclasses import dataclass

from lengthwise.prompting.way import Prompting, asked, traced
from lengthwise.rules.styles import Style
from lengthwise.rules.task import RuleInstance

TEXT = "Follow the given rule step by step to answer the question.\n\nRule:\n"


@dataclass(frozen=True)
class RuleInCode(Prompting):
    """Rule following (Meta-RFFT, arXiv:2502.11525): nothing has to be known by heart."""

    def question(self, instance: RuleInstance, style: Style) -> str:
        return f"{TEXT}{instance.block.task.program.text}\n{asked(instance)}"

    def reply(self, instance: RuleInstance, style: Style) -> str:
        return traced(instance, style)
