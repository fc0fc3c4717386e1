"""The rule as a numbered procedure in words, then the question; the reply is a trace of the rule.

>>> from lengthwise.rules import style
>>> from lengthwise.rules.task import RuleBlock, RuleInstance
>>> from lengthwise.tasks.digits.number_length import NumberLength
>>> instance = RuleInstance(RuleBlock(NumberLength(), 2), 0, {"number": "42"})
>>> print(RuleInWords().question(instance, style("natural")).split("Rule:")[1].split("Q:")[0].strip())
digits_in, given number:
1. Set count to 0.
2. While number is ..., do steps 2.1 to 2.2, again and again; then go to step 3.
2.1. Add 1 to count.
2.2. Set number to ...
2.3. Go back to step 2.
3. The result is count.
"""

from dataclasses import dataclass
from functools import cache

from lengthwise.prompting.way import Prompting, asked, traced
from lengthwise.rules import Rule, words
from lengthwise.rules.styles import Style
from lengthwise.rules.task import RuleInstance

TEXT = "Follow the given rule step by step to answer the question.\n\nRule:\n"


@dataclass(frozen=True)
class RuleInWords(Prompting):
    """Rules in natural language (Meta-RFFT, arXiv:2502.11525); the style `natural` traces them in the same words."""

    def question(self, instance: RuleInstance, style: Style) -> str:
        return f"{TEXT}{_words(instance.block.task.program)}\n{asked(instance)}"

    def reply(self, instance: RuleInstance, style: Style) -> str:
        return traced(instance, style)


@cache
def _words(rule: Rule) -> str:
    """The rule in words, made once for each rule."""
    return words.rule_in_words(rule)
