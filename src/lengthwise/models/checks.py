"""What every encoding and every attention must pass, a user's own included: each check raises ConformanceError.

A check builds a small network around the member and looks from outside: gradients, shifted ids, a cache, both paths.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn

from lengthwise.core.errors import ConfigError, ConformanceError
from lengthwise.models.attention.plain import Plain
from lengthwise.models.doors import Attention, Encoding
from lengthwise.models.positions.nope import NoPE
from lengthwise.models.transformer import Transformer, TransformerModule

# Two orders of the same fp32 sums differ by about 1e-6 here; a wrong position or mask moves logits by 1e-3 or more.
TOLERANCE = 5e-5
LARGEST = 40  # no id of a sample, shifted or not, is larger


class Sample(NamedTuple):
    """A batch to look at: a start symbol without id, then ids that go on by one from each row's own first id."""

    symbols: Tensor
    ids: Tensor
    time: Tensor

    def part(self, first: int, last: int) -> "Sample":
        """The columns `first` to `last` - 1."""
        return Sample(self.symbols[:, first:last], self.ids[:, first:last], self.time[:, first:last])


def sample(rows: int = 3, length: int = 12, first: int = 1, seed: int = 0) -> Sample:
    """Symbols from 0 to 9; row r has ids from `first` + 2 r on."""
    generator = torch.Generator().manual_seed(seed)
    symbols = torch.randint(0, 10, (rows, length), generator=generator)
    time = torch.arange(length).expand(rows, length).clone()
    ids = time - 1 + first + 2 * torch.arange(rows)[:, None]
    ids[:, 0] = 0
    return Sample(symbols, ids[..., None], time)


def network(encoding: Encoding | None = None, attention: Attention | None = None, seed: int = 0) -> TransformerModule:
    """Two layers of four heads, every parameter drawn wide enough that its effect cannot hide in rounding."""
    blueprint = Transformer(
        layers=2, heads=4, width=32, mlp=2.0, encoding=encoding or NoPE(), attention=attention or Plain()
    )
    model = blueprint.build(symbols=10, seed=seed)
    generator = torch.Generator().manual_seed(seed + 1)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "encoding" in name or "attention." in name:
                noise = 0.3 * torch.randn(parameter.shape, generator=generator)
                # Numbers that are 0 among others (the row of id 0) are so by definition.
                parameter.add_(noise * ((parameter != 0) | (parameter == 0).all()))
    return model.eval()


def check_causal(encoding: Encoding, attention: Attention) -> None:
    """No logit depends on a later symbol (by gradients) or on a later id, and each depends on what was read."""
    model, given = network(encoding, attention), sample()
    length = given.symbols.shape[1]
    with _kept(model.embedded) as kept:
        said = model(*given).symbols
    for column in range(length):
        weights = torch.linspace(-1.0, 1.0, said.shape[-1])
        (gradient,) = torch.autograd.grad((said[:, column] * weights).sum(), kept[0], retain_graph=True)
        if gradient[:, column + 1 :].count_nonzero() > 0:
            raise ConformanceError(f"{_names(encoding, attention)}: the logits of column {column} see later symbols")
        if not bool(gradient[:, : column + 1].abs().sum() > 0):
            raise ConformanceError(f"{_names(encoding, attention)}: column {column} depends on no symbol at all")
    half = length // 2
    moved = given.ids.clone()
    moved[:, half:] += 3
    with torch.no_grad():
        other = model(given.symbols, moved, given.time).symbols
    if not _close(other[:, :half], said[:, :half]):
        raise ConformanceError(f"{_names(encoding, attention)}: ids from column {half} on change earlier logits")


def check_shift(encoding: Encoding) -> None:
    """Adding a number to every id changes nothing if the encoding says so, and something if it says not."""
    model = network(encoding)
    given = sample()
    every = given.ids + 1  # the start symbol as well: what has no id is outside the claim
    with torch.no_grad():
        near, far = (model(given.symbols, ids, given.time).symbols for ids in (every, every + 17))
    if _close(near, far) != encoding.shift_invariant:
        said = "changes" if encoding.shift_invariant else "does not change"
        raise ConformanceError(
            f"{type(encoding).__name__} states shift_invariant={encoding.shift_invariant}, and adding 17 to every id "
            f"{said} its logits"
        )


def check_distance(encoding: Encoding) -> None:
    """Ids that lie twice as far apart change the logits of what states a distance, and of nothing else that is shifted.

    Numberings whose ids fall are refused for a forward distance, and so the statement must be true.
    """
    given, stated = sample(), encoding.distance != "none"
    if not stated and not encoding.shift_invariant:
        return  # it looks at single ids, as a table does
    model = network(encoding)
    with torch.no_grad():
        near, far = (model(given.symbols, ids, given.time).symbols for ids in (given.ids, 2 * given.ids))
    if _close(near, far) == stated:
        says = "changes nothing" if stated else "changes its logits"
        raise ConformanceError(
            f"{type(encoding).__name__} states distance={encoding.distance!r}, and doubling every id {says}"
        )


def check_seed(encoding: Encoding, attention: Attention) -> None:
    """Built twice from one seed it is one network: what is drawn comes from the generator that `build` is given."""
    said = []
    for elsewhere in (1, 2):
        with torch.random.fork_rng(devices=[]), torch.no_grad():
            torch.manual_seed(elsewhere)
            said.append(network(encoding, attention)(*sample()).symbols)
    if not bool((said[0] == said[1]).all()):
        raise ConformanceError(
            f"{_names(encoding, attention)}: one seed builds two networks; draw from the generator that build is given"
        )


def check_cache(encoding: Encoding, attention: Attention) -> None:
    """Reading a prompt at once and then symbol by symbol gives the logits of one full pass."""
    model, given = network(encoding, attention), sample()
    with torch.no_grad():
        full = model(*given).symbols
        memory = model.start()
        said = [model(*given.part(0, 5), memory=memory).symbols, model(*given.part(5, 7), memory=memory).symbols]
        said += [model(*given.part(t, t + 1), memory=memory).symbols for t in range(7, full.shape[1])]
    if not _close(torch.cat(said, dim=1), full):
        raise ConformanceError(f"{_names(encoding, attention)}: cached decoding differs from the full pass")


def check_paths(encoding: Encoding, attention: Attention) -> None:
    """The stock kernel and the plain path agree, and so do chosen columns and all of them."""
    model, given = network(encoding, attention), sample()
    columns = torch.tensor([2, 5, 11])
    with torch.no_grad():
        fused, chosen = model(*given).symbols, model(*given, head_at=columns).symbols
        with _kept(model.layers[0].weights), _kept(model.layers[1].weights):
            plain = model(*given).symbols
    if not _close(fused, plain):
        raise ConformanceError(f"{_names(encoding, attention)}: the fused and the plain path differ")
    if not _close(chosen, fused[:, columns]):
        raise ConformanceError(f"{_names(encoding, attention)}: logits at chosen columns differ from the full pass")


def check_length(encoding: Encoding, length: int = 600) -> None:
    """Without a limit, ids far past any training give finite logits."""
    first = 1 if encoding.limit is None else max(1, encoding.limit - length)
    given = sample(rows=1, length=min(length, encoding.limit or length), first=first)
    with torch.no_grad():
        said = network(encoding)(*given).symbols
    if not bool(said.isfinite().all()):
        raise ConformanceError(f"{type(encoding).__name__} gives logits that are not finite at length {length}")


def check_encoding(encoding: Encoding) -> None:
    """All of it, with plain attention. A table must have room for the ids that the checks shift to."""
    if encoding.limit is not None and encoding.limit < LARGEST:
        raise ConfigError(
            f"{type(encoding).__name__} with a limit of {encoding.limit} has too few ids to be checked; check it with "
            f"a limit of at least {LARGEST}"
        )
    check_seed(encoding, Plain())
    check_causal(encoding, Plain())
    check_shift(encoding)
    check_distance(encoding)
    if encoding.cached:
        check_cache(encoding, Plain())
    check_paths(encoding, Plain())
    check_length(encoding)


def check_attention(attention: Attention) -> None:
    """All of it, without positions."""
    check_seed(NoPE(), attention)
    check_causal(NoPE(), attention)
    if attention.cached:
        check_cache(NoPE(), attention)
    check_paths(NoPE(), attention)


@contextmanager
def _kept(module: nn.Module) -> Iterator[list[Tensor]]:
    """What passes through a named place meanwhile."""
    values: list[Tensor] = []
    handle = module.register_forward_hook(lambda _module, _inputs, value: values.append(value))
    try:
        yield values
    finally:
        handle.remove()


def _close(one: Float[Tensor, "batch time vocabulary"], other: Float[Tensor, "batch time vocabulary"]) -> bool:
    return bool((one - other).abs().max() <= TOLERANCE)


def _names(encoding: Encoding, attention: Attention) -> str:
    return f"{type(encoding).__name__} with {type(attention).__name__}"
