"""Words on the command line become typed values in frozen dataclasses, or one clear line of refusal."""

import itertools
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lengthwise.core._scan import DEEPEST, LONGEST, alternatives
from lengthwise.core.errors import ConfigError, LengthwiseError, UnknownName
from lengthwise.core.numbering import Numbering
from lengthwise.core.overrides import grid, make, override
from lengthwise.core.task import Task
from lengthwise.lines.hinted import Hinted
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.layouts.zero_padded import ZeroPadded
from lengthwise.lines.numberings.random_start import RandomStart
from lengthwise.lines.numberings.sequential import Sequential
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.ordering.sort import Sort


@dataclass(frozen=True)
class Net:
    layers: int = 2
    heads: int = 4
    width: int = 8
    numbering: Numbering = field(default_factory=Sequential)

    def __post_init__(self) -> None:
        if self.width % self.heads:
            raise ValueError(f"width {self.width} does not split into {self.heads} heads")


@dataclass(frozen=True)
class Other:
    layers: int = 1
    speed: float = 1.0


@dataclass(frozen=True)
class Trial:
    """One field of every sort."""

    task: Task = field(default_factory=Sort)
    tasks: tuple[Task, ...] = ()
    net: Net | Other = field(default_factory=Net)
    seed: int = 0
    rate: float = 1e-3
    name: str = "trial"
    model: str = "a text, though models are an axis"
    on: bool = False
    limit: int | None = None
    how: Literal["near", "hard"] = "near"
    lengths: tuple[int, ...] = (5,)
    span: tuple[int, int] = (1, 2)
    pairs: tuple[tuple[int, float], ...] = ()
    names: frozenset[str] = frozenset()
    free: Any = None
    either: int | Other | tuple[int, ...] | None = None
    one_or_more: Task | tuple[Task, ...] = field(default=(), metadata={"axis": "tasks"})


@pytest.mark.parametrize(
    ("word", "changed"),
    [
        ("seed=7", {"seed": 7}),
        ("seed=-7", {"seed": -7}),
        ("seed=10_000", {"seed": 10_000}),
        ("seed=2e6", {"seed": 2_000_000}),
        ("rate=3e-4", {"rate": 3e-4}),
        ("rate=3", {"rate": 3.0}),
        ("name=a-b", {"name": "a-b"}),
        ("name=12", {"name": "12"}),
        ("name=1-20", {"name": "1-20"}),
        ("name='a, b=(c)'", {"name": "a, b=(c)"}),
        ('name="none"', {"name": "none"}),
        ("name=''", {"name": ""}),
        ("model=gpt-x", {"model": "gpt-x"}),
        ("on=true", {"on": True}),
        ("on=False", {"on": False}),
        ("limit=none", {"limit": None}),
        ("limit=3", {"limit": 3}),
        ("how=hard", {"how": "hard"}),
        ("how='hard'", {"how": "hard"}),
        ("lengths=10", {"lengths": (10,)}),
        ("lengths=10,20", {"lengths": (10, 20)}),
        ("lengths=[10, 20]", {"lengths": (10, 20)}),
        ("lengths=[]", {"lengths": ()}),
        ("lengths=1-3,10,20:23", {"lengths": (1, 2, 3, 10, 20, 21, 22)}),
        ("lengths=0:10:5", {"lengths": (0, 5)}),
        ("span=3-20", {"span": (3, 20)}),
        ("span=3,20", {"span": (3, 20)}),
        ("pairs=[1,0.5],[2,1]", {"pairs": ((1, 0.5), (2, 1.0))}),
        ("pairs=[[1,0.5]]", {"pairs": ((1, 0.5),)}),
        ("names=a,b", {"names": frozenset({"a", "b"})}),
        ("free=3", {"free": 3}),
        ("free=0.5", {"free": 0.5}),
        ("free=text", {"free": "text"}),
        ("either=none", {"either": None}),
        ("either=3", {"either": 3}),
        ("either=3,4", {"either": (3, 4)}),
        ("either=3-5", {"either": (3, 4, 5)}),
        ("either=Other(speed=3)", {"either": Other(speed=3.0)}),
        ("one_or_more=addition", {"one_or_more": Addition()}),
        ("one_or_more=addition,sort", {"one_or_more": (Addition(), Sort())}),
        ("task=addition", {"task": Addition()}),
        ("task=Sort( values = 16 )", {"task": Sort(values=16)}),
        ("task=ordering/sort", {"task": Sort()}),
        ("task.values=16", {"task": Sort(values=16)}),
        ("tasks=sort,addition", {"tasks": (Sort(), Addition())}),
        ("tasks=[sort(values=3)]", {"tasks": (Sort(values=3),)}),
        ("net=other", {"net": Other()}),
        ("net=Other(speed=2)", {"net": Other(speed=2.0)}),
        ("net=Net(numbering=RandomStart(ids=9))", {"net": Net(numbering=RandomStart(ids=9))}),
        ("net.numbering=RandomStart", {"net": Net(numbering=RandomStart())}),
        ("numbering=RandomStart(ids=9)", {"net": Net(numbering=RandomStart(ids=9))}),
    ],
)
def test_a_word_becomes_the_value_that_its_field_is_annotated_with(word: str, changed: dict[str, Any]) -> None:
    got = override(Trial(), [word])
    assert got == replace(Trial(), **changed)
    for name, value in changed.items():
        assert type(getattr(got, name)) is type(value)


def test_a_path_may_have_spaces_inside(tmp_path: Path) -> None:
    file = tmp_path / "my own tasks" / "one task.py"
    file.parent.mkdir()
    file.write_text("from lengthwise.tasks.ordering.sort import Sort\n\n\nclass Mine(Sort):\n    pass\n")
    assert make("tasks", f"{file}:Mine( values = 9 )").values == 9
    assert type(override(Trial(), [f"task= {file}:Mine "]).task).__name__ == "Mine"
    assert [task.values for task in grid(Sort(), ["values=9 , 10"])] == [9, 10]


@pytest.mark.parametrize(
    ("word", "error", "message"),
    [
        ("seed", ConfigError, "write field=value"),
        ("se ed=3", ConfigError, "write field=value"),
        ("=3", ConfigError, "write field=value"),
        ("sede=3", UnknownName, "did you mean 'seed'"),
        ("task.valeus=3", UnknownName, r"field of Sort \(task\) .*did you mean 'values'"),
        ("task=srot", UnknownName, "did you mean 'sort'"),
        ("task=sort(valeus=3)", UnknownName, "did you mean 'values'"),
        ("task=sort(3)", ConfigError, "write field=value"),
        ("task=sort(values=3,values=4)", ConfigError, "twice"),
        ("task=sort(values=[1])", ConfigError, r"task\.values=a list is not allowed; give a whole number"),
        ("task=sort(values=1:4)", ConfigError, "takes one value, not 3"),
        ("task=sort(values=3", ConfigError, "the end stands where"),
        ("task=sort)", ConfigError, r"'\)' stands where a comma or the end"),
        ("task=[sort]", ConfigError, "task=a list is not allowed; give Task"),
        ("seed.x=3", ConfigError, "seed is 0, which has no fields"),
        ("seed=x", ConfigError, "seed=x is not allowed; give a whole number"),
        ("seed=1.5", ConfigError, "give a whole number"),
        ("seed=inf", ConfigError, "give a whole number"),
        ("seed='3'", ConfigError, "give a whole number"),
        ("axes=(column,row)", ConfigError, r"'\(column,row\)' stands where a value, or several in \[...\], should"),
        ("seed=", ConfigError, "the end stands where a value"),
        ("seed=5:5", ConfigError, "range of 0 numbers"),
        ("seed=9-3", ConfigError, "range of 0 numbers"),
        ("seed=0:9999999999", ConfigError, "range of 9999999999 numbers"),
        ("seed=f(x=1)", ConfigError, "seed=f is not allowed"),
        ("rate=fast", ConfigError, "give a number"),
        ("on=1", ConfigError, "give true or false"),
        ("limit=x", ConfigError, "give a whole number or none"),
        ("how=far", ConfigError, "give 'near' or 'hard'"),
        ("lengths=1,x", ConfigError, r"lengths\[1\]=x"),
        ("span=1,2,3", ConfigError, r"span=a list of 3 is not allowed; give \[a whole number, a whole number\]"),
        ("either=x", ConfigError, r"either\[0\]=x is not allowed; give a whole number"),
        ("either=Other(speed=x)", ConfigError, r"either\.speed=x is not allowed; give a number"),
        ("one_or_more=srot", UnknownName, "did you mean 'sort'"),
        ("net=Nett", ConfigError, "net=Nett is not allowed; give Net or Other"),
        ("net.width=9", ConfigError, "does not split into 4 heads"),
        ("name='open", ConfigError, "not closed"),
        ("name=" + "x" * (LONGEST + 1), ConfigError, "too long"),
        ("free=" + "[" * (DEEPEST + 2), ConfigError, "brackets inside one another"),
    ],
)
def test_a_word_that_means_nothing_is_refused_with_what_is_allowed(
    word: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        override(Trial(), [word])


def test_a_grid_varies_the_first_word_slowest() -> None:
    got = grid(Trial(), ["task=sort,addition", "seed=0:2", "net.numbering=sequential,RandomStart(ids=9)"])
    expected = list(itertools.product((Sort(), Addition()), (0, 1), (Sequential(), RandomStart(ids=9))))
    assert [(trial.task, trial.seed, trial.net.numbering) for trial in got] == expected  # type: ignore[union-attr]


def test_lists_in_brackets_make_a_grid_where_the_field_is_one_list() -> None:
    assert [trial.lengths for trial in grid(Trial(), ["lengths=[1,2],[3],[4-6]"])] == [(1, 2), (3,), (4, 5, 6)]


def test_no_words_change_nothing() -> None:
    assert grid(Trial(), []) == [Trial()]


def test_the_order_of_words_does_not_matter() -> None:
    words = ["task=sort(values=9)", "task.values=16", "net.heads=3", "net.width=9"]
    expected = Trial(task=Sort(values=16), net=Net(heads=3, width=9))
    for order in itertools.permutations(words):
        assert override(Trial(), order) == expected


def test_a_part_may_belong_to_what_another_word_puts_there() -> None:
    assert override(Trial(), ["net.speed=2", "net=Other"]) == Trial(net=Other(speed=2.0))
    got = grid(Trial(task=Addition()), ["task.values=8,9", "task=sort"])
    assert [trial.task for trial in got] == [Sort(values=8), Sort(values=9)]


def test_a_part_that_one_of_the_alternatives_lacks_is_refused() -> None:
    with pytest.raises(UnknownName, match=r"field of Addition \(task\)"):
        grid(Trial(), ["task=sort,addition", "task.values=8"])


def test_a_field_given_twice_is_refused_by_either_of_its_names() -> None:
    for words in (["seed=1", "seed=2"], ["numbering=sequential", "net.numbering=RandomStart"]):
        with pytest.raises(ConfigError, match="given twice"):
            override(Trial(), words)


def test_a_short_name_that_two_parts_have_must_be_written_out() -> None:
    @dataclass(frozen=True)
    class Two:
        left: Net = field(default_factory=Net)
        right: Net = field(default_factory=Net)

    with pytest.raises(ConfigError, match=r"left\.width and right\.width"):
        override(Two(), ["width=16"])
    assert override(Two(), ["left.width=16"]) == Two(left=Net(width=16))


def test_several_values_are_refused_where_one_is_wanted() -> None:
    with pytest.raises(ConfigError, match="makes 2 combinations"):
        override(Trial(), ["seed=1,2"])


def test_a_grid_too_large_is_refused_before_it_is_made() -> None:
    with pytest.raises(ConfigError, match="make 1000000 combinations"):
        grid(Trial(), ["seed=0:1000", "limit=0:1000"])


def test_the_first_thing_is_left_as_it_was() -> None:
    before = Trial()
    grid(before, ["seed=1,2", "net.layers=5", "task.values=3"])
    assert before == Trial()


def test_a_required_field_is_asked_for_and_a_file_of_ones_own_works(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass Mine:\n    number: int\n    text: str = ''\n"
    )
    path = tmp_path / "mine.py"
    assert repr(make("tasks", f"{path}:Mine(number=3, text=a/b)")) == "Mine(number=3, text='a/b')"
    with pytest.raises(ConfigError, match=r"Mine needs number; write .*\(number=\.\.\.\)"):
        make("tasks", str(path))


def test_making_several_things_or_on_an_unknown_axis_is_refused() -> None:
    with pytest.raises(ConfigError, match="names 2 things"):
        make("tasks", "sort,addition")
    with pytest.raises(UnknownName, match="did you mean 'tasks'"):
        make("task", "sort")


def test_nothing_is_evaluated() -> None:
    for word in ("free=__import__('os')", "free=().__class__", "seed=1+1", "seed=0x10", "task=__import__(name='os')"):
        with pytest.raises(LengthwiseError):
            override(Trial(), [word])


@given(st.integers(-(10**9), 10**9), st.floats(allow_nan=False), st.text(st.characters(exclude_characters="'")))
def test_every_number_and_text_can_be_said(seed: int, rate: float, name: str) -> None:
    got = override(Trial(), [f"seed={seed}", f"rate={rate!r}", f"name='{name}'"])
    assert (got.seed, got.rate, got.name) == (seed, rate, name)


@given(st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=3, unique=True), min_size=1, max_size=3))
def test_a_grid_has_the_product_of_its_values(values: list[list[int]]) -> None:
    fields = ("seed", "limit", "rate")[: len(values)]
    words = [f"{name}={','.join(map(str, some))}" for name, some in zip(fields, values, strict=True)]
    got = [tuple(getattr(trial, name) for name in fields) for trial in grid(Trial(), words)]
    assert got == list(itertools.product(*values))


@given(st.text(alphabet="ab1,=()[]'\". -:e", max_size=20))
def test_any_text_is_read_or_refused_in_one_clear_error(text: str) -> None:
    for name in ("free", "seed", "task", "lengths"):
        try:
            got = grid(Trial(), [f"{name}={text}"])
        except LengthwiseError as error:
            assert str(error)  # noqa: PT017 - any other error is the failure
        else:
            assert got


@given(st.recursive(st.integers(0, 99), lambda inner: st.lists(inner, max_size=3), max_leaves=8))
def test_brackets_read_back_what_was_written(value: Any) -> None:
    def as_tuple(thing: Any) -> Any:
        return tuple(map(as_tuple, thing)) if isinstance(thing, list) else thing

    (node,) = alternatives(repr(value))

    def plain(part: Any) -> Any:
        return tuple(map(plain, part.items)) if hasattr(part, "items") else int(part.text)

    assert plain(node) == as_tuple(value)


def test_a_thing_inside_a_thing_is_named_by_its_class_whatever_its_field_is_called() -> None:
    assert make("layouts", "zero_padded(inner=least_first, width=9)") == ZeroPadded(LeastFirst(), 9)
    assert make("numberings", "predicted(inner=random_start)").inner == RandomStart()
    with pytest.raises(UnknownName, match="did you mean 'least_first'"):
        make("layouts", "zero_padded(inner=least_frist)")


def test_a_misspelt_field_of_a_part_is_answered_with_the_near_one() -> None:
    with pytest.raises(UnknownName, match="did you mean 'values'"):
        override(Hinted(Sort()), ["valeus=8"])
