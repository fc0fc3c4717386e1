r"""Symbols per second of training a position-coupling run: ours against the authors' public repository.

Equal configuration: addition of 1 to 10 (or 30) digits with coupled ids, one layer, equal width and heads, RMSNorm
before and after each sublayer, a table of equally many ids, AdamW with clipped gradients, fp32, equally many lines in
a batch; their gated MLP of hidden width 2 d has as many weights as ours of 3 d. Ours is timed with its feeder process,
theirs with its loader, and theirs at each of its settings (1 or 2 threads, with or without a loader process, compiled
if asked); the best of them counts. Turns alternate (A B A B ...), the fastest turn of each counts, and runs of ours
wait meanwhile.

A batch of theirs holds lines of all lengths, padded to the longest; ours lines of one length. What is compared are
symbols that are no pad behind a line; with theirs counted in, the second ratio.

The peer is not part of this repository. Bring it and what it needs (any folder outside this repository will do):

    git clone https://github.com/HanseulJo/position-coupling PEER
    pip install --target PACKAGES --no-deps transformers==4.46.3 tokenizers==0.20.3 huggingface_hub==0.26.5 \
        hydra-core==1.3.2 omegaconf==2.3.0 antlr4-python3-runtime==4.9.3 dotmap requests urllib3 certifi \
        charset-normalizer idna
    python benchmarks/coupling_peer.py PEER --packages PACKAGES [--width 128 512] [--longest 10 30] [--compiled]

It was written for torch 2.5 and transformers 4.46 and runs unchanged on this Python and torch with that transformers.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch

from lengthwise.experiment import Experiment
from lengthwise.feeding.feeder import Feeder
from lengthwise.feeding.mixture import Ingredient, Mixture
from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
from lengthwise.lines.numberings.coupled import Coupled
from lengthwise.models.positions.absolute import Absolute
from lengthwise.models.transformer import Transformer
from lengthwise.run import root
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.training.queue import measuring
from lengthwise.training.recipe import Choices
from lengthwise.training.recipes.scratch import Scratch

HEADS, IDS, LINES = 4, 180, 20_000
SIDE = Path(__file__).with_name("coupling_peer_side.py")


class Facts(NamedTuple):
    """The best of all turns: symbols in a second, without and with pads; the last loss and the weights' count."""

    symbols: float
    padded: float
    loss: float
    parameters: int


class Peer:
    """Their training, in a process of its own that waits for its turn."""

    def __init__(self, checkout: Path, packages: Path | None, asked: dict[str, Any]) -> None:
        paths = [str(packages)] if packages else []
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": str(asked["threads"])}
        self.process = subprocess.Popen(
            [sys.executable, str(SIDE)], cwd=checkout, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self._say(json.dumps(asked))
        self._hear()

    def train(self, seconds: float) -> Facts:
        """One turn."""
        self._say(str(seconds))
        return self._hear()

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.communicate()

    def _say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def _hear(self) -> Facts:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            assert self.process.stderr is not None
            sys.exit(
                f"the peer ended:\n{self.process.stderr.read()[-2000:]}\nSee the head of {__file__} for what it needs."
            )
        return Facts(**json.loads(line))


class Ours:
    """Our training at the same sizes, fed by its own process."""

    def __init__(self, width: int, longest: int, rows: int) -> None:
        blueprint = Transformer(layers=1, heads=HEADS, width=width, mlp=3.0, norm="both", encoding=Absolute(limit=IDS))
        symbols = rows * (3 * longest + 5) * (longest + 1) // (2 * longest)  # as many lines a batch, in the mean
        experiment = Experiment(
            Addition(),
            layout=ReversedAnswer(),
            numbering=Coupled(ids=IDS),
            model=blueprint,
            mixture=Mixture((Ingredient(lengths=(1, longest)),), symbols=symbols),
            recipe=Scratch(rate=1e-4, weight_decay=0.0),
        )
        self.recipe = experiment.recipe
        model = experiment.build()
        self.parameters = sum(p.numel() for p in model.parameters())
        diet = replace(experiment.diet, updates=50_000)
        self.state = self.recipe.begin(model, diet.updates, Choices())
        self.feeder = Feeder(diet)
        self.batches = iter(self.feeder)
        self.train(0.5)

    def train(self, seconds: float) -> Facts:
        """One turn."""
        began, symbols, loss = time.perf_counter(), 0, 0.0
        while time.perf_counter() - began < seconds:
            batch = next(self.batches)
            self.state, measures = self.recipe.update(self.state, batch)
            symbols += batch.symbols.size
            loss = float(measures["loss"])
        rate = symbols / (time.perf_counter() - began)
        return Facts(rate, rate, loss, self.parameters)


def best(turns: list[Facts]) -> Facts:
    """The fastest turn."""
    return max(turns, key=lambda facts: facts.symbols)


def compare(options: argparse.Namespace, width: int, longest: int) -> None:
    """One line for each setting of theirs, and one for ours; the ratio against their best."""
    print(f"addition 1-{longest}, 1 layer, width {width}, {options.rows} lines a batch", flush=True)
    ours, theirs = Ours(width, longest, options.rows), dict[str, Peer]()
    sizes = {"layers": 1, "heads": HEADS, "width": width, "longest": longest, "ids": IDS, "rows": options.rows}
    for threads, feeders in ((1, 0), (2, 0), (1, 1)):
        for compiled in (False, True) if options.compiled else (False,):
            asked = {**sizes, "lines": LINES, "threads": threads, "feeders": feeders, "compiled": compiled}
            name = f"{threads} threads, {feeders} loader processes{', compiled' if compiled else ''}"
            theirs[name] = Peer(options.checkout, options.packages, asked)
    mine, turns = list[Facts](), {name: list[Facts]() for name in theirs}
    for _ in range(options.rounds):
        for name, peer in theirs.items():
            turns[name].append(peer.train(options.seconds))
            mine.append(ours.train(options.seconds))
    for peer in theirs.values():
        peer.close()
    ours.feeder.close()
    found = {name: best(turns[name]) for name in theirs}
    for name, facts in found.items():
        print(f"  theirs, {name:<40} {facts.symbols / 1e3:8.1f} k symbols/s ({facts.padded / 1e3:.1f} k with pads), "
              f"{facts.parameters:,} weights, loss {facts.loss:.2f}")  # fmt: skip
    own, fastest = best(mine), best(list(found.values()))
    print(f"  ours {'':<43} {own.symbols / 1e3:8.1f} k symbols/s, {own.parameters:,} weights, loss {own.loss:.2f}")
    print(
        f"  ratio {own.symbols / fastest.symbols:.2f}x; {own.symbols / fastest.padded:.2f}x if their pads count",
        flush=True,
    )


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path, help="a clone of the authors' repository")
    parser.add_argument("--packages", type=Path, help="a folder with the packages it needs")
    parser.add_argument("--width", type=int, nargs="+", default=[128])
    parser.add_argument("--longest", type=int, nargs="+", default=[10])
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=3.0, help="of one turn")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--compiled", action="store_true", help="also time theirs compiled, as they ran it on a GPU")
    options = parser.parse_args()
    if not (options.checkout / "src" / "model" / "modeling" / "custom_t5_decoder_only.py").is_file():
        parser.error(
            f"{options.checkout} is no checkout of the authors' repository; "
            "git clone https://github.com/HanseulJo/position-coupling and give its folder"
        )
    torch.set_num_threads(1)
    with measuring(root()):
        for width in options.width:
            for longest in options.longest:
                compare(options, width, longest)
    if hasattr(os, "getloadavg"):
        print(f"load of the machine over the last minute: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
