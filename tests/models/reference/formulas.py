"""The formulas of every encoding and attention, one (query, key) pair at a time, in Python's own float64.

Written from the papers' formulas as references/auxtasks_and_pes.md states them; nothing here is imported from the
package. Learned numbers arrive as nested lists, by the names that the formulas use.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

Vector = list[float]


class Pair(NamedTuple):
    """A query and a key: ids p (0: none), times t, the head (0-based) and how many heads there are."""

    p_i: int
    p_j: int
    t_i: int
    t_j: int
    head: int
    heads: int
    first: int  # the id of the first key that the query sees and that has an id


def turned(vector: Vector, p: float, speeds: Vector, factor: float = 1.0) -> Vector:
    """Pair c is (c, c + half) as a complex number, multiplied by factor * e^(i p w_c)."""
    half = len(vector) // 2
    turned_pairs = [
        complex(vector[c], vector[c + half]) * factor * complex(math.cos(p * speeds[c]), math.sin(p * speeds[c]))
        for c in range(half)
    ]
    return [pair.real for pair in turned_pairs] + [pair.imag for pair in turned_pairs]


def rope_speeds(theta: float, channels: int) -> Vector:
    return [theta ** (-2 * c / channels) for c in range(channels // 2)]


def p_rope_speeds(theta: float, channels: int, p: float) -> Vector:
    pairs = channels // 2
    return [speed if c < p * pairs else 0.0 for c, speed in enumerate(rope_speeds(theta, channels))]


def yarn_speeds(theta: float, channels: int, scale: float, trained: int, bounds: tuple[float, float]) -> Vector:
    alpha, beta = bounds
    speeds = []
    for w in rope_speeds(theta, channels):
        wavelength = 2 * math.pi / w
        turns = trained / wavelength
        ramp = 0.0 if turns <= alpha else 1.0 if turns >= beta else (turns - alpha) / (beta - alpha)
        speeds.append((1 - ramp) * w / scale + ramp * w)
    return speeds


def sinusoidal(p: int, width: int, base: float) -> Vector:
    if p == 0:
        return [0.0] * width
    wave = []
    for k in range(width // 2):
        angle = p / base ** (2 * k / width)
        wave += [math.sin(angle), math.cos(angle)]
    norm = math.sqrt(sum(number**2 for number in wave))
    return [number / norm for number in wave]


def alibi(pair: Pair, _learned: dict[str, Any]) -> float:
    if not (pair.p_i and pair.p_j):
        return 0.0
    return -(2 ** (-8 * (pair.head + 1) / pair.heads)) * (pair.p_i - pair.p_j)


def hard_alibi(pair: Pair, learned: dict[str, Any]) -> float:
    window = pair.head + 1
    return -math.inf if window <= learned["windowed"] and pair.t_i - pair.t_j + 1 > window else 0.0


def t5_bucket(d: int, buckets: int, farthest: int) -> int:
    half = buckets // 2
    if d < half:
        return d
    return min(buckets - 1, half + math.floor(math.log(d / half) / math.log(farthest / half) * (buckets - half)))


def t5_bias(pair: Pair, learned: dict[str, Any]) -> float:
    if not (pair.p_i and pair.p_j):
        return 0.0
    bucket = t5_bucket(pair.p_i - pair.p_j, learned["buckets"], learned["farthest"])
    return float(learned["table"][bucket][pair.head])


def kerple(pair: Pair, learned: dict[str, Any]) -> float:
    if not (pair.p_i and pair.p_j):
        return 0.0
    r, a = math.exp(learned["u"][pair.head]), math.exp(learned["v"][pair.head])
    return -r * math.log(1 + a * (pair.p_i - pair.p_j))


def fire(pair: Pair, learned: dict[str, Any]) -> float:
    if not (pair.p_i and pair.p_j):
        return 0.0
    c, threshold = math.exp(learned["log_c"]), math.exp(learned["log_threshold"])

    def psi(x: float) -> float:
        return math.log(c * x + 1)

    x = psi(pair.p_i - pair.p_j) / psi(max(threshold, pair.p_i - pair.first))
    units = zip(learned["first"], learned["first_bias"], learned["second"][pair.head], strict=True)
    answer: float = learned["second_bias"][pair.head]
    for into, bias, out in units:
        answer += out * max(0.0, into[0] * x + bias)
    return answer


def clipped_bias(pair: Pair, learned: dict[str, Any], level: int = 0) -> float:
    """What one id level adds; the ids of the pair are those of that level."""
    if not (pair.p_i and pair.p_j):
        return 0.0
    reach = learned["reach"]
    clipped = max(-reach, min(reach, pair.p_i - pair.p_j))
    number = float(learned["gain"]) * float(learned["table"][level][clipped + reach][pair.head])
    return math.log(pair.t_i + 1) * (number - int(learned["sink"])) if learned["grows"] else number


BIASES: dict[str, Callable[[Pair, dict[str, Any]], float]] = {
    "alibi": alibi,
    "hard_alibi": hard_alibi,
    "t5_bias": t5_bias,
    "kerple": kerple,
    "fire": fire,
    "clipped_bias": clipped_bias,
    "clipped_bias_flat": clipped_bias,
}


def softmax(z: Vector) -> Vector:
    top = max(z)
    exponents = [math.exp(score - top) for score in z]
    return [exponent / sum(exponents) for exponent in exponents]


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def stick_breaking(z: Vector) -> Vector:
    """Weights of the keys 0..i-1 from their scores; the newest takes first. The last score, the query's own, is out."""
    weights, left = [0.0] * len(z), 1.0
    for j in reversed(range(len(z) - 1)):
        weights[j] = sigmoid(z[j]) * left
        left *= 1 - sigmoid(z[j])
    return weights
