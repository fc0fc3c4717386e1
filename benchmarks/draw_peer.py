"""How fast are problems drawn? Against reasoning-gym (github.com/open-thought/reasoning-gym) on comparable tasks.

    python benchmarks/draw_peer.py --peer PYTHON [--length 10] [--seconds 2]

PYTHON is the interpreter of an environment of its own that has reasoning-gym (`pip install reasoning-gym`): it is no
dependency of ours. Both draw problems of one length and write question and answer as text, in one process each, turn
about (A B A B ...); processor time counts, and the fastest turn of each. The peer is asked as its documentation does
(`create_dataset(...)`, then item after item). Ours also hashes every problem to find its split, leaves out what is not
of the split, and drops duplicates; the test split is an eighth, so that of eight problems drawn one is kept. The tasks
are alike, not equal: the pairs and their settings are printed.
"""

import argparse
import json
import subprocess
import sys
import time

from lengthwise.rules.runtime.render import render
from lengthwise.rules.task import RuleBlock, instances
from lengthwise.tasks.collections import rule_task

PAIRS = (
    ("words/word_sorting", "word_sorting", {"min_words": "N", "max_words": "N"}),
    ("digits/add_integers", "chain_sum", {"min_terms": 2, "max_terms": 2, "min_digits": "N", "max_digits": "N"}),
    ("words/word_pattern", "isomorphic_strings", {"min_string_length": "N", "max_string_length": "N"}),
    ("lists/move_zeroes", "number_sorting", {"min_numbers": "N", "max_numbers": "N"}),
    ("text/valid_palindrome", "palindrome_generation", {"min_length": "2N", "max_length": "2N"}),
)
TURNS = 3

PEER = """
import json, sys, time
import reasoning_gym
name, settings, seconds, turn = json.loads(sys.argv[1])
data = reasoning_gym.create_dataset(name, size=10_000_000, seed=turn, **settings)
data[0]
drawn, begun = 0, time.process_time()
while time.process_time() - begun < seconds:
    for index in range(drawn, drawn + 100):
        item = data[index]
        item["question"], item["answer"]
    drawn += 100
print(drawn / (time.process_time() - begun))
"""


def ours(name: str, length: int, seconds: float, split: str, seed: int) -> float:
    """Problems a second."""
    task = rule_task(name)
    drawn, begun = 0, time.process_time()
    for instance in instances(RuleBlock(task, length, split, seed), 10**9):
        task.ask(instance.given), render(task.solve(instance.given))
        drawn += 1
        if drawn % 100 == 0 and time.process_time() - begun > seconds:
            break
    return drawn / (time.process_time() - begun)


def theirs(python: str, name: str, settings: dict[str, object], seconds: float, turn: int) -> float:
    """Problems a second."""
    told = json.dumps([name, settings, seconds, turn])
    done = subprocess.run([python, "-c", PEER, told], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"the peer failed: {done.stderr.strip().splitlines()[-1]}")
    return float(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", required=True)
    parser.add_argument("--length", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=2.0)
    told = parser.parse_args()
    version = sys.version.split()[0]
    print(f"python {version}, length {told.length}, best of {TURNS} turns of {told.seconds} s; problems a second")
    for name, peer, template in PAIRS:
        values = {"N": told.length, "2N": 2 * told.length}
        settings = {key: values.get(str(value), value) for key, value in template.items()}
        best = {"train": 0.0, "test": 0.0, "peer": 0.0}
        for turn in range(TURNS):
            for split in ("train", "test"):
                best[split] = max(best[split], ours(name, told.length, told.seconds, split, turn))
            best["peer"] = max(best["peer"], theirs(told.peer, peer, settings, told.seconds, turn))
        print(
            f"{name}: {best['train']:,.0f} (test split {best['test']:,.0f}); {peer} {settings}: {best['peer']:,.0f}; "
            f"ratio {best['train'] / best['peer']:.1f} (test split {best['test'] / best['peer']:.1f})"
        )


if __name__ == "__main__":
    main()
