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
from lengthwise.core.errors import LengthwiseError


class Verb(NamedTuple):
    """A verb: where its function is, and its line in the help."""

    name: str
    where: str
    help: str


VERBS = (
    Verb("list", "lengthwise.cli.listing:list_names", "List what there is: tasks, layouts, encodings, studies ..."),
    Verb(
        "show", "lengthwise.cli.show:show", "Draw one problem: its symbols, what fixes one of them, ids, a restriction."
    ),
    Verb(
        "run",
        "lengthwise.cli.run:run",
        "Train and measure: a study, or experiments made from words (task=sort seed=0:5).",
    ),
)

app = cyclopts.App(
    name="lengthwise",
    help="Train on short inputs, test on long ones, see the curve.",
    help_format="plaintext",  # reading Markdown would bring a parser that costs a third of the start-up
    version=__version__,
)
app.register_install_completion_command()
for verb in VERBS:
    app.command(verb.where, name=verb.name, help=verb.help)


def main() -> None:
    """Run the command line; the entry point that installation puts on the path."""
    try:
        app()
    except LengthwiseError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(2) from None
    except BrokenPipeError:  # `lengthwise list | head`: who reads has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(141) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None  # 128 + the number of the signal, as shells expect
