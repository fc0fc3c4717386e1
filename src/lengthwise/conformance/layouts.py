"""What every layout keeps to: it moves values and loses none, sees no contents, and `read` undoes it."""

from collections import Counter
from functools import partial

from lengthwise.conformance.report import NotApplicable, Report, judge
from lengthwise.core.errors import ConformanceError, LayoutError, LengthwiseError
from lengthwise.core.frame import Entry, Frame
from lengthwise.core.given import shape_of
from lengthwise.core.keys import key
from lengthwise.core.layout import Layout
from lengthwise.core.line import Line
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.evaluation.grade import expected
from lengthwise.lines.traces.carries import Carries
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.traces.running_state import RunningState
from lengthwise.lines.write import computed, write
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.arithmetic.increment import Increment
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.sort import Sort
from lengthwise.tasks.recall.slim import SLiM

PAGES: tuple[tuple[Task, Trace], ...] = (
    (Addition(), Nothing()),
    (Addition(), Carries()),
    (Increment(), Carries()),
    (Parity(), RunningState()),
    (Sort(values=30), Nothing()),
    (SLiM(), Nothing()),
)
LENGTHS = (1, 2, 5)
ROWS = 4


def check_layout(layout: Layout, *, first_failure: bool = False) -> Report:
    """Every contract of a layout, on numbers, lists and streams, with and without working.

    >>> from lengthwise.lines.layouts.least_first import LeastFirst
    >>> print(check_layout(LeastFirst()))
    LeastFirst()
      pass  moves values and loses none
      pass  sees no contents
      pass  read is the inverse
      pass  a page that is none is refused
    """
    checks = [
        ("moves values and loses none", partial(check_values_are_kept, layout)),
        ("sees no contents", partial(check_contents_are_not_seen, layout)),
        ("read is the inverse", partial(check_read_is_the_inverse, layout)),
        ("a page that is none is refused", partial(check_malformed_pages_are_refused, layout)),
    ]
    return judge(repr(layout), checks, first_failure=first_failure)


def _lines(layout: Layout, number: int = 0) -> list[Line]:
    """Pages of everything that the layout takes."""
    found: list[Line] = []
    for task, trace in PAGES:
        for length in LENGTHS:
            given = task.draw(length, key("layout", number, task.name, length).rng(), "typical", ROWS)
            try:
                found.append(write(task, given, trace, layout))
            except LengthwiseError:  # a layout for other tasks
                continue
    if not found:
        raise NotApplicable("it takes no page of the house's tasks: check it through a task of its own")
    return found


def check_values_are_kept(layout: Layout) -> None:
    """Each value of the prompt stays in the prompt, each slot stays a slot, once; and the same at a second time.

    On a page that has axes, each value keeps its place: ids follow from places, and a layout says nothing about them.
    """
    for line in _lines(layout):
        base = line.task.frame(shape_of(line.given), line.trace.kinds)
        if layout.arrange(base) != layout.arrange(base):
            raise ConformanceError(f"arranging one frame twice gives two pages ({line.task.name})")
        for part in ("prompt", "slots"):
            before, after = _tags(getattr(base, part)), _tags(getattr(line.frame, part))
            if before - after or any(after[tag] != 1 for tag in before):
                raise ConformanceError(
                    f"the {part} of {line.task.name} had {_listed(before)} and the page has {_listed(after)}; a layout "
                    "is a permutation with constant insertions"
                )
        _check_places(line, base)


def _check_places(line: Line, base: Frame) -> None:
    if not line.frame.axes:
        return
    places = {entry.tag: entry.place for entry in base.entries if entry.kind is not None}
    for entry in line.frame.entries:
        if entry.kind is not None and places.get(entry.tag, entry.place) != entry.place:
            raise ConformanceError(
                f"{entry.tag} of {line.task.name} belongs at {places[entry.tag]} and the page has it at {entry.place}; "
                "a layout moves symbols, and leaves alone the places that ids follow from"
            )


def _listed(tags: Counter[tuple[str, object]]) -> str:
    """Each tag, as often as it occurs."""
    return ", ".join(f"{kind}[{index}]" for kind, index in sorted(tags.elements(), key=str))


def _tags(entries: tuple[Entry, ...]) -> Counter[tuple[str, object]]:
    return Counter(entry.tag for entry in entries if entry.kind is not None)


def check_contents_are_not_seen(layout: Layout) -> None:
    """Problems of one shape have one page."""
    for one, other in zip(_lines(layout), _lines(layout, number=1), strict=True):
        if one.frame != other.frame:
            raise ConformanceError(
                f"two problems of one shape of {one.task.name} have two pages; look at the shape alone"
            )


def check_read_is_the_inverse(layout: Layout) -> None:
    """What is read from a page is what was written on it, by tag."""
    for line in _lines(layout):
        truth = computed(line.task, line.given)
        for row in range(len(line)):
            values = line.layout.read(line.frame, expected(line, row))
            for tag in _tags(line.frame.slots):
                if tag in truth and values.get(tag) != line.task.symbols[int(truth[tag][row])]:
                    raise ConformanceError(
                        f"{tag} is read as {values.get(tag)!r} from {str(line[row])!r}, and {int(truth[tag][row])} "
                        "was written"
                    )


def check_malformed_pages_are_refused(layout: Layout) -> None:
    """A page with a symbol too few or too many, or another symbol where a separator stands, is no page."""
    for line in _lines(layout):
        right = expected(line, 0)
        wrong = {"one symbol more than slots": [*right, *right[-1:] * (len(line.frame.slots) + 1 - len(right))]}
        if layout.fills_every_slot:
            wrong["one symbol short"] = right[:-1]
        for t, entry in enumerate(line.frame.slots):
            if entry.kind is None and t < len(right):
                other = next(symbol for symbol in line.task.alphabet if symbol != entry.symbol)
                wrong[f"another symbol at separator {t}"] = [*right[:t], other, *right[t + 1 :]]
        for what, symbols in wrong.items():
            try:
                line.layout.read(line.frame, symbols)
            except LayoutError:
                continue
            raise ConformanceError(f"{' '.join(symbols)!r} ({what}) is read as an answer; raise a LayoutError")
