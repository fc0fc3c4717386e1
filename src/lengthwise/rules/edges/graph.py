"""The events of an execution and what each came from, and the closures that answer "where from?".

An event is a number; its edges go to earlier events, each with a level: READ (the value entered), KEY (found the
place), SCAN (looked over: losers, verdicts, lengths). Along a path the worst level counts, so carriers are what READ
edges alone reach, the witness what READ and KEY reach, the influence what any edge reaches. Event 0 is "a constant".
"""

from collections.abc import Iterable

from lengthwise.rules.runtime.limits import LimitError, Stop

READ, KEY, SCAN = 0, 1, 2
MOST_EVENTS = 20_000_000  # about 2 GB of edges

Edges = tuple[int, ...]  # source * 4 + level


class Graph:
    """All events of one execution, in order; `edges[event]` holds coded (source, level) pairs."""

    def __init__(self) -> None:
        self.edges: list[Edges] = [()]

    def new(self, coded: Iterable[int]) -> int:
        """An event of its own, even if it only repeats another."""
        if len(self.edges) >= MOST_EVENTS:
            self.full()
        self.edges.append(tuple(coded))
        return len(self.edges) - 1

    def full(self) -> None:
        raise Stop(LimitError(f"more than {MOST_EVENTS} events with sources; shorten the input"))

    def scanned(self, first: int, second: int = 0) -> int:
        """An event over one or two sources that were looked over: `event((), (), (first, second))`, without its loops.

        Most events are of this kind: what governs, how long something is, what may have been changed.
        """
        if not first:
            first, second = second, 0
            if not first:
                return 0
        edges = self.edges
        number = len(edges)
        if number >= MOST_EVENTS:
            self.full()
        edges.append((first << 2 | SCAN, second << 2 | SCAN) if second else (first << 2 | SCAN,))
        return number

    def event(self, reads: Iterable[int] = (), keys: Iterable[int] = (), scans: Iterable[int] = ()) -> int:
        """An event over these sources; constants drop out, and what is read alone stands for itself."""
        coded = []
        for source in reads:  # loops, for a comprehension is a call of its own in CPython 3.11
            if source:
                coded.append(source << 2)  # noqa: PERF401
        read = len(coded)
        for source in keys:
            if source:
                coded.append(source << 2 | KEY)  # noqa: PERF401
        for source in scans:
            if source:
                coded.append(source << 2 | SCAN)  # noqa: PERF401
        if not coded:
            return 0
        if read == 1 == len(coded):
            return coded[0] >> 2
        edges = self.edges
        number = len(edges)
        if number >= MOST_EVENTS:
            self.full()
        edges.append(tuple(dict.fromkeys(coded)) if len(coded) > 4 else tuple(coded))
        return number

    def reach(self, starts: Iterable[int], level: int, stops: frozenset[int] | set[int]) -> set[int]:
        """Events that edges up to `level` reach from `starts`, not going on from those in `stops`."""
        first = {s for s in starts if s}
        seen = set(first)
        pending = list(first)
        edges = self.edges
        while pending:
            event = pending.pop()
            if event in stops and event not in first:
                continue
            for coded in edges[event]:
                if coded & 3 <= level and coded >> 2 not in seen:
                    seen.add(coded >> 2)
                    pending.append(coded >> 2)
        return seen
