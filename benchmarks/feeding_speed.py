"""What feeding costs: useful symbols per second of one core, and its share of a core beside a small model.

First the makers of batches alone: draw, layout, line, restriction, split, numbering, batch. Pads and rows that are
thrown away are not counted. The figure asked of sort cut from lists of 100 to 20 is a million symbols a second.
Then a model of one layer and width 64 learns while the feeder process makes its batches: the share is the feeder's
core-seconds by the trainer's, and the figure asked is 15 %.

    python benchmarks/feeding_speed.py [--rounds 5]

Seconds are those of the core that a process had, so that a shared machine disturbs them little (caches and clock rates
are shared all the same); the lock of the runs is held.
"""

import argparse
import os
import time
from dataclasses import replace

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch

from lengthwise.core.vocabulary import PAD
from lengthwise.experiment import Experiment
from lengthwise.feeding.cut import Cut, Near
from lengthwise.feeding.feeder import Feeder
from lengthwise.feeding.mixture import Ingredient, Mixture
from lengthwise.feeding.source import Source
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.numberings.random_start import RandomStart
from lengthwise.lines.traces.carries import Carries
from lengthwise.models.attention.log_length import LogLength
from lengthwise.models.transformer import Transformer
from lengthwise.run import root
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.ordering.sort import Sort
from lengthwise.training.queue import measuring
from lengthwise.training.recipe import Choices
from lengthwise.training.recipes.scratch import Scratch

TWENTY = Ingredient(lengths=(20, 20))
MIXED = Ingredient(lengths=(1, 20))
NEAR = Cut(longest=100, forms=("query", "whole"), choice=Near())
SORT = Experiment(Sort(values=256), model=Transformer(layers=1, heads=4, width=64, attention=LogLength()))
SUM = Experiment(Addition(), Carries(), LeastFirst())


def fed_by(experiment: Experiment, *ingredients: Ingredient) -> Experiment:
    """The experiment with this mixture, and few enough updates to be made in about a second."""
    return replace(experiment, mixture=Mixture(ingredients), budget=1_500_000)


DIETS = {
    "sort, cut 100 -> 20, closed": fed_by(SORT, replace(TWENTY, cut=Cut(longest=100, shortest=100))),
    "sort, cut 100 -> 20, query": fed_by(SORT, replace(TWENTY, cut=Cut(longest=100, shortest=100, forms=("query",)))),
    "sort, cut 100 -> 20, whole": fed_by(SORT, replace(TWENTY, cut=Cut(longest=100, shortest=100, forms=("whole",)))),
    "sort, cut 1-100 -> 1-20, near": fed_by(SORT, replace(MIXED, cut=NEAR)),
    "the same beside the main task": fed_by(SORT, MIXED, replace(MIXED, cut=NEAR)),
    "the main task alone": fed_by(SORT, MIXED),
    "the main task, random start": fed_by(replace(SORT, numbering=RandomStart(ids=512)), MIXED),
    "sums with carries, cut 40 -> 1-10": fed_by(SUM, replace(MIXED, lengths=(1, 10), cut=Cut(longest=40))),
}


def made_per_second(experiment: Experiment, rounds: int) -> tuple[float, float]:
    """Useful symbols per core-second, the best of some rounds, and symbols with pads for each useful one."""
    best, pads, diet = 0.0, 1.0, experiment.diet
    for _ in range(rounds):
        useful = size = 0
        began = time.process_time()
        for batch in Source(diet).batches():
            useful += int((batch.symbols != PAD).sum())
            size += batch.symbols.size
        best, pads = max(best, useful / (time.process_time() - began)), size / useful
    return best, pads


def share(experiment: Experiment) -> tuple[float, float]:
    """The feeder's core-seconds by the trainer's, and symbols that the trainer reads in a core-second."""
    torch.set_num_threads(1)
    diet, recipe = replace(experiment.diet, updates=300), Scratch()
    state = recipe.begin(experiment.build(), diet.updates, Choices())
    symbols = 0
    with Feeder(diet) as feeder:
        batches = iter(feeder)
        for _ in range(20):  # imports and first blocks are no part of the rate
            state, _ = recipe.update(state, next(batches))
        assert feeder.pid is not None
        here, there = time.process_time(), core_seconds(feeder.pid)
        for _ in range(200):
            batch = next(batches)
            state, _ = recipe.update(state, batch)
            symbols += batch.symbols.size
        own, fed = time.process_time() - here, core_seconds(feeder.pid) - there
    return fed / own, symbols / own


def core_seconds(pid: int) -> float:
    """What a process has had of all cores so far."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:  # noqa: PTH123 - a file of the kernel
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Read the arguments, hold the lock, measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} (above 0: others compute beside this)")
    with measuring(root()):
        for name, experiment in DIETS.items():
            rate, pads = made_per_second(experiment, rounds)
            print(f"  {name:36} {rate:12,.0f} useful symbols a core-second   {pads:.2f} with pads for each", flush=True)
        for name in ("the main task alone", "the same beside the main task"):
            fed, rate = share(DIETS[name])
            print(
                f"  1 layer x 64, {name:30} {fed:6.1%} of a core for feeding, {rate:,.0f} symbols/s trained", flush=True
            )


if __name__ == "__main__":
    main()
