"""One run of a rule: what it returned, in how many steps, and where every value came from."""

from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from lengthwise.core.errors import RuleError
from lengthwise.core.execution import Sources
from lengthwise.core.frame import Tag

if TYPE_CHECKING:
    from lengthwise.rules.edges.runtime import Trail
    from lengthwise.rules.rule import Rule


class Execution:
    """What one run came to; `sources` runs the rule again with edges, once, when it is first asked."""

    def __init__(
        self,
        rule: "Rule",
        given: dict[str, Any],
        answer: Any,
        error: Exception | None,
        steps: int,
        variables: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self.rule, self.given, self.error = rule, given, error
        self._answer, self._steps, self._variables = answer, steps, variables
        self._trail: Trail | None = None

    @property
    def answer(self) -> Any:
        """What the rule returned; None where it raised `error`."""
        return self._answer

    @property
    def steps(self) -> int:
        """Statements and loop turns begun."""
        return self._steps

    @property
    def variables(self) -> dict[str, Any]:
        """The variables of the rule when it ended; only a run with a hook keeps them."""
        if self._variables is None:
            raise RuleError("this run kept no variables; run the rule with a hook, as `rule.run(given, Recorder())`")
        return self._variables

    def sources(self, tag: Tag, written: AbstractSet[Tag]) -> Sources:
        """Content, carriers, witness and influence of one value, given what is written."""
        return self.trail.sources(tag, written)

    def tags(self, kind: str | None = None) -> list[Tag]:
        """The values that have a name: (kind, k) for the k-th store of a kind, and (answer, index)."""
        return [tag for tag in self.trail.tags if kind is None or tag[0] == kind]

    @property
    def trail(self) -> "Trail":
        """The events with their sources, from a second run with edges."""
        if self.error is not None:
            raise RuleError(
                f"{self.rule!r} raised {type(self.error).__name__} here: an execution that ends so has no sources"
            )
        if self._trail is None:
            self._trail = self.rule.trail(self.given)
        return self._trail
