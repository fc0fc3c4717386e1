"""Keys: the same name gives the same stream everywhere, and nearby names share nothing."""

from hashlib import blake2b

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lengthwise.core.keys import key


def test_a_key_is_the_hash_of_its_parts_as_json() -> None:
    assert key("lines", 42).digest(8) == blake2b(b'["lines",42]', digest_size=8).digest()


def test_a_stream_is_the_same_whenever_it_is_opened() -> None:
    first, second = (key("block", 3).rng().integers(2**62, size=100) for _ in range(2))
    assert (first == second).all()


def test_the_stream_is_pinned() -> None:
    assert key("pinned").rng().integers(1000, size=4).tolist() == [
        int(v)
        for v in np.random.Generator(
            np.random.PCG64(int.from_bytes(blake2b(b'["pinned"]', digest_size=16).digest(), "big"))
        ).integers(1000, size=4)
    ]


@given(st.lists(st.one_of(st.integers(), st.text(max_size=5), st.none()), max_size=4), st.integers(0, 2**40))
def test_neighbouring_seeds_share_nothing(parts: list[int | str | None], seed: int) -> None:
    one, other = (key(*parts, s).rng().integers(2**62, size=8) for s in (seed, seed + 1))
    assert not (one == other).any()


def test_parts_keep_their_types_and_their_borders() -> None:
    names = [key("ab"), key("a", "b"), key("a", "b", None), key("a", 1), key("a", "1"), key("a", 1.0), key(("a", 1))]
    assert len({name.digest() for name in names}) == len(names)


def test_seeds_fit_into_63_bits() -> None:
    assert all(0 <= key("seed", number).seed() < 2**63 for number in range(200))
