"""One example of an export, with all that is known of it; every format is a choice of its columns.

>>> from lengthwise.export.plan import Export
>>> from lengthwise.rules.task import RuleBlock, instances
>>> from lengthwise.tasks.digits.number_length import NumberLength
>>> row = make_row(next(instances(RuleBlock(NumberLength(), 3), 1)), Export("number_length", (3,), 1))
>>> row.answer, row.length, row.steps, row.split
('3', 3, 12, 'train')
"""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lengthwise.core.errors import RuleError
from lengthwise.rules.execution import Execution
from lengthwise.rules.runtime.render import render
from lengthwise.rules.task import RuleInstance, answer, canonical

if TYPE_CHECKING:
    from lengthwise.export.plan import Export


@dataclass(frozen=True)
class Row:
    """One example: `prompt` ends where `trace` begins; `trace` is what is learnt, and ends with the answer."""

    id: str
    task: str
    split: str
    length: int
    steps: int
    style: str
    prompting: str
    seed: int
    version: int
    canary: str
    messages: tuple[dict[str, str], ...]
    prompt: str
    rule: str
    question: str
    given: str
    trace: str
    answer: str
    carriers: str = ""
    witness: str = ""


# What a file's columns are made from before there is a row.
BLANK = Row("", "", "", 0, 0, "", "", 0, 0, "", (), "", "", "", "", "", "")


def make_row(instance: RuleInstance, export: "Export") -> Row:
    """Execute the rule, check it against `solve`, and write prompt and trace."""
    block, task = instance.block, instance.block.task
    try:
        run = answer(task, instance.given)
        trace = export.prompting.reply(instance, export.written)
    except RuleError as error:
        raise type(error)(f"{error} ({instance.identity})") from error
    request = export.prompting.request(instance, export.written)
    return Row(
        id=instance.identity,
        task=task.name,
        split=block.split,
        length=block.length,
        steps=run.steps,
        style=export.written.name,
        prompting=type(export.prompting).__name__,
        seed=block.seed,
        version=task.version,
        canary=export.canary if block.split == "test" else "",
        messages=(*({**message} for message in request.messages), {"role": "assistant", "content": trace}),
        prompt=request.plain,
        rule=task.program.text,
        question=task.ask(instance.given),
        given=canonical(instance.given),
        trace=trace,
        answer=render(run.answer),
        **(sources(run) if export.sources == "inputs" else {}),
    )


def sources(run: Execution) -> dict[str, str]:
    """For every value of the answer, the symbols of the given that entered it and those that fix it, as JSON."""
    found = {tag: run.sources(tag, frozenset()) for tag in run.tags("answer")}
    return {
        relation: json.dumps({str(tag[1]): [f"{kind}[{index}]" for kind, index in sorted(tags[number])]
                              for tag, tags in found.items()})
        for relation, number in (("carriers", 1), ("witness", 2))
    }  # fmt: skip
