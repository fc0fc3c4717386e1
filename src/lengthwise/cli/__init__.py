"""The command line: the same words as in Python, and no logic.

Each verb is a file of this folder, named here by its place and imported only when it is called, so that
`lengthwise --help` answers at once and never pays for NumPy or torch. Inside a verb's file, rooms that bring torch are
imported in the function that needs them. A user's mistake ends in one line and exit code 2.
"""

import os
import sys
from typing import NamedTuple

import cyclopts

from lengthwise import __version__
from lengthwise.core.errors import LengthwiseError, MissingExtra


class Verb(NamedTuple):
    """A verb: where its function is, and its line in the help."""

    name: str
    where: str
    help: str


VERBS = (
    Verb("list", "lengthwise.cli.listing:list_names", "List what there is: tasks, layouts, encodings, studies ..."),
    Verb("show", "lengthwise.cli.show:show", "Draw a problem: symbols, what fixes one of them, ids, a restriction."),
    Verb(
        "run", "lengthwise.cli.run:run", "Train and measure: a study, or experiments from words (task=sort seed=0:5)."
    ),
    Verb("measure", "lengthwise.cli.measure:measure", "Measure a solver, or the network of a run, at any lengths."),
    Verb("grade", "lengthwise.cli.grade:grade", "Grade a file of answers against a task."),
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
    Verb("check", "lengthwise.cli.check:check", "Check a thing of your own by the suite of its axis."),
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
