"""What is measured of tasks made of a rule: the same cells as of any task, asked as text in one of the promptings.

>>> from lengthwise.tasks.logic.coin_flip import CoinFlip
>>> measurement = RuleMeasurement(CoinFlip(), lengths=(4, 5), instances=16)
>>> [(c.case, c.length) for c in measurement.plan()]
[('typical', 4), ('typical', 5)]
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from lengthwise.core.errors import ConfigError
from lengthwise.evaluation.cells import Cells
from lengthwise.evaluation.lengths import PastFailure
from lengthwise.prompting.direct import Direct
from lengthwise.prompting.way import Prompting
from lengthwise.rules.styles import style
from lengthwise.rules.task import RuleTask


@dataclass(frozen=True)
class RuleMeasurement(Cells[RuleTask]):
    """How a curve over rule tasks is made; problems of the test split, the same for every solver.

    `prompting` says how they are asked and what is to be written: the answer alone, or a trace in `style`, which is
    then judged step by step beside the answer. `limit` is what a solver may write (0: as much as it likes); of
    `samples` wrong answers a length the texts are kept.
    """

    task: RuleTask | tuple[RuleTask, ...]
    prompting: Prompting = Direct()  # noqa: RUF009 - a frozen value
    style: str = "recite"
    lengths: tuple[int, ...] | PastFailure = ()
    instances: int = 200
    cases: tuple[str, ...] = ("typical",)
    split: Literal["test", "validation"] = "test"
    seed: int = 0  # of the problems
    limit: int = 0
    samples: int = 8
    way: ClassVar[str] = "free running"

    def __post_init__(self) -> None:
        if self.instances < 1 or min(self.limit, self.samples) < 0:
            raise ConfigError(
                f"{self.instances} instances, limit {self.limit} and {self.samples} samples; give at least 1 instance "
                "a length, and no number below 0"
            )
        style(self.style)
        self.check_cells()
