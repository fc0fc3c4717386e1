"""The command line: the same words as in Python, and no logic.

Each verb is a few lines that call a room, and imports that room inside itself, so that `lengthwise --help` answers at
once and never pays for NumPy or torch.
"""

import cyclopts

from lengthwise import __version__

app = cyclopts.App(
    name="lengthwise", help="Train on short inputs, test on long ones, see the curve.", version=__version__
)
app.register_install_completion_command()


def main() -> None:
    """Run the command line; the entry point that installation puts on the path."""
    app()


if __name__ == "__main__":
    main()
