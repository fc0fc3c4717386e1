"""Solved examples before the question, asked in the same way.

>>> from lengthwise.rules import style
>>> from lengthwise.rules.task import RuleBlock, instances
>>> from lengthwise.tasks.logic.coin_flip import CoinFlip
>>> instance = next(instances(RuleBlock(CoinFlip(), 9, "test"), 1))
>>> [m["role"] for m in KShot(shots=2).request(instance, style("recite")).messages]
['user', 'assistant', 'user', 'assistant', 'user']
"""

from dataclasses import dataclass, field

from lengthwise.core.errors import ConfigError, TaskError
from lengthwise.core.keys import key
from lengthwise.prompting.rule_in_code import RuleInCode
from lengthwise.prompting.way import Prompting
from lengthwise.rules.styles import Style
from lengthwise.rules.task import RuleBlock, RuleInstance, canonical, rule_block


@dataclass(frozen=True)
class KShot(Prompting):
    """`shots` problems of the same task, of length `longest` at most, solved before the one that is asked.

    They are training problems, whatever the split of the question, differ from it and from each other, and belong to
    the question: the same instance always has the same examples.
    """

    way: Prompting = field(default_factory=RuleInCode)
    shots: int = 1
    longest: int = 4

    def __post_init__(self) -> None:
        if self.shots < 1 or self.longest < 1:
            raise ConfigError(f"shots={self.shots}, longest={self.longest}; give an example of length 1 at least")

    def question(self, instance: RuleInstance, style: Style) -> str:
        return self.way.question(instance, style)

    def reply(self, instance: RuleInstance, style: Style) -> str:
        return self.way.reply(instance, style)

    def examples(self, instance: RuleInstance) -> list[RuleInstance]:
        task = instance.block.task
        rng = key("k_shot", instance.identity, self.shots, self.longest).rng()
        lengths = range(task.shortest, max(task.shortest, min(self.longest, task.cap or self.longest)) + 1)
        taken, found = {canonical(instance.given)}, []
        for _ in range(20 * self.shots):
            name = RuleBlock(task, int(rng.choice(lengths)), "train", int(rng.integers(2**32)))
            try:
                given = rule_block(name, 1)[0]
            except TaskError:  # no training problem of this length: a tiny space
                continue
            if canonical(given) not in taken:
                taken.add(canonical(given))
                found.append(RuleInstance(name, 0, given))
            if len(found) == self.shots:
                return found
        raise TaskError(
            f"{task.name} has fewer than {self.shots} other training problems of lengths up to {self.longest}; "
            "ask for fewer `shots` or raise `longest`"
        )
