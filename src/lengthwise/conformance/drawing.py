"""What a task's draws keep to: repeatable, independent, apart, of the stated length, in the alphabet."""

from dataclasses import replace
from typing import get_args

import numpy as np

from lengthwise.conformance.pages import ROWS, draws, lengths, pages, rng_of, tiny_space
from lengthwise.conformance.report import NotApplicable
from lengthwise.core.errors import ConformanceError, TaskError
from lengthwise.core.given import END, HOLE, Given, batch_of, shape_of
from lengthwise.core.instance import BlockKey, block, distinct
from lengthwise.core.task import Addressing, Task
from lengthwise.core.vocabulary import SPECIAL
from lengthwise.lines.write import computed, solved, write

FACTS = {"addressing": get_args(Addressing), "unit": ("place", "value"), "ends": ("by shape", "by content")}
FEW = 64  # problems: below this, two seeds may well draw the same ones


def check_made_as_a_task(task: Task) -> None:
    """A frozen dataclass whose facts are words of the house, and whose draws are columns of whole numbers."""
    kind = type(task)
    parameters = getattr(kind, "__dataclass_params__", None)
    if parameters is None or not parameters.frozen:
        raise ConformanceError(f"{kind.__name__} is no frozen dataclass; write @dataclass(frozen=True) above the class")
    for fact, known in FACTS.items():
        if (stated := getattr(task, fact, None)) not in known:
            raise ConformanceError(f"{fact} is {stated!r}; state one of {', '.join(known)}")
    if "typical" not in task.cases:
        raise ConformanceError(f"cases are {task.cases!r}; one of them is 'typical', which everything draws by default")
    given = task.draw(task.shortest, rng_of(task, "made"), "typical", 3)
    columns = dict[str, object](given) if hasattr(given, "items") else {"problems": given}
    for name, column in columns.items():
        if not isinstance(column, np.ndarray) or column.ndim != 2 or not np.issubdtype(column.dtype, np.integer):
            raise ConformanceError(
                f"draw gives {name} as {_told(column)} (length {task.shortest}); give a NumPy array of whole numbers "
                "for each kind, with a row for each problem: {'x': rng.integers(9, size=(count, length))}"
            )


def _told(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype} in {value.ndim} dimensions"
    return type(value).__name__


def check_repeats_exactly(task: Task) -> None:
    """A block is the same whenever it is drawn, whatever else drew random numbers meanwhile."""
    for length in lengths(task)[-2:]:
        name = BlockKey(task, length)
        first = block(name)
        np.random.seed(length)  # noqa: NPY002 - a draw that leans on the global stream must come out differently
        if not _same(first, block(name)):
            raise ConformanceError(f"two draws of one block of length {length} differ; draw from `rng` only")


def check_seeds_are_independent(task: Task) -> None:
    """Another seed, and another block of one seed, give other problems, in every kind that varies at all."""
    length = max(lengths(task))
    base = BlockKey(task, length)
    names = [base, replace(base, seed=1), replace(base, seed=2), replace(base, number=1)]
    blocks = [block(name) for name in names]
    if len(distinct(_joined(blocks))) < FEW:
        raise NotApplicable(f"length {length} has fewer than {FEW} problems")
    for kind in blocks[0]:
        varies = any((given[kind] != given[kind][:1]).any() for given in blocks)
        for name, given in zip(names[1:], blocks[1:], strict=True):
            if (
                varies
                and given[kind].size
                and given[kind].shape == blocks[0][kind].shape
                and (given[kind] == blocks[0][kind]).all()
            ):
                raise ConformanceError(
                    f"{kind} of length {length} is the same under seed {name.seed}, block {name.number} as under "
                    "seed 0, "
                    "block 0; draw it from the `rng` argument"
                )


def check_splits_are_disjoint(task: Task) -> None:
    """No prompt of the test split is one of the training split, on any page; and a prompt has one answer."""
    for length in lengths(task):
        try:
            blocks = {split: block(BlockKey(task, length, split)) for split in ("train", "test", "validation")}
        except TaskError:  # too few problems at this length to have all three: said by the error
            continue
        for page in pages(task):
            owner: dict[str, str] = {}
            answer: dict[str, str] = {}
            for split, given in blocks.items():
                line = write(task, given, page.trace, page.layout)
                for row in range(len(line)):
                    prompt, text = line.part("prompt", row), line.part("answer", row)
                    if owner.setdefault(prompt, split) != split:
                        raise ConformanceError(
                            f"the prompt {prompt!r} ({page}) is in the splits {owner[prompt]} and {split}; the given "
                            "holds something that the question does not show"
                        )
                    if answer.setdefault(prompt, text) != text:
                        raise ConformanceError(
                            f"the prompt {prompt!r} has two answers, {answer[prompt]!r} and {text!r}; state the "
                            "tie rule in the question"
                        )


def check_length_is_honoured(task: Task) -> None:
    """Some kind has as many cells as the length says (or a fixed multiple, or its square), in as many rows as asked."""
    shapes: dict[int, dict[str, int]] = {}
    for length, case, given in draws(task, 3):
        if any(len(column) != 3 for column in given.values()):
            raise ConformanceError(f"draw was asked for 3 rows of length {length} ({case}) and gave {batch_of(given)}")
        shapes.setdefault(length, dict(shape_of(given)))
        shown = {entry.kind for entry in task.frame(shape_of(given), frozenset()).prompt if entry.kind is not None}
        if shown != {kind for kind, count in shape_of(given) if count}:  # kinds that a shape lacks have no cells
            raise ConformanceError(
                f"draw gives {', '.join(given)}, and the question {task.question!r} shows {', '.join(shown)}"
            )
    for kind in next(iter(shapes.values())):
        counts = {length: shape[kind] for length, shape in shapes.items()}
        for power in (1, 2):
            ratios = {count / length**power for length, count in counts.items()}
            if len(ratios) == 1 and (ratio := ratios.pop()) >= 1 and ratio == int(ratio):
                return
    raise ConformanceError(f"no kind has as many cells as the length says: lengths and shapes are {shapes}")


def check_longest_and_shortest(task: Task) -> None:
    """The stated ends of the range can be drawn, and what lies outside is refused."""
    ends = [task.shortest, *([task.cap] if task.cap is not None and task.cap <= 300 else [])]
    for length in ends:
        task.check_length(length)
        given = task.draw(length, rng_of(task, "ends"), "typical", 2)
        by_step, by_solve = computed(task, given), solved(task, given)
        if any((by_step[tag] != by_solve[tag]).any() for tag in by_solve):
            raise ConformanceError(f"at length {length}, the end of the stated range, step and solve differ")
    for length in (task.shortest - 1, *([task.cap + 1] if task.cap is not None else [])):
        try:
            task.check_length(length)
        except TaskError:
            continue
        raise ConformanceError(f"length {length} is outside of what the task states and is not refused")


def check_alphabet_is_closed(task: Task) -> None:
    """Every value of a problem and of a page has a symbol; symbols are different words."""
    symbols = task.symbols
    bad = [s for s in symbols if not s or s.split() != [s] or s in SPECIAL]
    if bad or len(set(symbols)) != len(symbols):
        raise ConformanceError(
            f"symbols must be different words without spaces, none of {', '.join(SPECIAL)}: {bad or symbols}"
        )
    for length, case, given in draws(task):
        values = [*given.items(), *((str(tag), column) for tag, column in computed(task, given).items())]
        for kind, column in values:
            allowed_low = 0 if kind in given else min(END, HOLE)
            if not np.issubdtype(column.dtype, np.integer):
                raise ConformanceError(
                    f"{kind} at length {length} has the type {column.dtype}; values are whole numbers"
                )
            if column.size and (column.min() < allowed_low or column.max() >= len(task.alphabet)):
                raise ConformanceError(
                    f"{kind} at length {length} ({case}) goes from {column.min()} to {column.max()}; the alphabet has "
                    f"symbols for 0 to {len(task.alphabet) - 1}"
                )


def check_input_is_not_mutated(task: Task) -> None:
    """Neither step nor solve changes the problem."""
    for length, case, given in draws(task):
        before = {kind: column.copy() for kind, column in given.items()}
        for name, act in (("step", computed), ("solve", solved)):
            values = act(task, given)
            if not _same(before, given):
                raise ConformanceError(f"{name} changed the problem at length {length} ({case}); work on a copy")
            for column in values.values():
                shared = [kind for kind in given if name == "solve" and np.shares_memory(column, given[kind])]
                if shared and column.flags.writeable:
                    raise ConformanceError(f"solve gave back the problem's own {shared[0]}; give a copy")


def check_shape_comes_first(task: Task) -> None:
    """More draws from the same stream have the same shape: so a block may draw on until its split is full."""
    for length, case, _ in draws(task, 1):
        for seed in range(4):
            shapes = {
                shape_of(task.draw(length, rng_of(task, "shape", seed), case, rows)) for rows in (1, ROWS, 5 * ROWS)
            }
            if len(shapes) > 1:
                raise ConformanceError(
                    f"the shape at length {length} ({case}) depends on how many rows are drawn: {shapes}; draw it "
                    "before the contents"
                )


def check_stated_facts(task: Task) -> None:
    """Chance is not understated, sparsity is a number of symbols or None, and tiny is small."""
    tiny_space(task)
    for length in lengths(task):
        chance, sparsity = task.chance(length), task.sparsity(length)
        if not 0 <= chance <= 1:
            raise ConformanceError(f"chance({length}) is {chance}; it is a share from 0 to 1")
        if sparsity is not None and sparsity < 1:
            raise ConformanceError(
                f"sparsity({length}) is {sparsity}; state at least one symbol, or None for a dense task"
            )
        right, asked = _trivial(task, length)
        # Four standard errors above what is stated: it happens to a right statement once in 30,000 times.
        if right > chance * asked + 4 * (max(chance * (1 - chance), 1 / asked) * asked) ** 0.5:
            raise ConformanceError(
                f"chance({length}) is {chance:.3g}, and a policy that sees only the last symbol of the prompt was "
                "right "
                f"in {right} of {asked}"
            )


def _trivial(task: Task, length: int) -> tuple[int, int]:
    """How often the likeliest answer to the last symbol, learnt from half of some draws, is right on the other half."""
    line = write(task, task.draw(length, rng_of(task, "chance", length), "typical", 4000))
    first = len(line.frame.prompt)
    last = line.contents[:, first - 1] if line.frame.prompt[-1].kind is not None else line.contents[:, first - 2]
    votes: dict[int, dict[bytes, int]] = {}
    everyone: dict[bytes, int] = {}
    rows = [(int(sign), line.contents[row, first:].tobytes()) for row, sign in enumerate(last)]
    for sign, answer in rows[:2000]:
        votes.setdefault(sign, {})[answer] = votes.setdefault(sign, {}).get(answer, 0) + 1
        everyone[answer] = everyone.get(answer, 0) + 1
    constant = max(everyone, key=lambda answer: everyone[answer])
    best = {sign: max(counts.items(), key=lambda item: item[1])[0] for sign, counts in votes.items()}
    by_sign = sum(best.get(sign, constant) == answer for sign, answer in rows[2000:])
    return max(by_sign, sum(answer == constant for _, answer in rows[2000:])), 2000


def _same(one: Given, other: Given) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[kind], other[kind]) for kind in one)


def _joined(blocks: list[Given]) -> Given:
    shape = shape_of(blocks[0])
    alike = [given for given in blocks if shape_of(given) == shape]
    return {kind: np.concatenate([given[kind] for given in alike]) for kind in blocks[0]}
