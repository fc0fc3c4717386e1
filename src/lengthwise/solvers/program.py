"""The task's own program: `solve`, written on the page without any working but what the page needs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lengthwise.core.errors import ConfigError
from lengthwise.core.instance import Instance
from lengthwise.core.layout import Layout
from lengthwise.core.line import Line
from lengthwise.core.request import Reply, Request, columnar
from lengthwise.core.trace import Trace
from lengthwise.evaluation.grade import expected
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.write import write
from lengthwise.prompting.way import LAST_LINE
from lengthwise.rules.runtime.render import render
from lengthwise.rules.task import RuleInstance


@dataclass(frozen=True)
class Program:
    """Draws nothing and learns nothing: it runs the task's `solve` (with working: `step`) on each problem."""

    def answer(self, requests: Sequence[Request]) -> Iterator[Reply]:
        """The line written anew from the problem alone; of a task made of a rule, the answer of its `solve`."""
        for request in requests:
            if isinstance(request.instance, RuleInstance):
                yield Reply(request.instance, solved(request.instance))
                continue
            line = request.line
            trace, layout = (Nothing(), Plain()) if line is None else (line.trace, line.layout)
            text = _run(columnar(request), trace, layout)
            yield Reply(request.instance, text, tokens=len(text.split()))


def solved(instance: RuleInstance) -> str:
    """The answer of `solve` in the words that every prompting asks for."""
    return f"{LAST_LINE}{render(instance.block.task.solve(instance.given))}\n"


def _run(instance: Instance, trace: Trace, layout: Layout) -> str:
    line: Line = write(instance.block.task, instance.given, trace, layout)
    if not len(line):
        raise ConfigError(f"{instance.identity} holds no problem")
    return " ".join(expected(line, 0))
