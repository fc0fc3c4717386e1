"""`lengthwise judge`: what is right and wrong with a written trace."""

from pathlib import Path

from lengthwise.cli.trace import pose
from lengthwise.core.errors import ConfigError
from lengthwise.rules import judge as judge_text
from lengthwise.rules.styles import style as style_named


def judge(rule: str, file: Path, *, given: str, style: str = "recite") -> None:
    """Replay a trace against its rule, and say where it goes wrong; the exit code is 1 where it is rejected.

    Parameters
    ----------
    rule
        A function in a file (`my_rule.py:add`), or a task (`digits/add_digits`).
    file
        The trace, as text; what `lengthwise trace` prints before it may stand there.
    given
        The arguments as JSON, such as '{"a": "1234", "b": "88"}'.
    style
        The style that the trace is written in.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read the trace {file} ({error}); give a text file") from error
    posed = pose(rule, given)
    head = posed.head if text.startswith(posed.head) else ""
    trace = text.removeprefix(head)
    trace += "" if trace.endswith("\n") else "\n"  # editors and models leave the last line's end out
    found = judge_text(posed.rule, posed.given, style_named(style), trace)
    for fault in found.faults:
        line = head.count("\n") + trace.count("\n", 0, fault.start) + 1
        print(f"{file}:{line}: {fault.kind}: {fault.stated!r} where {fault.expected!r} is right")
    print(
        f"{'accepted' if found.accepted else 'rejected'}: {found.right} steps right, {found.wrong} wrong, "
        f"{found.unjudged} lines unjudged"
    )
    if not found.accepted:
        raise SystemExit(1)
