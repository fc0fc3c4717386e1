"""Training against a plain eager fp32 PyTorch loop: the same network, the same lines, useful symbols per second.

Useful are the symbols of the lines themselves; pads are not. Both sides read every line of one pool (a short main task
mixed with lines cut from long ones, lengths 1 to 20) and take an AdamW step for each batch, on data that lies ready.
The peer runs the whole network over padded batches and ignores the columns without a target; it is given its best of
batch sizes 32 to 512, of random and of sorted order, and of one and two threads, with the fused optimiser. Ours is the
recipe `scratch` as a run uses it: the schedule's batches of one length, and what the run's own probe chooses. The two
best are then timed in turn (A B A B ...), and the minima are printed; each factor alone is timed against the peer.

Only throughput is compared. How fast the loss falls is another question: the sizes of batches differ.

    python benchmarks/training_speed.py [--shape 1x64 2x64 2x128 6x384] [--rounds 3] [--clock core] [--compile]

It holds the lock of the runs (workers pause), and says how busy the machine was: on a shared one ratios wander.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple

os.environ.setdefault("OMP_NUM_THREADS", "2")

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from lengthwise.core.vocabulary import PAD
from lengthwise.experiment import Experiment
from lengthwise.feeding.batch import Batch
from lengthwise.feeding.cut import Cut, Near
from lengthwise.feeding.mixture import Ingredient, Mixture
from lengthwise.feeding.source import Source
from lengthwise.models.attention.log_length import LogLength
from lengthwise.models.transformer import Transformer
from lengthwise.run import root
from lengthwise.tasks.ordering.sort import Sort
from lengthwise.training.probe import probe
from lengthwise.training.queue import measuring
from lengthwise.training.recipe import Choices
from lengthwise.training.recipes.scratch import Scratch, tensors_of

SIZES = (32, 64, 128, 256, 512)
MAIN = Ingredient(lengths=(1, 20))
MIXTURE = Mixture((MAIN, replace(MAIN, cut=Cut(longest=100, forms=("query", "whole"), choice=Near()))))
IGNORED = -100


class Way(NamedTuple):
    """How the peer trains."""

    size: int = 64
    order: str = "random"  # or "sorted": by length, so that less is padded
    threads: int = 1
    dtype: str = "float32"
    fused: bool = True
    compiled: bool = False


def experiment(layers: int, width: int) -> Experiment:
    """Sort of 256 numbers on lists of 1 to 20, half of the lines cut from up to 100."""
    model = Transformer(layers=layers, heads=max(4, width // 64), width=width, attention=LogLength())
    return Experiment(Sort(values=256), model=model, mixture=MIXTURE, recipe=Scratch(), budget=4_000_000)


def pool_of(batches: Sequence[Batch]) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Every line alone: symbols, ids and targets, with IGNORED where nothing is learned."""
    lines = []
    for batch in batches:
        targets = np.where(batch.weights > 0, batch.targets, IGNORED)
        for row in range(len(batch.symbols)):
            used = int((batch.symbols[row] != PAD).sum())
            lines.append((batch.symbols[row, :used], batch.ids[row, :used], targets[row, :used]))
    return lines


Tensors = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]


def padded(lines: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]], way: Way) -> list[Tensors]:
    """The peer's batches, made before the clock starts."""
    order = list(np.random.default_rng(0).permutation(len(lines)))
    if way.order == "sorted":
        order.sort(key=lambda number: len(lines[number][0]))
    batches = []
    for first in range(0, len(order), way.size):
        some = [lines[number] for number in order[first : first + way.size]]
        width = max(len(symbols) for symbols, _, _ in some)
        symbols = np.full((len(some), width), PAD)
        ids = np.zeros((len(some), width, some[0][1].shape[1]), dtype=np.int64)
        targets = np.full((len(some), width), IGNORED)
        for row, (own, numbers, aims) in enumerate(some):
            symbols[row, : len(own)], ids[row, : len(own)], targets[row, : len(own)] = own, numbers, aims
        time_of = torch.arange(width).expand(len(some), width)
        batches.append((*(torch.from_numpy(part) for part in (symbols, ids)), time_of, torch.from_numpy(targets)))
    return batches  # type: ignore[return-value]


def peer(make: Callable[[], nn.Module], batches: Sequence[Tensors], way: Way) -> Callable[[], None]:
    """One pass over the pool, as such loops are written."""
    model: Any = make()
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, fused=way.fused)
    run: Any = torch.compile(model, dynamic=True) if way.compiled else model

    def once() -> None:
        torch.set_num_threads(way.threads)
        for symbols, ids, at, targets in batches:
            with torch.autocast("cpu", torch.bfloat16, enabled=way.dtype == "bfloat16"):
                scores = run(symbols, ids, at).symbols
            loss = functional.cross_entropy(scores.float().flatten(0, 1), targets.flatten(), ignore_index=IGNORED)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()

    return once


def ours(made: Experiment, batches: Sequence[Batch], choices: Choices) -> Callable[[], None]:
    """One pass over the pool by the recipe."""
    recipe, model = made.recipe, made.build()
    state = recipe.begin(model, 10_000, choices)

    def once() -> None:
        nonlocal state
        torch.set_num_threads(choices.threads)
        for batch in batches:
            state, _ = recipe.update(state, batch)

    return once


def in_one_pass(made: Experiment, batches: Sequence[Batch], *, asked: bool) -> Callable[[], None]:
    """The schedule's batches in the peer's loop: buckets alone, or with the head asked at learned columns only."""
    model = made.build()
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, fused=True)
    ready = []
    for batch in batches:
        first = int((batch.weights > 0).any(axis=0).argmax()) if asked else 0
        targets = torch.from_numpy(np.where(batch.weights > 0, batch.targets, IGNORED)[:, first:]).long()
        ready.append((*tensors_of(batch, "cpu"), torch.arange(first, batch.symbols.shape[1]), targets))

    def once() -> None:
        torch.set_num_threads(1)
        for symbols, at, ids, columns, targets in ready:
            scores = model(symbols, ids, at, columns if asked else None).symbols
            loss = functional.cross_entropy(scores.flatten(0, 1), targets.flatten(), ignore_index=IGNORED)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()

    return once


CLOCKS: dict[str, Callable[[], float]] = {"wall": time.perf_counter, "core": time.process_time}


def timed(work: Callable[[], None], clock: str) -> float:
    """Seconds: of the wall, or of the cores that this process had (for a shared machine; two threads count twice)."""
    began = CLOCKS[clock]()
    work()
    return CLOCKS[clock]() - began


def ways(clock: str) -> Iterator[Way]:
    """All that the peer may choose from."""
    for threads in (1, 2) if clock == "wall" else (1,):
        for order in ("random", "sorted"):
            for size in SIZES:
                yield Way(size, order, threads)


def compare(shape: str, rounds: int, clock: str, *, compiled: bool) -> None:
    """One shape: the peer's best, ours, and each factor alone."""
    layers, width = (int(part) for part in shape.split("x"))
    made = experiment(layers, width)
    updates = min(6, max(1, round(12 * 64 * 64 / (layers * width * width))))  # a pass takes part of a second
    batches = list(islice(Source(made.diet).batches(), updates))
    lines = pool_of(batches)
    useful = sum(len(symbols) for symbols, _, _ in lines)
    tried = {way: timed(peer(made.build, padded(lines, way), way), clock) for way in ways(clock)}
    best = min(tried, key=tried.__getitem__)
    choices, figures = probe(made.build, made.recipe, made.diet, "cpu")
    print(f"\n{layers} layers x {width}: {len(lines)} lines, {useful} useful symbols", flush=True)
    print(f"  the peer's best of {len(tried)}: {best}")
    print(
        f"  ours chose {choices.dtype}, fused {choices.fused}; probed { ({k: round(v) for k, v in figures.items()}) }"
    )
    plain = replace(choices, dtype="float32", fused=True)
    arms: dict[str, Callable[[], None]] = {
        "peer": peer(made.build, padded(lines, best), best),
        "ours": ours(made, batches, choices),
        "peer + buckets": in_one_pass(made, batches, asked=False),
        "peer + buckets + asked columns": in_one_pass(made, batches, asked=True),
        "peer + bf16": peer(made.build, padded(lines, best), best._replace(dtype="bfloat16")),
        "peer - fused": peer(made.build, padded(lines, best), best._replace(fused=False)),
        "peer, other threads": peer(made.build, padded(lines, best), best._replace(threads=3 - best.threads)),
        "ours in fp32": ours(made, batches, plain),
        "ours in bf16": ours(made, batches, replace(plain, dtype="bfloat16")),
        "ours, 2 threads": ours(made, batches, replace(plain, threads=2)),
    }
    if compiled:
        arms["peer + compile"] = peer(made.build, padded(lines, best), best._replace(compiled=True))
        began = time.perf_counter()
        arms["peer + compile"]()
        print(f"  compiling took {time.perf_counter() - began:.0f} s")
    seconds = {name: [timed(work, clock)] for name, work in arms.items()}
    for _ in range(rounds):
        for name in ("peer", "ours"):
            seconds[name].append(timed(arms[name], clock))
    for name, work in arms.items():
        seconds[name].append(timed(work, clock))
    for name, taken in seconds.items():
        rate, ratio = useful / min(taken), min(seconds["peer"]) / min(taken)
        print(f"  {name:32} {rate:10,.0f} useful symbols/s   {ratio:5.2f} x peer")
    if not compiled:
        print("  compile: not tried here (--compile); it takes longer than the runs it would speed up are worth")


def main() -> None:
    """Read the arguments, hold the lock, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", nargs="+", default=["1x64", "2x64"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clock", choices=sorted(CLOCKS), default="wall")
    parser.add_argument("--compile", action="store_true")
    chosen = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} (above 0: others compute too); {chosen.clock} clock")
    with measuring(root()):
        for shape in chosen.shape:
            compare(shape, chosen.rounds, chosen.clock, compiled=chosen.compile)


if __name__ == "__main__":
    main()
