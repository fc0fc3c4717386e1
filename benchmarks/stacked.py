"""Runs per hour: eight members stacked against one by one, and a process per core against one process with two threads.

A run is coupled addition of 1 to 10 digits, as in the study of position coupling, at its own budget. Only training is
timed, on batches made before. Both ways take turns (A B A B ...) and the fastest turn of each counts, since the machine
may be shared; runs of ours wait while this measures.

    python benchmarks/stacked.py [--device auto] [--members 8] [--seconds 6] [--symbols 512 4096] [--tables stacked]

The first table is what the queue's own probe measures (`training.bundles.rates`). In the second, on the CPU only, the
peer is one process with two threads (spinning or sleeping while they wait, whichever is faster), ours as many
single-threaded processes as there are cores; where others use the machine, the median of neighbouring turns says more
than the luckiest turn of each.
"""

import argparse
import multiprocessing
import os
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle, islice
from multiprocessing.connection import Connection
from statistics import median
from typing import Any, NamedTuple

os.environ.setdefault("OMP_NUM_THREADS", "2")  # no more than the peer's two; the others set their own

import torch

from lengthwise.experiment import Experiment
from lengthwise.feeding.mixture import Ingredient, Mixture
from lengthwise.feeding.source import Source
from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
from lengthwise.lines.numberings.coupled import Coupled
from lengthwise.models.positions.absolute import Absolute
from lengthwise.models.transformer import Transformer
from lengthwise.run import root
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.training.bundles import BATCHES, rates
from lengthwise.training.probe import device_of
from lengthwise.training.queue import measuring
from lengthwise.training.recipe import Choices
from lengthwise.training.recipes.scratch import Scratch

SHAPES = ((1, 32), (1, 128), (2, 128))  # layers, width
BUDGET = 24_000_000  # symbols of a run: the study's
# What the peer's threads do while they wait: spin a while, as is the default, or sleep at once; its faster turn counts.
# Never "active": a thread of it would spin on through the turns of the others.
WAITS = ("", "passive")
ROUNDS = 12  # short turns, so that one of them falls between what others do on the machine


class Worker(NamedTuple):
    """A process that trains when it is told to."""

    process: Any
    pipe: Connection


def experiment(layers: int, width: int, symbols: int, device: str = "cpu", seed: int = 0) -> Experiment:
    """One run."""
    return Experiment(
        Addition(),
        layout=ReversedAnswer(),
        numbering=Coupled(ids=180),
        model=Transformer(layers=layers, heads=4, width=width, norm="both", encoding=Absolute(limit=180)),
        mixture=Mixture((Ingredient(lengths=(1, 10)),), symbols=symbols),
        recipe=Scratch(rate=3e-3),
        budget=BUDGET,
        device=device,
        seed=seed,
    )


def stacked_table(members: int, seconds: float, symbols: Sequence[int], device: str) -> None:
    """Runs per hour one by one and as a stack, on one thread or one accelerator."""
    print(f"{members} members on {device}: runs per hour one by one, stacked, ratio")
    for layers, width in SHAPES:
        for batch in symbols:
            made = [experiment(layers, width, batch, device, seed) for seed in range(members)]
            found, updates = rates(made, seconds), made[0].diet.updates
            alone, stacked = (3600 * rate / updates for rate in found)
            print(f"  {layers} layers, width {width:3d}, {batch:5d} symbols a batch: "
                  f"{alone:8.2f} {stacked:8.2f}  {stacked / alone:5.2f}x", flush=True)  # fmt: skip


def threads_table(seconds: float, symbols: Sequence[int]) -> None:
    """Updates in a second with one process of two threads, and with one single-threaded process per core."""
    cores = os.cpu_count() or 1
    print(f"{cores} cores: runs per hour of 1 process with 2 threads, of {cores} with 1 thread each, ratio, "
          "median ratio of neighbouring turns")  # fmt: skip
    for layers, width in SHAPES:
        for batch in symbols:
            spinning, sleeping = (start(2, layers, width, batch, waits) for waits in WAITS)
            many = [start(1, layers, width, batch) for _ in range(cores)]
            peer, ours, turn = list[float](), list[float](), seconds / ROUNDS / 4
            for _ in range(ROUNDS):
                peer.append(max(together([one], turn) for one in (spinning, sleeping)))
                ours.append(max(together(many, turn) for _ in WAITS))  # as many tries as the peer has
            for worker in (spinning, sleeping, *many):
                worker.pipe.send(0.0)
                worker.process.join()
            hour = 3600 / experiment(layers, width, batch).diet.updates
            middle = median(mine / other for mine, other in zip(ours, peer, strict=True))
            print(f"  {layers} layers, width {width:3d}, {batch:5d} symbols a batch: {max(peer) * hour:8.2f} "
                  f"{max(ours) * hour:8.2f}  {max(ours) / max(peer):5.2f}x  {middle:5.2f}x", flush=True)  # fmt: skip


def start(threads: int, layers: int, width: int, symbols: int, waits: str = WAITS[0]) -> Worker:
    """A process that has built and warmed everything and waits."""
    os.environ.pop("OMP_WAIT_POLICY", None)
    if waits:
        os.environ["OMP_WAIT_POLICY"] = waits  # read when the process starts
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_train, args=(there, threads, layers, width, symbols), daemon=True)
    process.start()
    there.close()  # so that a process that dies is heard of
    here.recv()
    return Worker(process, here)


def together(workers: Sequence[Worker], seconds: float) -> float:
    """Updates in a second of all of them, training at the same time."""
    for worker in workers:
        worker.pipe.send(seconds)
    return sum(float(worker.pipe.recv()) for worker in workers)


def _train(pipe: Connection, threads: int, layers: int, width: int, symbols: int) -> None:
    """Runs in the process: train for as many seconds as asked, and say how many updates a second that were."""
    torch.set_num_threads(threads)
    made = experiment(layers, width, symbols)
    batches = list(islice(Source(replace(made.diet, updates=BATCHES)).batches(), BATCHES))
    state = made.recipe.begin(made.build(), made.diet.updates, Choices(threads=threads))
    for batch in batches:
        made.recipe.update(state, batch)
    pipe.send("ready")
    turns = cycle(batches)
    while seconds := float(pipe.recv()):
        began, updates = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            for batch in islice(turns, BATCHES):
                made.recipe.update(state, batch)
            updates += BATCHES
        pipe.send(updates / (time.perf_counter() - began))


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--members", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=6.0, help="for one line of a table")
    parser.add_argument("--symbols", type=int, nargs="+", default=[512, 4096])
    parser.add_argument("--tables", nargs="+", choices=["stacked", "threads"], default=["stacked", "threads"])
    options = parser.parse_args()
    device = device_of(options.device)
    with measuring(root()):
        if "stacked" in options.tables:
            stacked_table(options.members, options.seconds, options.symbols, device)
        if "threads" in options.tables and device == "cpu":
            threads_table(options.seconds, options.symbols)
    if hasattr(os, "getloadavg"):
        print(f"load of the machine over the last minute: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
