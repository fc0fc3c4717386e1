"""The command line: the same words as in Python, and no logic.

Each verb is a file of this folder, named here by its place and imported only when it is called, so that
`lengthwise --help` answers at once and never pays for NumPy or torch. Inside a verb's file, rooms that bring torch are
imported in the function that needs them. A user's mistake ends in one line and exit code 2.
"""

import os
import re
import sys
import traceback
from collections.abc import Sequence
from typing import NamedTuple

import cyclopts

from lengthwise import __version__
from lengthwise.core.errors import LengthwiseError, MissingExtra


class Verb(NamedTuple):
    """A verb: where its function is, its line in the help, and what its own help says beside."""

    name: str
    where: str
    line: str
    more: str = ""

    @property
    def help(self) -> str:
        """The whole help; the list of verbs shows its first line."""
        return f"{self.line}\n\n{self.more}".strip()


RUN = """\
lengthwise run first_curve                 a study
lengthwise run first_curve budget=1e5      the same, smaller
lengthwise run task=sort                   one experiment, the rest by default
lengthwise run task=sort,copy encoding=NoPE,RoPE seed=0:5
lengthwise run task=sort budget=1e6 lengths=1-10 tests=10,20,40
lengthwise run task=sort lengths=1-10 cut=none,40 choice=near,hard

Words change fields of the experiment, with dots into parts (task.values=100). A comma list or a range makes \
a grid. `lengths` are the trained lengths; `cut=40` makes half of the lines restrictions of lines of up to 40, \
of which `choice` says what is kept. What is done already is reused, what was interrupted goes on."""
MEASURE = """\
lengthwise measure task=sort solver=program lengths=10-200
lengthwise measure task=sort "solver=oracle(error=0.01)"
lengthwise measure RUN --lengths 10-200    the network of a run

A run is named by its folder, or the beginning of its name. Words are fields of a measurement: task, trace, layout, \
lengths, instances, cases, way, seed ... 10-200 are lengths that grow by a quarter each, 10,20,40 these three, \
10:21 every one from 10 to 20."""
GRADE = """\
Each line of the file is an object with `answer`, and with `prompt` (as the page shows it) or `instance` (as samples \
name it). The task is a name, a file, or a data file (JSONL or CSV with prompt, answer, length)."""
CHECK = """\
lengthwise check my_task.py                the one thing of a file
lengthwise check my_layouts.py:Zigzag      one of several
lengthwise check data.jsonl                rows with prompt, answer and length (CSV as well)
lengthwise check "sort(values=20)"         a thing of the house

The exit code is 1 where a contract is broken."""


VERBS = (
    Verb("list", "lengthwise.cli.listing:list_names", "List what there is: tasks, layouts, encodings, studies ..."),
    Verb("show", "lengthwise.cli.show:show", "Draw a problem: symbols, what fixes one of them, ids, a restriction."),
    Verb(
        "run",
        "lengthwise.cli.run:run",
        "Train and measure: a study, or experiments from words (task=sort seed=0:5).",
        RUN,
    ),
    Verb(
        "measure",
        "lengthwise.cli.measure:measure",
        "Measure a solver, or the network of a run, at any lengths.",
        MEASURE,
    ),
    Verb("grade", "lengthwise.cli.grade:grade", "Grade a file of answers against a task.", GRADE),
    Verb(
        "trace", "lengthwise.cli.trace:trace", "Execute a rule (a function in a file, or a task) and print its trace."
    ),
    Verb("judge", "lengthwise.cli.judge:judge", "Say what is right and wrong with a written trace."),
    Verb("export", "lengthwise.cli.export:export", "Write traces of many tasks as files to train on."),
    Verb("verify", "lengthwise.cli.verify:verify", "Compare an export with its manifest."),
    Verb("report", "lengthwise.cli.report:report", "Tables, a page and figures of runs or of a study."),
    Verb(
        "compare",
        "lengthwise.cli.compare:compare",
        "Two runs, instance by instance: what one solves and the other does not.",
    ),
    Verb("check", "lengthwise.cli.check:check", "Check a thing of your own by the suite of its axis.", CHECK),
)
GROUPS = {
    ("runs", "List, clean or merge the folders that runs leave."): (
        Verb("list", "lengthwise.cli.runs:list_runs", "List the runs: state, reach, what they are."),
        Verb("clean", "lengthwise.cli.runs:clean_runs", "Remove failed and diverged runs."),
        Verb("merge", "lengthwise.cli.runs:merge_runs", "Bring the runs of another folder over."),
    ),
    ("curves", "Curves as CSV: read other people's, write a run's."): (
        Verb(
            "import",
            "lengthwise.cli.curves:import_curve",
            "Read figures (length, correct, asked), for reports beside runs.",
        ),
        Verb("export", "lengthwise.cli.curves:export_curve", "Write a run's curve."),
    ),
}

app = cyclopts.App(
    name="lengthwise",
    help="Train on short inputs, test on long ones, see the curve.",
    help_format="plaintext",  # reading Markdown would bring a parser that costs a third of the start-up
    version=__version__,
)
app.register_install_completion_command()
for verb in VERBS:
    app.command(verb.where, name=verb.name, help=verb.help)
for (name, about), verbs in GROUPS.items():
    group = cyclopts.App(name=name, help=about, help_format="plaintext")
    for verb in verbs:
        group.command(verb.where, name=verb.name, help=verb.help)
    app.command(group)


@app["runs"].default
def runs(*, root: str = "") -> None:
    """List the runs, as `runs list` does."""
    app(["runs", "list", *(["--root", root] if root else [])])


def main() -> None:
    """Run the command line; the entry point that installation puts on the path."""
    try:
        app(sys.argv[1:])
    except LengthwiseError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(2) from None
    except ModuleNotFoundError as error:
        from lengthwise.core.catalogue import EXTRA_OF

        extra = EXTRA_OF.get((error.name or "").split(".")[0])
        if extra is None:
            raise
        print(f"error: {MissingExtra(error.name or '', extra)}", file=sys.stderr)
        raise SystemExit(2) from None
    except BrokenPipeError:  # `lengthwise list | head`: who reads has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(141) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None  # 128 + the number of the signal, as shells expect
    except Exception:
        own = _own_file(sys.argv[1:])
        if own is None:
            raise
        traceback.print_exc()  # where in that file it happened
        print(f"error: {own} was in use; `lengthwise check '{own}'` says which contract it breaks", file=sys.stderr)
        raise SystemExit(1) from None


def _own_file(words: Sequence[str]) -> str | None:
    """The first thing of somebody's own that the words name: my_task.py or my_task.py:MyTask."""
    found = (re.search(r"[^=,()]+\.py(:\w+)?", word) for word in words)
    return next((match[0] for match in found if match), None)
