"""A Python function as a rule: parsed, checked, rewritten, run."""

import ast
import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import CodeType
from typing import Any

from lengthwise.core.errors import RestrictionRefused, RuleError
from lengthwise.rules.edges.runtime import Trail, run_edges
from lengthwise.rules.edges.statements import Edges
from lengthwise.rules.events import Hook, Recorder
from lengthwise.rules.execution import Execution
from lengthwise.rules.rewrite.bare import Bare, Stores
from lengthwise.rules.rewrite.eventful import Eventful
from lengthwise.rules.rewrite.expressions import Guarded, store
from lengthwise.rules.rewrite.facts import positions
from lengthwise.rules.rewrite.lines import line_stopped_at, located
from lengthwise.rules.rewrite.nodes import Plan
from lengthwise.rules.rewrite.plan import make_plan, without_docstring
from lengthwise.rules.rewrite.statements import Emitter, Rewriter, recursive_functions, uses_sets
from lengthwise.rules.rewrite.textual import Textual, text_names
from lengthwise.rules.runtime.guards import DEEP, Guards
from lengthwise.rules.runtime.limits import LIMITS, LimitError, Limits, Stop
from lengthwise.rules.runtime.moments import Moments
from lengthwise.rules.styles.knobs import RECITE
from lengthwise.rules.styles.pieces import Joined, Line, Style, fill
from lengthwise.rules.subset.check import check
from lengthwise.rules.subset.source import read_source

MOMENTS = ("enter", "begin", "open", "test", "sub", "close", "verdict", "items", "item", "leave", "fail")


class Rule:
    r"""An ordinary Python function, run as a rule.

    Give the function itself, source text, or `path.py:name`; it is parsed, never imported, and refused with all
    offending
    lines if it leaves the documented subset (docs/rules.md). It then behaves exactly as in CPython, within `Limits`.

    >>> rule = Rule("def double(x):\n    y = x + x\n    return y\n")
    >>> rule.execute(x=4).answer
    8
    >>> print(rule.trace({"x": 4}), end="")
    1. Initialize
    x = 4
    y = x + x
    x = 4
    now, y = 8
    2. Return
    return y
    y = 8
    So the answer is 8
    """

    def __init__(self, rule: Callable[..., Any] | str | Path, name: str | None = None) -> None:
        self.source = read_source(rule, name)
        self.defined, self.constants = check(self.source)
        for function in self.defined.values():
            function.body = without_docstring(function.body)
        self.name = self.start = self.source.name
        self.functions = dict(self.defined)
        if self.name in recursive_functions(self.defined):  # its outermost call is the entry, the others are helpers
            self.start = f"${self.name}"
            first = copy.deepcopy(self.source.entry)
            first.name = self.start
            self.functions = {self.start: first, **self.defined}
        self.parameters = tuple(positions(self.source.entry))
        self._plans: dict[int, Plan] = {}
        self._codes: dict[object, CodeType] = {}
        self._boxed: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"Rule({self.source.origin}:{self.name})"

    @property
    def text(self) -> str:
        """The rule as a prompt shows it: constants, helpers, then the function, as written."""
        return self.shown[0]

    @cached_property
    def shown(self) -> tuple[str, dict[str, int]]:
        """The text of the rule, and the line in it at which each function begins."""
        lines = [f"{name} = {self.source.segment(value)}" for name, value in self.constants.items()]
        heads: dict[str, int] = {}
        for name, node in reversed(list(self.defined.items())):
            lines += [""] if lines else []
            heads[name] = len(lines) + 1
            lines += self.source.lines[node.lineno - 1 : node.end_lineno]
        heads[self.start] = heads[self.name]
        return "\n".join(lines) + "\n", heads

    def plan(self, group: int = 1) -> Plan:
        """The statements of the rule as nodes."""
        if group not in self._plans:
            self._plans[group] = make_plan(self.source, self.functions, self.start, group, heads=self.shown[1])
        return self._plans[group]

    def execute(self, /, **given: Any) -> Execution:
        """Run the rule on what is given."""
        return self.run(given)

    def run(
        self,
        given: Mapping[str, Any],
        hook: Hook | None = None,
        *,
        limits: Limits = LIMITS,
        group: int = 1,
    ) -> Execution:
        """Run the rule; `hook` sees every event and may override it."""
        guards = Guards(limits)
        if hook is None:
            return self._finish(self.call(self._code(("bare",), Bare(), 1), guards, {}, given), guards, given)
        moments = Moments(self.plan(group), guards, hook)
        names = {f"$m_{name}": getattr(moments, name) for name in MOMENTS}
        names["$over"] = lambda: moments.over
        code = self._code(("events", group), Eventful(), group)
        return self._finish(self.call(code, guards, names, given), guards, given, variables=moments.final)

    def rerun(
        self, given: Mapping[str, Any], kept: Mapping[str, Sequence[Any]], *, limits: Limits = LIMITS
    ) -> tuple[Execution, dict[str, list[Any]]]:
        """Run with values that stores take instead of their own: the k-th store of a kind takes its k-th kept value.

        Also returns every value stored, by kind. Kept values that no store takes are refused.
        """
        guards, table = Guards(limits), Kept(kept)
        code = self._code(("stores",), Stores(self.plan()), 1)
        run = self._finish(self.call(code, guards, {"$stored": table.stored}, given), guards, given)
        if run.error is None and (left := table.left()):
            raise RestrictionRefused(
                f"{self!r} never stored all kept values of {left}; keep the places that lead to them"
            )
        return run, table.log

    def trace(self, given: Mapping[str, Any], style: Style = RECITE, *, limits: Limits = LIMITS) -> str:
        """The text of the trace, written while the rule runs: the fastest way to it."""
        guards, out = Guards(limits), []  # type: tuple[Guards, list[str]]
        names = {"$o": out.append, **text_names(guards.text, style.digits.spell)}
        if isinstance(style.digits, Joined):
            names["$text"] = guards.text
        self.call(self._code(("text", style), Textual(style), style.group), guards, names, given)
        return "".join(out)

    def line(self, given: Mapping[str, Any], style: Style = RECITE, *, limits: Limits = LIMITS) -> Line:
        """The trace as words, each with its role, event and variable; `str(line)` equals `trace`."""
        recorder = Recorder(whole=style.states.values == "all")
        self.run(given, recorder, limits=limits, group=style.group)
        return Line(tuple(word for index, event in enumerate(recorder.events) for word in fill(style, event, index)))

    # ---- inside

    def _code(self, key: object, emitter: Emitter, group: int) -> CodeType:
        return self.compiled(key, lambda: Rewriter(self.functions, self.plan(group), emitter))

    def compiled(self, key: object, rewriter: Callable[[], Rewriter]) -> CodeType:
        """The rewritten rule as CPython's code, kept under `key`."""
        if key not in self._codes:
            module = rewriter().module()
            guard = Guarded(self.source.entry, frozenset(), sets=False)
            constants: list[ast.stmt] = [
                new for n, v in self.constants.items() for new in located([ast.Assign([store(n)], guard.part(v))], v)
            ]
            module.body = [*constants, *module.body]
            self._codes[key] = compile(
                ast.fix_missing_locations(module), f"<rule {self.name}>", "exec", dont_inherit=True, optimize=0
            )
        return self._codes[key]

    def trail(self, given: Mapping[str, Any], *, limits: Limits = LIMITS) -> Trail:
        """Run the rule with edges: where every value came from. It is run with guards first, for edges have none."""
        self.run(given, limits=limits)
        if "edges" not in self._codes:
            edges = Edges(self.functions, self.plan(), tuple(self.constants))
            module = edges.module()
            body: list[ast.stmt] = [ast.Assign([store(n)], edges.boxed(v)) for n, v in self.constants.items()]
            module.body = [*body, *module.body]
            self._codes["edges"] = compile(
                ast.fix_missing_locations(module), f"<edges of {self.name}>", "exec", 0, True, 0
            )
            self._boxed = dict(edges.boxed.constants.values())
        code, guards = self._codes["edges"], Guards(limits)
        arguments = self.arguments(given, guards)
        try:
            return run_edges(self.start, code, self._boxed, arguments, guards)[0]
        except Stop as stop:
            raise self.stopped(stop, code) from None
        except (RecursionError, MemoryError) as error:
            raise self.too_much(error, code) from None

    def call(
        self, code: CodeType, guards: Guards, names: dict[str, Any], given: Mapping[str, Any] | None, start: str = ""
    ) -> "Result":
        """Run compiled code from its entry, or from `start`; without `given`, it takes its variables from elsewhere."""
        arguments = {} if given is None else self.arguments(given, guards)
        namespace = guards.namespace() | names
        try:
            exec(code, namespace)  # noqa: S102 -- checked against the allow-list, and without built-ins
            return Result(namespace[start or self.start](**arguments))
        except Stop as stop:
            raise self.stopped(stop, code) from None
        except (RecursionError, MemoryError) as error:
            raise self.too_much(error, code) from None
        except Exception as error:  # noqa: BLE001 -- whatever the rule raised is its result
            return Result(None, error.with_traceback(None))

    def stopped(self, stop: Stop, code: CodeType) -> RuleError:
        """What stopped the rule, with the file and line of the statement at which it did."""
        line = line_stopped_at(stop, code) or self.source.entry.lineno
        return type(stop.error)(f"{self.source.origin}:{line}: the rule {self.name!r}: {stop.error}")

    def too_much(self, error: BaseException, code: CodeType) -> RuleError:
        """Python's own stack or memory ran out before any limit was met."""
        said = LimitError(f"needs too much ({type(error).__name__}); lower the depth of calls or values")
        return self.stopped(Stop(said).with_traceback(error.__traceback__), code)

    def arguments(self, given: Mapping[str, Any], guards: Guards | None = None) -> dict[str, Any]:
        """Fresh copies of what is given, checked against the rule's parameters."""
        function = self.source.entry.args
        optional = len(function.defaults)
        plain = [a.arg for a in [*function.posonlyargs, *function.args]]
        needed = plain[: len(plain) - optional] + [
            a.arg for a, d in zip(function.kwonlyargs, function.kw_defaults, strict=True) if d is None
        ]
        missing = [n for n in needed if n not in given]
        unknown = [n for n in given if n not in self.parameters]
        if missing or unknown or function.posonlyargs:
            wrong = [f"missing: {', '.join(missing)}"] if missing else []
            wrong += [f"unknown: {', '.join(map(str, unknown))}"] if unknown else []
            wrong += ["write no `/` among its parameters"] if function.posonlyargs else []
            raise RuleError(
                f"{self.source.origin}:{self.source.entry.lineno}: the rule {self.name!r} takes "
                f"{', '.join(self.parameters) or 'nothing'}; {'; '.join(wrong)}"
            )
        fresh = {name: copied(name, value) for name, value in given.items()}
        if guards is not None:
            try:
                guards.put(fresh)
            except Stop as stop:
                raise type(stop.error)(f"what {self!r} is given: {stop.error}; or give less") from None
        return fresh

    def _finish(
        self, result: "Result", guards: Guards, given: Mapping[str, Any], variables: dict[str, Any] | None = None
    ) -> Execution:
        return Execution(self, dict(given), result.value, result.error, guards.steps, variables)

    @property
    def makes_sets(self) -> bool:
        """Whether a set can come up anywhere in the rule."""
        return any(uses_sets(f) for f in self.functions.values())


@dataclass(frozen=True)
class Result:
    """What a call ended with."""

    value: Any
    error: Exception | None = None


@dataclass
class Kept:
    """A table of kept stores, used up in order."""

    values: Mapping[str, Sequence[Any]]
    log: dict[str, list[Any]] = field(default_factory=dict)

    def stored(self, kind: str, value: Any) -> Any:
        log = self.log.setdefault(kind, [])
        kept = self.values.get(kind, ())
        result = kept[len(log)] if len(log) < len(kept) else value
        log.append(result)
        return result

    def left(self) -> str:
        """Kinds of which a kept value was never stored."""
        return ", ".join(kind for kind, values in self.values.items() if len(self.log.get(kind, [])) < len(values))


def copied(name: str, value: Any, depth: int = 0) -> Any:
    """A fresh copy of a given value, which must be made of the value types of rules."""
    kind = type(value)
    if kind in (int, float, bool, str, type(None)):
        return value
    if kind not in DEEP - {set} or depth > 50:
        raise RuleError(
            f"the given {name!r} holds a {kind.__name__}"
            + (" nested too deeply" if depth > 50 else "")
            + "; give int, float, bool, str, None, list, tuple or dict"
        )
    if kind is dict:
        return {copied(name, k, depth + 1): copied(name, v, depth + 1) for k, v in value.items()}
    return kind(copied(name, v, depth + 1) for v in value)
