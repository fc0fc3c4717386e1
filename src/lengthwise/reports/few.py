"""A few of many lengths, for tables that must fit a page."""

from collections.abc import Sequence


def few(lengths: Sequence[int], most: int) -> list[int]:
    """At most so many of them, the first and the last among them, spread over the whole.

    >>> few((1, 5, 10, 20, 40, 80, 100), 3)
    [1, 20, 100]
    """
    if len(lengths) <= most:
        return list(lengths)
    chosen = {round(i * (len(lengths) - 1) / (most - 1)) for i in range(most)}
    return [lengths[i] for i in sorted(chosen)]
