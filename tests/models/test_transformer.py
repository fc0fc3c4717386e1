"""The transformer: what its seed decides, its named places, chosen columns, precision, errors."""

from collections.abc import Callable
from typing import Any, Literal

import pytest
import torch

from lengthwise.core.errors import ConfigError
from lengthwise.models.attention.log_length import LogLength
from lengthwise.models.checks import sample
from lengthwise.models.doors import Encoding
from lengthwise.models.positions.absolute import Absolute
from lengthwise.models.positions.alibi import ALiBi
from lengthwise.models.positions.clipped_bias import ClippedBias
from lengthwise.models.positions.fire import FIRE
from lengthwise.models.positions.hard_alibi import HardALiBi
from lengthwise.models.positions.rope import RoPE
from lengthwise.models.positions.sinusoidal import Sinusoidal
from lengthwise.models.positions.t5_bias import T5Bias
from lengthwise.models.transformer import Transformer, TransformerModule

SMALL = Transformer(layers=2, heads=4, width=32, mlp=2.0, attention=LogLength())


def numbers(model: TransformerModule) -> torch.Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])


def test_the_seed_decides_the_weights_and_the_global_seed_is_left_alone() -> None:
    torch.manual_seed(0)
    untouched = torch.rand(3)
    torch.manual_seed(0)
    one = SMALL.build(10, seed=5)
    assert torch.equal(torch.rand(3), untouched)
    torch.manual_seed(1)
    assert torch.equal(numbers(one), numbers(SMALL.build(10, seed=torch.Generator().manual_seed(5))))
    assert not torch.equal(numbers(one), numbers(SMALL.build(10, seed=6)))


@pytest.mark.parametrize("encoding", [Absolute(), FIRE(), T5Bias(), ClippedBias()])
def test_every_weight_is_a_number_after_building(encoding: Encoding) -> None:
    model = Transformer(layers=1, width=16, encoding=encoding, tie="apart", predict_ids=4).build(7, seed=0)
    assert numbers(model).isfinite().all()
    assert numbers(model).abs().max() < 10


def test_a_network_at_the_start_says_nothing_certain() -> None:
    said = Transformer(width=64, tie="apart").build(10, seed=1)(*sample()).symbols
    assert said.std() < 1.5
    assert said.softmax(-1).max() < 0.9


@pytest.mark.parametrize("norm", ["pre", "post", "both"])
@pytest.mark.parametrize("mlp", [0.0, 2.0])
def test_every_weight_gets_a_gradient(norm: Literal["pre", "post", "both"], mlp: float) -> None:
    model = Transformer(layers=2, width=16, norm=norm, mlp=mlp, tie="apart", attention=LogLength()).build(10, seed=0)
    model(*sample()).symbols.square().sum().backward()
    unused = [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()]
    assert unused == []


def test_a_network_learns_to_say_the_symbol_before() -> None:
    """Which needs order: the loss of a network that does not know it stays at ln 10 = 2.3."""
    model = Transformer(layers=1, heads=2, width=32, mlp=0.0, encoding=RoPE(theta=100.0)).build(10, seed=0)
    given = sample(rows=64, length=8)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-2)
    loss = given.time.sum().float()
    for _ in range(150):
        said = model(*given).symbols[:, 1:]
        loss = torch.nn.functional.cross_entropy(said.flatten(0, 1), given.symbols[:, :-1].flatten())
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch states no types here
        optimiser.step()
    assert loss.item() < 0.1


def test_tied_rows_are_one_parameter_and_rows_apart_are_two() -> None:
    tied, apart = SMALL.build(10), Transformer(layers=2, heads=4, width=32, mlp=2.0, tie="apart").build(10)
    assert tied.head.weight is tied.embedding.weight
    assert apart.head.weight is not apart.embedding.weight


def test_each_row_may_choose_its_own_columns() -> None:
    model, given = SMALL.build(10, seed=3), sample()
    columns = torch.tensor([[0, 11], [5, 4], [7, 7]])
    full, chosen = model(*given).symbols, model(*given, head_at=columns).symbols
    for row in range(3):
        torch.testing.assert_close(chosen[row], full[row, columns[row]], atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("encoding", [ALiBi(), ClippedBias()])
def test_ids_shared_by_all_rows_give_the_same_as_ids_spelled_out(encoding: Encoding) -> None:
    model = Transformer(layers=2, width=32, encoding=encoding).build(10, seed=2)
    given = sample()
    shared = given.ids[:1].expand(3, -1, -1)
    assert shared.stride(0) == 0
    one = model(given.symbols, shared, given.time[:1].expand(3, -1)).symbols
    torch.testing.assert_close(one, model(given.symbols, shared.clone(), given.time).symbols, atol=1e-5, rtol=1e-5)


def test_log_length_counts_the_keys_of_the_head_window() -> None:
    model = Transformer(layers=1, width=32, encoding=HardALiBi(windowed=2), attention=LogLength("fixed")).build(10)
    counts: list[Any] = []
    scale: Callable[[Any], Any] = model.layers[0].attention.scale

    def spied(visible: torch.Tensor) -> torch.Tensor:
        counts.append(visible)
        told: torch.Tensor = scale(visible)
        return told

    model.layers[0].attention.scale = spied  # type: ignore[method-assign]
    model(*sample(rows=1, length=5))
    assert counts[0][0].tolist() == [[1] * 5, [1, 2, 2, 2, 2], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]]


def test_weights_exist_where_somebody_looks_and_nowhere_else() -> None:
    model, given = SMALL.build(10, seed=0), sample()
    seen: dict[str, torch.Tensor] = {}
    names = ["embedded", "layer0.weights", "layer0.scores", "layer0.mixed", "layer1.hidden", "layer1.residual", "final"]

    def keep(name: str) -> Callable[[Any, Any, torch.Tensor], None]:
        return lambda _module, _inputs, value: seen.__setitem__(name, value.detach())

    for name in names:
        model.get_submodule(name).register_forward_hook(keep(name))
    model(*given)
    assert list(seen) == ["embedded", "layer0.scores", "layer0.weights", *names[3:]]
    torch.testing.assert_close(seen["layer0.weights"].sum(-1), torch.ones(3, 4, 12))
    assert not seen["layer0.weights"].triu(1).any()
    assert seen["layer0.mixed"].shape == (3, 12, 32)


def test_a_head_is_ablated_from_outside() -> None:
    model, given = SMALL.build(10, seed=0), sample()
    before = model(*given).symbols
    handle = model.get_submodule("layer0.weights").register_forward_hook(
        lambda _module, _inputs, weights: weights * torch.tensor([0.0, 1, 1, 1])[:, None, None]
    )
    assert not torch.allclose(model(*given).symbols, before, atol=1e-3)
    handle.remove()
    assert torch.equal(model(*given).symbols, before)


def test_predicted_ids_have_a_row_for_every_id_and_none() -> None:
    model = Transformer(layers=1, width=16, encoding=Absolute(8), predict_ids=8).build(10, levels=2)
    given = sample()
    said = model(given.symbols, given.ids.clamp(max=8).repeat(1, 1, 2), given.time).ids
    assert said is not None
    assert said.shape == (3, 12, 2, 9)


@pytest.mark.parametrize("encoding", [Absolute(), RoPE(), ALiBi(), FIRE(), ClippedBias()])
def test_bf16_autocast_stays_close(encoding: Encoding) -> None:
    model, given = Transformer(layers=2, width=32, norm="both", encoding=encoding).build(10, seed=0), sample()
    exact = model(*given).symbols
    with torch.autocast("cpu", torch.bfloat16):
        said = model(*given).symbols
    said.sum().backward()
    assert (said.float() - exact).abs().max() < 0.1  # bf16 keeps 8 bits: 0.4 % of values around 3, over two layers


def test_learned_log_length_starts_near_plain_attention_and_differs_by_head() -> None:
    model = Transformer(layers=8, heads=32, width=64, attention=LogLength("learned")).build(10, seed=0)
    taus = torch.cat([next(layer.attention.parameters()).detach() for layer in model.layers])
    assert len(set(taus.tolist())) == 256
    assert 0.016 < taus.std() < 0.024  # 0.02, give or take four standard errors of 256 draws


def test_no_id_adds_nothing_and_every_id_is_trained() -> None:
    model, given = Transformer(layers=1, width=16, encoding=Absolute(40)).build(10, seed=0), sample()
    table = next(model.encoding.parameters())
    before = table.detach().clone()
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-2)
    model(*given).symbols.square().sum().backward()
    optimiser.step()
    moved = ((table - before) != 0).any(-1)[0]
    assert not table[:, 0].any()
    assert moved[torch.unique(given.ids)[1:]].all()


def test_several_levels_are_added_and_split_over_heads() -> None:
    given = sample()
    two = torch.cat([given.ids, given.ids.flip(1)], dim=2)
    for encoding in (Absolute(40), RoPE(), ClippedBias()):
        model = Transformer(layers=1, width=32, encoding=encoding).build(10, levels=2, seed=0)
        said = model(given.symbols, two, given.time).symbols
        for level in range(2):
            moved = two.clone()
            moved[:, 1:, level] = moved[:, 1:, level].roll(1, dims=1)
            assert not torch.allclose(model(given.symbols, moved, given.time).symbols, said, atol=1e-4)


@pytest.mark.parametrize(
    ("make", "remedy"),
    [
        (lambda: Transformer(width=30, heads=4), "use width 32|use width 28"),
        (lambda: Transformer(layers=0), "start at 1"),
        (lambda: Transformer(encoding=ALiBi()).build(5, levels=2), "many levels"),
        (lambda: Transformer(heads=1, encoding=RoPE()).build(5, levels=2), "at least one head each"),
        (lambda: Transformer(heads=2, encoding=HardALiBi(3)).build(5), "at most 2"),
        (lambda: Transformer(width=12, heads=4, encoding=RoPE()).build(5), "odd"),
        (lambda: Absolute(limit=0), "at least 1"),
        (lambda: Sinusoidal(base=0), "positive number"),
        (lambda: ClippedBias(reach=0), "at least 1"),
        (lambda: ClippedBias(gain=0), "finite number above 0"),
        (lambda: ClippedBias(gain=float("inf")), "finite number above 0"),
        (lambda: ClippedBias(gain=float("nan")), "finite number above 0"),
        (lambda: ClippedBias(sink=True, grows=False), "leave grows=True"),
    ],
)
def test_what_has_no_meaning_is_refused_with_the_remedy(make: Callable[[], object], remedy: str) -> None:
    with pytest.raises(ConfigError, match=remedy):
        make()


DEVICES = [
    "cpu",
    pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")),
    pytest.param("mps", marks=pytest.mark.skipif(not torch.backends.mps.is_available(), reason="no MPS device here")),
]


@pytest.mark.gpu
@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("encoding", [Absolute(), RoPE(), FIRE(), HardALiBi(), ClippedBias()])
def test_devices_agree(device: str, encoding: Encoding) -> None:
    model, given = Transformer(layers=2, width=32, encoding=encoding, attention=LogLength()).build(10), sample()
    expected = model.double()(*given).symbols.float()
    said = model.float().to(device)(*(part.to(device) for part in given)).symbols
    torch.testing.assert_close(said.cpu(), expected, atol=1e-4, rtol=1e-4)
