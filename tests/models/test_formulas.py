"""Each encoding and attention against a float64 double loop over (query, key)."""

import dataclasses
import itertools
import math
from typing import Any

import pytest
import torch

from lengthwise.models.checks import Sample, network, sample
from lengthwise.models.doors import Shape
from lengthwise.models.transformer import TransformerModule
from lengthwise.models.where import Where, at
from tests.models.cases import ATTENTIONS, ENCODINGS
from tests.models.reference import formulas
from tests.models.reference.formulas import Pair, Vector

ROWS, LENGTH, HEADS, WIDTH = 2, 10, 4, 32
CHANNELS = WIDTH // HEADS


def dot(one: Vector, other: Vector) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def times(matrix: list[Vector], vector: Vector) -> Vector:
    return [dot(row, vector) for row in matrix]


def normed(vector: Vector) -> Vector:
    size = math.sqrt(dot(vector, vector) / len(vector) + 1e-6)
    return [number / size for number in vector]


def learned_by(module: torch.nn.Module, blueprint: Any) -> dict[str, Any]:
    stated = {f.name: getattr(blueprint, f.name) for f in dataclasses.fields(blueprint)}
    return stated | {name: parameter.detach().tolist() for name, parameter in module.named_parameters()}


def embedded(encoding: str, p: int, learned: dict[str, Any]) -> Vector:
    if encoding == "absolute":
        return [0.0] * WIDTH if p == 0 else list(learned["table"][0][p])
    if encoding == "sinusoidal":
        return formulas.sinusoidal(p, WIDTH, 10_000.0)
    return [0.0] * WIDTH


def turn(encoding: str, vector: Vector, p: int) -> Vector:
    if encoding == "rope":
        return formulas.turned(vector, p, formulas.rope_speeds(100.0, CHANNELS))
    if encoding == "p_rope":
        return formulas.turned(vector, p, formulas.p_rope_speeds(100.0, CHANNELS, 0.5))
    if encoding == "position_interpolation":
        return formulas.turned(vector, p / 4, formulas.rope_speeds(100.0, CHANNELS))
    if encoding == "yarn":
        speeds = formulas.yarn_speeds(100.0, CHANNELS, 4.0, 30, (0.5, 4.0))
        return formulas.turned(vector, p, speeds, 0.1 * math.log(4.0) + 1)
    return vector


def weights(attention: str, z: Vector, head: int, xs: list[Vector], learned: dict[str, Any]) -> Vector:
    """The weights of keys 0..i of query i, from the scores z with the encoding's bias in them."""
    i = len(z) - 1
    biased = list(z)
    if "forgetting" in attention:
        w, b = learned.get("w") or learned["inner.w"], learned.get("b") or learned["inner.b"]
        for j in range(i + 1):
            biased[j] += sum(math.log(formulas.sigmoid(dot(w[head], xs[t]) + b[head])) for t in range(j + 1, i + 1))
    width = {"sliding_window": 3, "window_forgetting": 4}.get(attention)
    if width is not None:
        biased = [score if i - j < width else -math.inf for j, score in enumerate(biased)]
    return formulas.stick_breaking(biased) if attention == "stick_breaking" else formulas.softmax(biased)


def factor(attention: str, n: int, head: int, learned: dict[str, Any]) -> float:
    if attention in ("log_length_fixed", "sliding_window"):
        return math.log(min(n, 3) if attention == "sliding_window" else n)
    if attention == "log_length_learned":
        return 1 + float(learned["tau"][head]) * math.log(n)
    return float(learned["s"][head]) * math.log(n) if attention == "scalable_softmax" else 1.0


def seen_keys(encoding: str, i: int, head: int) -> int:
    """How many keys query i sees in this head."""
    return min(i + 1, head + 1) if encoding == "hard_alibi" and head < 2 else i + 1


def reference(model: TransformerModule, given: Sample, encoding: str, attention: str) -> list[list[Vector]]:
    """The concatenated heads of the first layer, from the formulas."""
    positions = learned_by(model.encoding, model.blueprint.encoding)
    attending = learned_by(model.layers[0].attention, model.blueprint.attention)
    matrix = model.layers[0].qkv.weight.tolist()
    table = model.embedding.weight.tolist()
    out = []
    for row in range(ROWS):
        ids, symbols = given.ids[row, :, 0].tolist(), given.symbols[row].tolist()
        added = [embedded(encoding, p, positions) for p in ids]
        xs = [normed([a + b for a, b in zip(table[s], e, strict=True)]) for s, e in zip(symbols, added, strict=True)]
        qkv = [times(matrix, x) for x in xs]
        line = []
        for i in range(LENGTH):
            mixed: Vector = []
            for head in range(HEADS):
                q_at, k_at, v_at = (slice(part + head * CHANNELS, part + (head + 1) * CHANNELS) for part in (0, 32, 64))
                q = turn(encoding, qkv[i][q_at], ids[i])
                z = []
                for j in range(i + 1):
                    k = turn(encoding, qkv[j][k_at], ids[j])
                    score = dot(q, k) / math.sqrt(CHANNELS)
                    score *= factor(attention, seen_keys(encoding, i, head), head, attending)
                    if encoding in formulas.BIASES:
                        first = min(p for p in [*ids[: i + 1], 10**9] if p)
                        pair = Pair(ids[i], ids[j], i, j, head, HEADS, first)
                        score += formulas.BIASES[encoding](pair, positions)
                    z.append(score)
                w = weights(attention, z, head, xs, attending)
                mixed += [sum(w[j] * qkv[j][v_at][c] for j in range(i + 1)) for c in range(CHANNELS)]
            line.append(mixed)
        out.append(line)
    return out


def heads_of(model: TransformerModule, given: Sample) -> torch.Tensor:
    values: list[torch.Tensor] = []
    handle = model.layers[0].mixed.register_forward_hook(lambda _module, _inputs, value: values.append(value))
    with torch.no_grad():
        model(*given)
    handle.remove()
    return values[0]


PAIRS = [(encoding, "plain") for encoding in ENCODINGS] + [("nope", attention) for attention in ATTENTIONS]
PAIRS += [("hard_alibi", "log_length_learned"), ("rope", "stick_breaking"), ("fire", "forgetting")]
PAIRS += [("alibi", "sliding_window"), ("hard_alibi", "scalable_softmax"), ("clipped_bias", "log_length_fixed")]
SIGNED = [name for name, encoding in ENCODINGS.items() if encoding.distance == "signed"]
CLIPPED = ["clipped_bias", "clipped_bias_flat"]


def scattered(levels: int = 1) -> Sample:
    """Ids from 0 to 8 without any order, so that they rise, fall and are missing."""
    ids = torch.randint(0, 9, (ROWS, LENGTH, levels), generator=torch.Generator().manual_seed(5))
    return sample(rows=ROWS, length=LENGTH)._replace(ids=ids)


@pytest.mark.parametrize(("encoding", "attention"), PAIRS)
def test_a_layer_agrees_with_a_double_loop_over_query_and_key(encoding: str, attention: str) -> None:
    model = network(ENCODINGS[encoding], ATTENTIONS[attention]).double()
    given = sample(rows=ROWS, length=LENGTH, first=3)
    expected = torch.tensor(reference(model, given, encoding, attention), dtype=torch.float64)
    # 1e-5: angles, counts and gates are made in fp32, whatever the weights are in.
    torch.testing.assert_close(heads_of(model, given), expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("encoding", SIGNED)
def test_signed_distances_agree_where_ids_fall_and_are_missing(encoding: str) -> None:
    model = network(ENCODINGS[encoding]).double()
    given = scattered()
    expected = torch.tensor(reference(model, given, encoding, "plain"), dtype=torch.float64)
    torch.testing.assert_close(heads_of(model, given), expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("encoding", CLIPPED)
def test_the_double_loop_notices_ahead_taken_for_behind(encoding: str) -> None:
    model = network(ENCODINGS[encoding]).double()
    given = scattered()
    expected = torch.tensor(reference(model, given, encoding, "plain"), dtype=torch.float64)
    table = model.encoding.get_parameter("table")
    table.data = table.data.flip(1)
    assert (heads_of(model, given) - expected).abs().max() > 1e-2


@pytest.mark.parametrize("encoding", CLIPPED)
@pytest.mark.parametrize("levels", [1, 2, 3])
def test_clipped_biases_of_all_levels_are_summed(encoding: str, levels: int) -> None:
    blueprint, generator = ENCODINGS[encoding], torch.Generator().manual_seed(2)
    module = blueprint.build(Shape(layers=1, heads=HEADS, width=WIDTH, levels=levels), generator).double()
    table = module.get_parameter("table")
    table.data.normal_(generator=generator)
    learned, given, asking = learned_by(module, blueprint), scattered(levels), [0, 4, 9]
    where = Where(given.time[:1], given.ids)
    with torch.no_grad():
        said = module.bias(at(where, torch.tensor(asking)), where)
    assert said is not None
    apart: set[int] = set()
    for row, head, (place, i) in itertools.product(range(ROWS), range(HEADS), enumerate(asking)):
        for j in range(i + 1):
            ids = list(zip(given.ids[row, i].tolist(), given.ids[row, j].tolist(), strict=True))
            pairs = [Pair(p_i, p_j, i, j, head, HEADS, 1) for p_i, p_j in ids]
            expected = sum(formulas.clipped_bias(pair, learned, level) for level, pair in enumerate(pairs))
            assert float(said[row, head, place, j]) == pytest.approx(expected, abs=1e-5)
            apart |= {p_i - p_j for p_i, p_j in ids if p_i and p_j}
    assert min(apart) < -3, "the sample must show what lies ahead beyond the reach"
    assert max(apart) > 3, "and what lies behind beyond it"


def test_the_double_loop_notices_a_wrong_slope() -> None:
    model = network(ENCODINGS["alibi"]).double()
    given = sample(rows=ROWS, length=LENGTH)
    expected = torch.tensor(reference(model, given, "alibi", "plain"), dtype=torch.float64)
    model.encoding.get_buffer("slopes").mul_(1.01)
    assert (heads_of(model, given) - expected).abs().max() > 1e-4


def test_t5_buckets_agree_with_the_formula_at_every_distance() -> None:
    module: Any = network(ENCODINGS["t5_bias"]).encoding
    expected = [formulas.t5_bucket(d, 8, 9) for d in range(60)]
    assert module.bucket(torch.arange(60)).tolist() == expected
