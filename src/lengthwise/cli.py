"""The command line: the same words as in Python, and no logic.

Each verb is a few lines that call a room, and imports that room inside itself, so that `lengthwise --help` answers at
once and never pays for NumPy or torch. A user's mistake ends in one line and exit code 2.
"""

import os
import sys

import cyclopts

from lengthwise import __version__
from lengthwise.core.errors import LengthwiseError

app = cyclopts.App(
    name="lengthwise",
    help="Train on short inputs, test on long ones, see the curve.",
    help_format="plaintext",  # reading Markdown would bring a parser that costs a third of the start-up
    version=__version__,
)
app.register_install_completion_command()


@app.command(name="list")
def list_names(axis: str | None = None) -> None:
    """List what there is: every axis, or the things of one (`lengthwise list tasks`).

    Parameters
    ----------
    axis
        tasks, traces, layouts, numberings, encodings, ...; all of them where none is given.
    """
    from lengthwise.core.catalogue import AXES, names

    for each in [axis] if axis else AXES:
        for name in names(each):
            print(name if axis else f"{each}: {name}")


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


if __name__ == "__main__":
    main()
