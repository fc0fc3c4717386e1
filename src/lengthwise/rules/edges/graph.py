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

    def event(self, reads: Iterable[int] = (), keys: Iterable[int] = (), scans: Iterable[int] = ()) -> int:
        """An event over these sources; constants drop out, and what is read alone stands for itself."""
        coded = [r << 2 for r in reads if r]
        read = len(coded)
        if keys:
            coded += [k << 2 | KEY for k in keys if k]
        if scans:
            coded += [s << 2 | SCAN for s in scans if s]
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
