"""Diets that the tests of feeding and training share, small enough to be made in milliseconds."""

from dataclasses import dataclass, replace

import numpy as np

from lengthwise.core.given import Given
from lengthwise.core.layout import Layout
from lengthwise.core.numbering import Numbering
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.core.vocabulary import Vocabulary
from lengthwise.feeding.batch import Batch
from lengthwise.feeding.cut import Cut
from lengthwise.feeding.mixture import Ingredient, Mixture
from lengthwise.feeding.source import Diet, vocabulary_of
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.numberings.sequential import Sequential
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.tasks.ordering.sort import Sort

SORT = Sort(values=40)
MAIN = Ingredient(lengths=(2, 6))


def cut(*forms: str, longest: int = 20, **fields: object) -> Ingredient:
    """Short lines of sort cut from lists of up to `longest`."""
    return replace(MAIN, cut=replace(Cut(longest=longest), forms=forms, **fields))  # type: ignore[arg-type]


def diet(
    *ingredients: Ingredient,
    task: Task = SORT,
    trace: Trace = Nothing(),  # noqa: B008 - frozen values
    layout: Layout = Plain(),  # noqa: B008
    numbering: Numbering = Sequential(),  # noqa: B008
    symbols: int = 300,
    seed: int = 0,
    updates: int = 30,
) -> Diet:
    """What feeds a few updates."""
    mixture = Mixture(ingredients or (MAIN,), symbols=symbols)
    return Diet(task, trace, layout, numbering, mixture, vocabulary_of(task, mixture), seed, updates)


def words(batch: Batch, row: int, vocabulary: Vocabulary) -> list[str]:
    """One row as text, pads left out."""
    return [vocabulary.symbols[n] for n in batch.symbols[row] if vocabulary.symbols[n] != "<pad>"]


@dataclass(frozen=True)
class Broken(Sort):
    """A task with a mistake that only shows when it is drawn."""

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """Divides by zero."""
        return {"x": np.full((count, length), 1 // 0)}
