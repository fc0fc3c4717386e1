"""Curve evaluation against `generate` of a Hugging Face Llama of the same shape.

What is compared is the work of one point of a length curve: are the answers of a block of problems right? lengthwise
asks in one teacher-forced fp32 pass over the finished lines (which equals greedy decoding where no working is written);
the peer continues the same prompts greedily with its key-value cache. Both read the same symbols at the same batch and
dtype, in one process, in turn (A B A B ...); the minimum of each is printed, and each answer is written to its end. At
few rows the peer pays for its calls, at many rows both pay for the same arithmetic, so the ratio falls with the batch;
all are printed.

    python benchmarks/generate_peer.py [--rows 1 8 32 128] [--rounds 5]

One machine-wide lock keeps two benchmarks of this folder from running at once.
"""

import argparse
import fcntl
import itertools
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from lengthwise.core.keys import key
from lengthwise.core.line import Line
from lengthwise.core.task import Task
from lengthwise.core.vocabulary import PAD, START, Vocabulary
from lengthwise.lines.numberings.sequential import Sequential
from lengthwise.lines.write import write
from lengthwise.models.network import Network
from lengthwise.models.positions.rope import RoPE
from lengthwise.models.transformer import Transformer
from lengthwise.tasks.ordering.copy import Copy
from lengthwise.tasks.ordering.sort import Sort

LENGTH = 100
SHAPES = ((1, 4, 64), (2, 4, 128))  # layers, heads, width: the tiny regime of the studies
ROWS = (1, 8, 32, 128)


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other benchmark runs on this machine."""
    with (Path(tempfile.gettempdir()) / "lengthwise-benchmark.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def peer(symbols: int, shape: tuple[int, int, int]) -> LlamaForCausalLM:
    """The same layers, heads and width; its gated MLP has three matrices, so two thirds of our hidden width each."""
    layers, heads, width = shape
    config = LlamaConfig(
        vocab_size=symbols,
        hidden_size=width,
        intermediate_size=4 * width * 2 // 3,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=heads,
        max_position_embeddings=4 * LENGTH,
        tie_word_embeddings=True,
        bos_token_id=START,
        eos_token_id=None,  # untrained, it would end anywhere; every answer is written to its full length
        pad_token_id=PAD,
    )
    return LlamaForCausalLM(config).eval().float()


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def compare(task: Task, rows: int, rounds: int, shape: tuple[int, int, int]) -> float:
    """Print both minima and return the peer's over ours."""
    line: Line = write(task, task.draw(LENGTH, key("benchmark", task.name).rng(), "typical", rows))
    vocabulary = Vocabulary.over([task])
    layers, heads, width = shape
    blueprint = Transformer(layers=layers, heads=heads, width=width, encoding=RoPE())
    network = Network(blueprint.build(len(vocabulary)), vocabulary, Sequential())
    prompt_length = 1 + len(line.frame.prompt)
    whole = network.pages.full(line, np.random.default_rng(0))
    answers = int((whole.targets[:, prompt_length - 1 :] != PAD).sum(axis=1).max())
    prompts = torch.from_numpy(np.ascontiguousarray(whole.symbols[:, :prompt_length])).long()
    llama = peer(len(vocabulary), shape)

    def ours() -> object:
        return network.score(line)

    def theirs() -> object:
        with torch.inference_mode():
            mask = torch.ones_like(prompts)
            written = llama.generate(prompts, attention_mask=mask, max_new_tokens=answers, do_sample=False)
        assert written.shape[1] == prompt_length + answers
        return written[:, prompt_length:].numpy() == whole.targets[:, prompt_length - 1 :]

    ours(), theirs()
    pairs = [(timed(ours), timed(theirs)) for _ in range(rounds)]
    own, other = (min(pair[side] for pair in pairs) for side in (0, 1))
    ratio = other / own
    print(
        f"{task.name:14} {layers} x {width:3} {rows:4} rows: lengthwise {own * 1e3:7.1f} ms, "
        f"generate {other * 1e3:7.1f} ms, ratio {ratio:5.1f}",
        flush=True,
    )
    return ratio


def main() -> None:
    """Copy and sort."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, nargs="+", default=ROWS)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    torch.set_num_threads(1)
    with alone():
        print(f"length {LENGTH}, fp32, {torch.get_num_threads()} thread, minima of {given.rounds} in turn")
        tasks = (Copy(values=256), Sort(values=256))
        for rows, shape in itertools.product(given.rows, SHAPES):
            for task in tasks:
                compare(task, rows, given.rounds, shape)


if __name__ == "__main__":
    main()
