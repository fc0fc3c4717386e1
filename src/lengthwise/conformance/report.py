"""What a suite says: every contract with pass, skip (by name, with the reason) or fail."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from lengthwise.core.errors import ConformanceError, LengthwiseError

Verdict = Literal["pass", "skip", "fail"]


class NotApplicable(Exception):
    """A contract that has no meaning for this subject; the message is the reason."""


@dataclass(frozen=True)
class Finding:
    """One contract: what it is called, the verdict, and the reason or the sentence of the failure."""

    contract: str
    verdict: Verdict
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.verdict:4}  {self.contract}" + (f": {self.detail}" if self.detail else "")


@dataclass(frozen=True)
class Report:
    """All contracts of one subject."""

    subject: str
    findings: tuple[Finding, ...]

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The contracts that are broken."""
        return tuple(finding for finding in self.findings if finding.verdict == "fail")

    @property
    def passed(self) -> bool:
        """Whether no contract is broken."""
        return not self.failures

    def __str__(self) -> str:
        return "\n".join([self.subject, *(f"  {finding}" for finding in self.findings)])

    def demand(self) -> None:
        """Raise a ConformanceError with every failure, if there is one."""
        if not self.passed:
            raise ConformanceError(f"{self.subject}: " + "; ".join(f"{f.contract}: {f.detail}" for f in self.failures))


Check = tuple[str, Callable[[], None]]


def judge(subject: str, checks: Iterable[Check], *, first_failure: bool = False) -> Report:
    """Run every check. A subject's own error is a failure of the contract that met it, whatever its type.

    With `first_failure` the report ends at the first broken contract.
    """
    findings: list[Finding] = []
    for contract, check in checks:
        findings.append(_judged(contract, check))
        if first_failure and findings[-1].verdict == "fail":
            break
    return Report(subject, tuple(findings))


def _judged(contract: str, check: Callable[[], None]) -> Finding:
    try:
        check()
    except NotApplicable as reason:
        return Finding(contract, "skip", str(reason))
    except (ConformanceError, LengthwiseError) as error:
        return Finding(contract, "fail", str(error))
    except Exception as error:  # noqa: BLE001 - the subject is somebody's code: whatever it raises is its failure
        return Finding(contract, "fail", f"{type(error).__name__}: {error}")
    return Finding(contract, "pass")
