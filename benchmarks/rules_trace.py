"""How fast are traces written? Against a `sys.settrace` tracer that records lines, locals and changes.

    python benchmarks/rules_trace.py [seconds per arm]

Both run the same rules on the same inputs in one process, turn about (A B A B ...), and the fastest turn of each
counts. The peer is best-effort fast: it copies the locals at every line, notes those that changed, and writes the
line, the changed locals and the answer. It knows no conditions, decisions, sub-expressions or operands, so it writes
less for each step; hence characters and whole traces per second stand beside each other. The rules hold lists and
strings of 8 to 40 elements.
"""

import ast
import random
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from lengthwise.rules import STYLES, Recorder, Rule, judge

ADDITION = """
def addition(a, b):
    result = ''
    carry = 0
    while a or b:
        x = int(a[-1]) if a else 0
        y = int(b[-1]) if b else 0
        total = x + y + carry
        result = str(total % 10) + result
        carry = total // 10
        a = a[:-1]
        b = b[:-1]
    if carry:
        result = str(carry) + result
    return result
"""
SORT = """
def sort(xs):
    out = []
    while xs:
        best = min(xs)
        xs.remove(best)
        out.append(best)
    return out
"""
INSERTION = """
def insertion(xs):
    out = []
    for x in xs:
        place = 0
        while place < len(out) and out[place] <= x:
            place += 1
        out.insert(place, x)
    return out
"""
Given = dict[str, Any]


def inputs() -> list[tuple[str, str, list[Given]]]:
    rng = random.Random(0)

    def number(length: int) -> str:
        return "".join(rng.choice("0123456789") for _ in range(length))

    def row(length: int) -> list[int]:
        return [rng.randrange(100) for _ in range(length)]

    lengths = (8, 16, 24, 40)
    return [
        ("addition", ADDITION, [{"a": number(n), "b": number(n)} for n in lengths]),
        ("sort", SORT, [{"xs": row(n)} for n in lengths]),
        ("insertion", INSERTION, [{"xs": row(n)} for n in lengths]),
    ]


class Settrace:
    """The peer: CPython's own tracing."""

    def __init__(self, text: str, name: str) -> None:
        scope: dict[str, Any] = {}
        exec(compile(text, "<peer>", "exec"), scope)
        self.function: Callable[..., Any] = scope[name]
        self.code = self.function.__code__
        self.lines = [line.strip() for line in text.splitlines()]
        self.start = next(n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef)).lineno

    def trace(self, given: Given) -> str:
        out: list[str] = []
        last: dict[str, str] = {}

        def changes(frame: FrameType) -> None:
            for name, value in frame.f_locals.items():
                shown = repr(value)
                if last.get(name) != shown:
                    last[name] = shown
                    out.append(f"now, {name} = {shown}\n")

        def inside(frame: FrameType, event: str, argument: object) -> Any:  # noqa: ARG001 -- CPython's signature
            changes(frame)
            if event == "line":
                out.append(self.lines[frame.f_lineno - 1])
                out.append("\n")
            return inside

        def watch(frame: FrameType, event: str, argument: object) -> Any:  # noqa: ARG001 -- CPython's signature
            return inside if frame.f_code is self.code else None

        arguments = {n: list(v) if isinstance(v, list) else v for n, v in given.items()}
        sys.settrace(watch)
        try:
            answer = self.function(**arguments)
        finally:
            sys.settrace(None)
        out.append(f"So the answer is {answer!r}\n")
        return "".join(out)


def best(arms: dict[str, Callable[[], int]], seconds: float) -> dict[str, tuple[int, float]]:
    """For each arm its count and its fastest turn."""
    found = {name: (arm(), float("inf")) for name, arm in arms.items()}  # the first call compiles
    end = time.perf_counter() + seconds * len(arms)
    while time.perf_counter() < end:
        for name, arm in arms.items():
            start = time.process_time()
            count = arm()
            found[name] = (count, min(found[name][1], time.process_time() - start))
    return found


def arms_of(name: str, text: str, givens: list[Given]) -> dict[str, Callable[[], int]]:
    rule, peer, recite = Rule(text, name), Settrace(text, name), STYLES["recite"]
    texts = [rule.trace(g) for g in givens]
    return {
        "recite (text density)": lambda: sum(len(rule.trace(g)) for g in givens),
        "settrace (lines, locals, changes)": lambda: sum(len(peer.trace(g)) for g in givens),
        "changes (text density)": lambda: sum(len(rule.trace(g, STYLES["changes"])) for g in givens),
        "recite as words (event density)": lambda: sum(len(str(rule.line(g))) for g in givens),
        "judge recite": lambda: sum(
            len(t) for g, t in zip(givens, texts, strict=True) if judge(rule, g, recite, t).accepted
        ),
    }


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    print(f"Python {sys.version.split()[0]}, one core, CPU time, fastest of alternating turns")
    for name, text, givens in inputs():
        print(f"\n{name}, lengths 8, 16, 24, 40")
        for arm, (count, spent) in best(arms_of(name, text, givens), seconds).items():
            print(f"  {arm:36s} {count / spent / 1e6:8.1f} M characters/s {len(givens) / spent:10.0f} traces/s")
        rule = Rule(text, name)
        found = best(
            {
                "edges": lambda: sum(len(rule.trail(g).graph.edges) for g in givens),  # noqa: B023
                "events": lambda: sum(_events(rule, g) for g in givens),  # noqa: B023
            },
            seconds,
        )
        for arm, (count, spent) in found.items():
            print(f"  {arm:36s} {count / spent / 1e6:8.2f} M events/s     {len(givens) / spent:10.0f} runs/s")


def _events(rule: Rule, given: Given) -> int:
    recorder = Recorder()
    rule.run(given, recorder)
    return len(recorder.events)


if __name__ == "__main__":
    main()
