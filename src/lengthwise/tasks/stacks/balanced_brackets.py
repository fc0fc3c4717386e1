"""Whether every bracket is closed by its like; `length` is the number of pairs.

>>> BalancedBrackets().program.execute(text="([]){").answer
False
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lengthwise.rules.task import RuleTask


def well_nested(text: str) -> bool:
    stack: list[str] = []
    while text:
        bracket = text[0]
        text = text[1:]
        if bracket in "([{":
            stack.append(bracket)
        elif not stack or stack.pop() + bracket not in ("()", "[]", "{}"):
            return False
    return not stack


@dataclass(frozen=True)
class BalancedBrackets(RuleTask):
    """Dyck languages of BIG-Bench Hard (arXiv:2210.09261) as a check, trained on in Meta-RFFT, arXiv:2502.11525."""

    question: ClassVar[str] = (
        "Does every bracket of {text} have its partner of the same kind, in the right order (True or False)?"
    )
    counts: ClassVar[str] = "pairs of brackets: half the characters"
    rule = staticmethod(well_nested)

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        """Half are well nested, in half one bracket is replaced by another one, which always breaks them."""
        coins = rng.random((count, 2 * length)).tolist()
        kinds = rng.integers(3, size=(count, length)).tolist()
        changes = rng.random((count, 3)).tolist()
        drawn = []
        for coin, kind, (wrong, where, shift) in zip(coins, kinds, changes, strict=True):
            text: list[str] = []
            stack: list[str] = []
            opened = 0
            for chance in coin:
                if opened < length and (not stack or chance < 0.5):
                    text.append("([{"[kind[opened]])
                    stack.append(")]}"[kind[opened]])
                    opened += 1
                else:
                    text.append(stack.pop())
            if wrong < 0.5:
                place = int(where * len(text))
                text[place] = "([{)]}"[("([{)]}".index(text[place]) + 1 + int(shift * 5)) % 6]
            drawn.append({"text": "".join(text)})
        return drawn

    def solve(self, given: Any) -> bool:
        """Take neighbouring partners away until none is left."""
        text: str = given["text"]
        while (shorter := text.replace("()", "").replace("[]", "").replace("{}", "")) != text:
            text = shorter
        return text == ""

    def chance(self, length: int) -> float:
        """Half are right; an opening bracket at the end gives a wrong one away."""
        return 0.53 + 0.15 / length
