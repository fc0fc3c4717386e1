"""What is known of every statement of a rule before it runs."""

import ast
from dataclasses import dataclass, field


@dataclass(frozen=True, eq=False)
class Node:
    """One statement, one condition or one function head, as events and styles see it.

    `kind`: enter, assign, do, del, assert, raise, return, pass, break, continue, if, while, for, except. `text` is the
    line that a trace recites, `number` its line in the file, `shown` its line in the rule as a prompt shows it. `reads`
    are the variables it loads, `writes` those it stores or changes in place, `subs` the sub-expressions worth a word
    (as written). `depth` counts the loops around it; `label` is its hierarchical number in the natural-language rule.
    `after` is the number of the step that follows it, `otherwise` of the one where its condition fails (or a jump
    leads); `last`: it ends its block, `back`: and what follows is the loop around it. `heading` is printed before it,
    `turn` before each iteration.
    """

    id: int
    kind: str
    function: str
    number: int
    text: str
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    subs: tuple[str, ...] = ()
    depth: int = 0
    heading: str = ""
    turn: str = ""
    label: str = ""
    after: str = ""
    otherwise: str = ""
    last: bool = False
    back: bool = False
    initial: bool = False
    entry: bool = False
    sure: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    parts: tuple[ast.expr, ...] = ()
    statements: tuple[ast.stmt, ...] = ()
    shown: int = 0


@dataclass
class Plan:
    """Every node of a rule, found by the statement it stands for."""

    nodes: list[Node] = field(default_factory=list)
    of: dict[int, Node] = field(default_factory=dict)
    entries: dict[str, Node] = field(default_factory=dict)
    kinds: dict[tuple[str, int, int], str] = field(default_factory=dict)
