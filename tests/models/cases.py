"""Every encoding and every attention of the room, once each, small enough to test."""

from lengthwise.models.attention.forgetting import Forgetting
from lengthwise.models.attention.log_length import LogLength
from lengthwise.models.attention.plain import Plain
from lengthwise.models.attention.scalable_softmax import ScalableSoftmax
from lengthwise.models.attention.sliding_window import SlidingWindow
from lengthwise.models.attention.stick_breaking import StickBreaking
from lengthwise.models.doors import Attention, Encoding
from lengthwise.models.positions.absolute import Absolute
from lengthwise.models.positions.alibi import ALiBi
from lengthwise.models.positions.clipped_bias import ClippedBias
from lengthwise.models.positions.fire import FIRE
from lengthwise.models.positions.hard_alibi import HardALiBi
from lengthwise.models.positions.kerple import KERPLE
from lengthwise.models.positions.nope import NoPE
from lengthwise.models.positions.p_rope import PRoPE
from lengthwise.models.positions.position_interpolation import PositionInterpolation
from lengthwise.models.positions.rope import RoPE
from lengthwise.models.positions.sinusoidal import Sinusoidal
from lengthwise.models.positions.t5_bias import T5Bias
from lengthwise.models.positions.yarn import YaRN

ENCODINGS: dict[str, Encoding] = {
    "nope": NoPE(),
    "absolute": Absolute(limit=40),
    "sinusoidal": Sinusoidal(),
    "rope": RoPE(theta=100.0),
    "p_rope": PRoPE(p=0.5, theta=100.0),
    "position_interpolation": PositionInterpolation(scale=4.0, theta=100.0),
    "yarn": YaRN(scale=4.0, trained=30, theta=100.0, slow=0.5, fast=4.0),
    "alibi": ALiBi(),
    "hard_alibi": HardALiBi(windowed=2),
    "t5_bias": T5Bias(buckets=8, farthest=9),
    "kerple": KERPLE(),
    "fire": FIRE(threshold=4.0),
    "clipped_bias": ClippedBias(reach=3, gain=2.0, sink=True),
    "clipped_bias_flat": ClippedBias(reach=2, grows=False),
}
ATTENTIONS: dict[str, Attention] = {
    "plain": Plain(),
    "log_length_fixed": LogLength("fixed"),
    "log_length_learned": LogLength("learned"),
    "scalable_softmax": ScalableSoftmax(),
    "sliding_window": SlidingWindow(width=3, inner=LogLength("fixed")),
    "forgetting": Forgetting(),
    "window_forgetting": SlidingWindow(width=4, inner=Forgetting()),
    "stick_breaking": StickBreaking(),
}
