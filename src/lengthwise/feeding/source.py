"""The source of batches: draws, cuts and numbers what a schedule plans, under hashed keys.

Everything follows from (mixture, task, seed, update): a source started at update t gives the same batches as one that
made all batches before.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import NamedTuple

import numpy as np

from lengthwise.core.errors import RestrictionRefused
from lengthwise.core.given import Column, shape_of
from lengthwise.core.instance import BLOCK, BlockKey, block, in_split
from lengthwise.core.keys import Key, key
from lengthwise.core.layout import Layout
from lengthwise.core.line import Line
from lengthwise.core.numbering import Numbering
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.core.vocabulary import Vocabulary
from lengthwise.feeding.batch import Batch, Numbered, Pages, stack, under_each_other
from lengthwise.feeding.cut import Cut, Hard
from lengthwise.feeding.epoch import Epoch
from lengthwise.feeding.mixture import Ingredient, Mixture, Plan, Portion, schedule
from lengthwise.lines.restrict import Form, Restricted, restrict
from lengthwise.lines.write import frame_of, write

Scorer = Callable[
    [Line, Sequence[int]], list[Column]
]  # (long lines, slots) -> float[batch place] each: what a model attends to

LOOKED_AT = 16  # long lines, and targets of theirs, whose restrictions are measured


@dataclass(frozen=True)
class Diet:
    """What is needed to make batches: frozen and picklable, so that another process can make them."""

    task: Task
    trace: Trace
    layout: Layout
    numbering: Numbering
    mixture: Mixture
    vocabulary: Vocabulary
    seed: int
    updates: int
    epoch: Epoch | None = None  # lines drawn before, which are read instead of being drawn again

    def task_of(self, ingredient: Ingredient) -> Task:
        """The ingredient's task, or the experiment's own."""
        return ingredient.task or self.task

    def trace_of(self, ingredient: Ingredient) -> Trace:
        """The ingredient's trace, or the experiment's own."""
        return ingredient.trace or self.trace

    def length_of(self, ingredient: Ingredient, length: int) -> int:
        """The length of its lines in batches of `length`: an auxiliary task may start later or end sooner."""
        task = self.task_of(ingredient)
        return max(task.shortest, length if task.cap is None else min(length, task.cap))

    @property
    def marked(self) -> bool:
        """With more than one task, each line carries the mark of its task."""
        return len({self.task_of(i).name for i in self.mixture.ingredients}) > 1

    def symbols_at(self) -> dict[int, int]:
        """How many symbols the longest line of each length has, over the ingredients."""
        low, high = self.mixture.lengths
        return {n: max(self._symbols(i, n) for i in self.mixture.ingredients) for n in range(low, high + 1)}

    def _symbols(self, ingredient: Ingredient, length: int) -> int:
        length = self.length_of(ingredient, length)
        if ingredient.cut is not None and ingredient.cut.beside == "beside":
            return self._longest_cut(ingredient, ingredient.cut, length) + 1 + self.marked
        return self._uncut(ingredient, length)

    def _uncut(self, ingredient: Ingredient, length: int) -> int:
        task = self.task_of(ingredient)
        given = block(BlockKey(task, length, "train", self.seed, 0, "typical"), count=1)
        return len(frame_of(task, shape_of(given), self.trace_of(ingredient), self.layout).entries) + 1 + self.marked

    def _longest_cut(self, ingredient: Ingredient, cut: Cut, length: int) -> int:
        """The entries of the longest restriction that keeps `length` beside the witness, of some lines and targets."""
        name = BlockKey(self.task_of(ingredient), cut.longest, "train", self.seed, 0, ingredient.case)
        line = write(name.task, block(name, LOOKED_AT), self.trace_of(ingredient), self.layout)
        scores, slots = np.zeros((len(line), line.contents.shape[1])), len(line.frame.slots)
        longest = 0
        for form, slot in product(cut.forms, sorted({round(at) for at in np.linspace(0, slots - 1, LOOKED_AT)})):
            try:
                short = restrict(line, slot, length, form, scores, beside=True)
            except RestrictionRefused:  # a separator, or a witness that leaves no room
                continue
            longest = max(longest, len((short.line if isinstance(short, Restricted) else short).frame.entries))
        return longest

    def plans(self) -> Iterator[Plan]:
        """What every update is made of."""
        return schedule(self.mixture, self.updates, self.symbols_at())

    def processed(self) -> int:
        """How many symbols all updates together read, long lines for scoring included."""
        sizes = self.symbols_at()
        total = 0
        for plan in self.plans():
            for portion in plan.portions:
                total += portion.rows * sizes[portion.length] + self.scored(portion)
        return total

    def scored(self, portion: Portion) -> int:
        """About how many symbols of long lines this portion has the model read without labels."""
        cut = self.mixture.ingredients[portion.ingredient].cut
        if cut is None or not isinstance(cut.choice, Hard):
            return 0
        mean = (max(portion.length, cut.shortest) + cut.longest) // 2
        return (
            portion.rows
            * DRAWN
            // (BLOCK * cut.choice.slots)
            * self._uncut(self.mixture.ingredients[portion.ingredient], mean)
        )


ATTEMPTS = 16  # target slots tried before an ingredient is refused
DRAWN = 184  # rows of a group: a quarter belongs to other splits; where fewer than 128 are left, a few come twice


class Group(NamedTuple):
    """Long lines that share their target slots, waiting to be cut to `length`; `scores` for each slot."""

    line: Line
    slots: tuple[int, ...]
    length: int
    form: Form
    scores: list[Column]
    cut: Cut


class Source:
    """Batches of a diet, from any update on. `scorer` is needed where an ingredient asks the model what is hard."""

    def __init__(self, diet: Diet, scorer: Scorer | None = None) -> None:
        self.diet, self.scorer = diet, scorer
        self.pages = Pages(diet.vocabulary, diet.numbering, marked=diet.marked)
        self.redrawn = 0  # restricted rows that were test problems
        self._kept: dict[
            tuple[int, int], tuple[int, Numbered, int]
        ] = {}  # the newest group of each (ingredient, length)

    def batches(self, start: int = 0) -> Iterator[Batch]:
        """The batches of update `start`, `start` + 1, ..."""
        for plan in islice(self.diet.plans(), start, None):
            yield self.batch(plan)

    def forget(self) -> None:
        """Make begun groups anew when they are next needed: the scores that cut them are out of date."""
        self._kept.clear()

    def batch(self, plan: Plan) -> Batch:
        """The batch of one plan."""
        parts: list[tuple[Numbered, int, int, int]] = []
        for portion in plan.portions:
            row, end = portion.start, portion.start + portion.rows
            while row < end:
                number, first = divmod(row, BLOCK)
                last = min(BLOCK, first + end - row)
                numbered, drawn_from = self._block(portion, number)
                parts.append((_rows(numbered, slice(first, last)), portion.ingredient, portion.length, drawn_from))
                row += last - first
        return stack(parts)

    def _block(self, portion: Portion, number: int) -> tuple[Numbered, int]:
        kept = self._kept.get((portion.ingredient, portion.length))
        if kept is None or kept[0] != number:
            kept = (number, *self._make(portion, number))
            self._kept[portion.ingredient, portion.length] = kept
        return kept[1], kept[2]

    def _make(self, portion: Portion, number: int) -> tuple[Numbered, int]:
        """Block `number` of an ingredient at a length: 128 numbered lines, and the length they were drawn from."""
        diet, ingredient = self.diet, self.diet.mixture.ingredients[portion.ingredient]
        stream = key("feeding", diet.seed, portion.ingredient, portion.length, number)
        if ingredient.cut is None:
            length = diet.length_of(ingredient, portion.length)
            line = self._line(ingredient, length, number)
            make = self.pages.full if ingredient.targets == "all" else self.pages.one_target
            return make(line, stream.child("ids").rng()), length
        why: RestrictionRefused | None = None
        for attempt in range(ATTEMPTS):
            group = self._group(ingredient, portion.length, number, stream.child(attempt))
            try:
                made = self._finish(group, stream.child(attempt, "ids"))
            except RestrictionRefused as refusal:  # this target may need more places than the length has
                why = refusal
                continue
            if made is not None:
                return made, _length_of(group.line)
        raise RestrictionRefused(
            f"{diet.task_of(ingredient)!r}: no restriction to length {portion.length} of form {ingredient.cut.forms} "
            f"leaves lines for training; choose another form, or longer lines{f' ({why})' if why else ''}"
        ) from why

    def _line(self, ingredient: Ingredient, length: int, number: int) -> Line:
        """One block of uncut lines: from the epoch where it has them; where lines are few, the same ones again."""
        diet = self.diet
        if ingredient.distinct:
            number %= -(-ingredient.distinct // BLOCK)
        name = BlockKey(diet.task_of(ingredient), length, "train", diet.seed, number, ingredient.case)
        page = (diet.trace_of(ingredient), diet.layout)
        drawn = None if diet.epoch is None else diet.epoch.line(name, page)
        return write(name.task, block(name), *page) if drawn is None else drawn

    def _group(self, ingredient: Ingredient, length: int, number: int, stream: Key) -> Group:
        cut = ingredient.cut
        assert cut is not None
        diet, task, rng = self.diet, self.diet.task_of(ingredient), stream.rng()
        length = max(length, task.sparsity(1, diet.trace_of(ingredient).kinds) or 1)  # room for the witness
        long = int(rng.integers(max(length, cut.shortest), cut.longest + 1))
        name = BlockKey(task, long, "train", diet.seed, number, ingredient.case)
        given = block(replace(name, seed=stream.child("long").seed()), count=DRAWN // cut.choice.slots)
        line = write(task, given, diet.trace_of(ingredient), diet.layout)
        slots = _target_slots(line, rng, cut.choice.slots)
        form = cut.forms[number % len(cut.forms)]
        scores = [cut.choice.scores(line, slot, rng, length) for slot in slots]
        if cut.choice.needs_model and self.scorer is not None:
            scores = [noise + attended for noise, attended in zip(scores, self.scorer(line, slots), strict=True)]
        return Group(line, slots, length, form, scores, cut)

    def _finish(self, group: Group, stream: Key) -> Numbered | None:
        """Cut, drop what belongs to another split, number; None where too little is left."""
        parts = []
        for number, (slot, scores) in enumerate(zip(group.slots, group.scores, strict=True)):
            beside, places = group.cut.beside == "beside", group.cut.places
            result = restrict(group.line, slot, group.length, group.form, scores, beside=beside, places=places)
            short = result.line if isinstance(result, Restricted) else result
            usable = in_split(short.task, short.given, "train")
            self.redrawn += int((~usable).sum())
            if isinstance(result, Restricted):
                usable &= result.fits
            rows, rng = np.flatnonzero(usable), stream.child(number).rng()
            if isinstance(result, Restricted):
                cut = Restricted(short[rows], result.written[rows], result.target[rows], result.fits[rows])
                parts.append(self.pages.cut(cut, rng))
            else:
                parts.append(self.pages.full(short[rows], rng))
        numbered = parts[0] if len(parts) == 1 else under_each_other(parts)
        rows = np.arange(len(numbered.symbols))
        if len(rows) < BLOCK // 4:
            return None
        if len(parts) > 1:  # neighbours have different targets
            rows = stream.child("order").rng().permutation(rows)
        return _rows(numbered, np.resize(rows, BLOCK))


def _target_slots(line: Line, rng: np.random.Generator, count: int) -> tuple[int, ...]:
    """Uniform slots that hold a value; the end too, where the task ends by content."""
    slots = [t for t, entry in enumerate(line.frame.slots) if entry.kind is not None]
    if line.task.ends == "by content":
        slots.append(len(line.frame.slots))
    return tuple(slots[int(i)] for i in rng.integers(len(slots), size=count))


def _length_of(line: Line) -> int:
    return max(count for _, count in shape_of(line.given))


def _rows(numbered: Numbered, rows: slice | Column) -> Numbered:
    next_ids = None if numbered.next_ids is None else numbered.next_ids[rows]
    return Numbered(
        numbered.symbols[rows], numbered.ids[rows], numbered.targets[rows], numbered.weights[rows], next_ids
    )


def vocabulary_of(task: Task, mixture: Mixture, more: tuple[Task, ...] = ()) -> Vocabulary:
    """The union over the main task, every ingredient and every task tested; marks where there are several."""
    tasks = [task, *(i.task for i in mixture.ingredients if i.task is not None), *more]
    names = {t.name for t in tasks}
    return Vocabulary.over(tasks, names if len(names) > 1 else ())
