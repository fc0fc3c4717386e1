"""Every encoding and attention passes the room's checks, and planted bugs do not."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

import pytest
import torch
from torch import Generator, Tensor

from lengthwise.core.errors import ConfigError, ConformanceError
from lengthwise.models import checks
from lengthwise.models.attention.plain import Plain
from lengthwise.models.doors import AttentionModule, Distance, EncodingModule, Levels, Shape
from lengthwise.models.memory import Memory, Seen
from lengthwise.models.positions.absolute import Absolute
from lengthwise.models.positions.nope import NoPE
from lengthwise.models.where import Where
from tests.models.cases import ATTENTIONS, ENCODINGS

PAIRS = list(itertools.product(ENCODINGS, ATTENTIONS))


@pytest.mark.parametrize(("encoding", "attention"), PAIRS)
def test_no_logit_sees_a_later_symbol_or_id(encoding: str, attention: str) -> None:
    checks.check_causal(ENCODINGS[encoding], ATTENTIONS[attention])


@pytest.mark.parametrize(("encoding", "attention"), PAIRS)
def test_cached_decoding_equals_the_full_pass(encoding: str, attention: str) -> None:
    checks.check_cache(ENCODINGS[encoding], ATTENTIONS[attention])


@pytest.mark.parametrize(("encoding", "attention"), PAIRS)
def test_the_fused_and_the_plain_path_agree(encoding: str, attention: str) -> None:
    checks.check_paths(ENCODINGS[encoding], ATTENTIONS[attention])


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_shift_invariance_is_as_stated(encoding: str) -> None:
    checks.check_shift(ENCODINGS[encoding])


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_lines_far_past_training_give_finite_logits(encoding: str) -> None:
    checks.check_length(ENCODINGS[encoding])


@dataclass(frozen=True)
class Planted:
    """An encoding whose module is given."""

    module: Callable[[], EncodingModule]
    shift_invariant: bool = True
    limit: ClassVar[int | None] = None
    distance: ClassVar[Distance] = "forward"
    levels: ClassVar[Levels] = "one"
    cached: ClassVar[bool] = True
    fused: ClassVar[bool] = True

    def build(self, shape: Shape, generator: Generator) -> EncodingModule:
        return self.module()


class KnowsTheEnd(EncodingModule):
    """Adds how long the whole line is: later ids change earlier logits."""

    def embed(self, where: Where) -> Tensor:
        return (where.ids.amax(dim=1, keepdim=True) / 10).expand(-1, where.ids.shape[1], 32)


class KnowsTheNext(EncodingModule):
    """Turns keys into the keys after them."""

    def turn(self, q: Tensor, k: Tensor, query: Where, key: Where) -> tuple[Tensor, Tensor]:
        return q, k.roll(-1, dims=2)


class CountsFromTheQuery(EncodingModule):
    """Scales by the id itself, and so is not shift-invariant."""

    def bias(self, query: Where, key: Where) -> Tensor:
        return (query.ids[:, None, :, None, 0] * key.time[:, None, None, :] / 50).expand(-1, 4, -1, -1)


class CountsColumns(EncodingModule):
    """Numbers the columns that it is given instead of looking where they stand: wrong with a cache."""

    def embed(self, where: Where) -> Tensor:
        columns = torch.arange(where.time.shape[1]).sin()
        return columns[None, :, None].expand(len(where.time), -1, 32)


class Overflows(EncodingModule):
    """The root of a number that goes below zero after 100 ids."""

    def bias(self, query: Where, key: Where) -> Tensor:
        return (100 - query.ids[:, None, :, None, 0]).float().sqrt().expand(-1, 4, -1, len(key.time[0]))


@pytest.mark.parametrize(
    ("module", "check"),
    [
        (KnowsTheEnd, lambda planted: checks.check_causal(planted, Plain())),
        (KnowsTheNext, lambda planted: checks.check_causal(planted, Plain())),
        (CountsFromTheQuery, checks.check_shift),
        (CountsColumns, lambda planted: checks.check_cache(planted, Plain())),
        (Overflows, checks.check_length),
    ],
)
def test_a_planted_encoding_is_rejected(module: Callable[[], EncodingModule], check: Callable[[Planted], None]) -> None:
    with pytest.raises(ConformanceError):
        check(Planted(module))


def test_an_encoding_that_is_too_modest_is_rejected() -> None:
    with pytest.raises(ConformanceError, match="does not change"):
        checks.check_shift(replace(Planted(EncodingModule), shift_invariant=False))


@dataclass(frozen=True)
class PlantedAttention:
    """An attention whose module is given."""

    module: Callable[[], AttentionModule]
    cached: ClassVar[bool] = True
    fused: ClassVar[bool] = True

    def build(self, shape: Shape, generator: Generator) -> AttentionModule:
        return self.module()


class MultipliesScores(AttentionModule):
    """Claims a fused path, where it may only add."""

    def scores(self, z: Tensor, query: Where, seen: Seen) -> Tensor:
        return z * 2


class ForgetsThePrompt(AttentionModule):
    """Looks only at what was just read."""

    def extend(self, memory: Memory | None, x: Tensor, fresh: Seen) -> Seen:
        if memory is not None:
            memory.add(fresh)
        return fresh


@pytest.mark.parametrize("name", ["absolute", "rope", "fire"])
def test_the_whole_suite_is_one_call(name: str) -> None:
    checks.check_encoding(ENCODINGS[name])
    checks.check_attention(ATTENTIONS["forgetting"])


def test_a_table_too_small_to_be_checked_says_so() -> None:
    with pytest.raises(ConfigError, match="at least 40"):
        checks.check_encoding(Absolute(limit=10))


def test_an_attention_whose_paths_differ_is_rejected() -> None:
    with pytest.raises(ConformanceError, match="plain path"):
        checks.check_paths(NoPE(), PlantedAttention(MultipliesScores))


def test_an_attention_that_forgets_the_prompt_is_rejected() -> None:
    with pytest.raises((ConformanceError, RuntimeError)):
        checks.check_cache(NoPE(), PlantedAttention(ForgetsThePrompt))


LEARNED = [("t5_bias", "plain"), ("kerple", "plain"), ("fire", "plain"), ("absolute", "plain"), ("nope", "forgetting")]
LEARNED += [("hard_alibi", "scalable_softmax"), ("rope", "log_length_learned"), ("fire", "window_forgetting")]
LEARNED += [("clipped_bias", "plain"), ("clipped_bias_flat", "scalable_softmax")]


@pytest.mark.parametrize(("encoding", "attention"), LEARNED)
def test_both_paths_give_every_weight_the_same_gradient(encoding: str, attention: str) -> None:
    """A stock kernel that dropped the gradient of its mask would leave a learned bias as it was drawn."""
    gradients = []
    for fused in (True, False):
        model = checks.network(ENCODINGS[encoding], ATTENTIONS[attention]).double()
        for layer in model.layers:
            layer.fused = fused
        model(*checks.sample()).symbols.square().sum().backward()
        gradients.append({name: p.grad for name, p in model.named_parameters()})
    for name, gradient in gradients[0].items():
        assert gradient is not None, name
        assert gradient.any(), name
        torch.testing.assert_close(gradient, gradients[1][name], atol=1e-4, rtol=1e-4, msg=name)
