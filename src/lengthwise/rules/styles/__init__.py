"""Styles: how an execution is written down. Found by name with `style`."""

from lengthwise.core.errors import UnknownName
from lengthwise.rules.styles.calls import Calls
from lengthwise.rules.styles.knobs import CHANGES, FETCH, FRAMES, RECITE, STAGES, STEPS, Knobs
from lengthwise.rules.styles.natural import Natural
from lengthwise.rules.styles.pieces import Joined, Line, Spaced, States, Style, Word
from lengthwise.rules.styles.signposts import Signposts

STYLES: dict[str, Style] = {
    s.name: s for s in (RECITE, STAGES, CHANGES, FETCH, FRAMES, STEPS, Calls(), Signposts(), Natural())
}


def style(name: str) -> Style:
    """The style of that name."""
    if name not in STYLES:
        raise UnknownName(f"no style is called {name!r}; there are {', '.join(STYLES)}")
    return STYLES[name]


__all__ = ["STYLES", "Joined", "Knobs", "Line", "Spaced", "States", "Style", "Word", "style"]
