"""What every encoding and attention keeps to: no look ahead, one answer with and without a cache, honest claims."""

from collections.abc import Callable
from functools import partial
from typing import Any

from lengthwise.conformance.report import Check, NotApplicable, Report, judge


def check_encoding(encoding: Any, *, first_failure: bool = False) -> Report:
    """Every contract of an encoding, in a small network with plain attention.

    >>> from lengthwise.models.positions.alibi import ALiBi
    >>> check_encoding(ALiBi()).passed
    True
    """
    from lengthwise.models import checks
    from lengthwise.models.attention.plain import Plain

    cached = partial(_cached, encoding, partial(checks.check_cache, encoding, Plain()))
    found: list[Check] = [
        ("built from its seed", partial(checks.check_seed, encoding, Plain())),
        ("causal", partial(checks.check_causal, encoding, Plain())),
        ("shift invariant as stated", partial(checks.check_shift, encoding)),
        ("distance as stated", partial(checks.check_distance, encoding)),
        ("cached decoding equals the full pass", cached),
        ("fused and plain path agree", partial(checks.check_paths, encoding, Plain())),
        ("finite far out", partial(checks.check_length, encoding)),
    ]
    found = [(contract, partial(_with_room, encoding, checks.LARGEST, check)) for contract, check in found]
    return judge(repr(encoding), found, first_failure=first_failure)


def check_attention(attention: Any, *, first_failure: bool = False) -> Report:
    """Every contract of an attention, in a small network without positions."""
    from lengthwise.models import checks
    from lengthwise.models.positions.nope import NoPE

    cached = partial(_cached, attention, partial(checks.check_cache, NoPE(), attention))
    found: list[Check] = [
        ("built from its seed", partial(checks.check_seed, NoPE(), attention)),
        ("causal", partial(checks.check_causal, NoPE(), attention)),
        ("cached decoding equals the full pass", cached),
        ("fused and plain path agree", partial(checks.check_paths, NoPE(), attention)),
    ]
    return judge(repr(attention), found, first_failure=first_failure)


def _with_room(encoding: Any, largest: int, check: Callable[[], None]) -> None:
    if encoding.limit is not None and encoding.limit < largest:
        raise NotApplicable(f"a limit of {encoding.limit} has too few ids to be checked; take at least {largest}")
    check()


def _cached(member: Any, check: Callable[[], None]) -> None:
    if not member.cached:
        raise NotApplicable("it states that it has no cache")
    check()
