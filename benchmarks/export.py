"""How long an export takes, and whether its memory stays flat.

    python benchmarks/export.py [--rows 100000] [--workers 2] [--style recite] [--file jsonl]

Exports the 12 held-out tasks of Meta-RFFT at lengths 1 to 15, once with a tenth of the rows and once with all, each in
a process of its own, and prints seconds, rows a second, and the peak resident memory of the parent and of the largest
worker. Memory is flat if the second run's peaks are the first's. Short lengths have few different problems
(two coins fall in two ways), so rather fewer rows come out than were asked for; the figure counts those that did.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

RUN = """
import json, resource, sys, time
from pathlib import Path
from lengthwise.export.plan import Export, lengths
from lengthwise.export.write import export

def main():
    folder, per_length, workers, style, file = json.loads(sys.argv[1])
    begun = time.perf_counter()
    plan = Export("meta_rfft_heldout", lengths("1-15"), per_length, style=style, file=file)
    verdict = export(plan, Path(folder), workers)
    seconds = time.perf_counter() - begun
    size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    own, work = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    cpu = own.ru_utime + own.ru_stime + work.ru_utime + work.ru_stime
    print(json.dumps([verdict.rows, seconds, cpu, size, own.ru_maxrss, work.ru_maxrss]))

if __name__ == "__main__":
    main()
"""


def run(rows: int, workers: int, style: str, file: str) -> tuple[float, ...]:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "run.py")
        script.write_text(RUN, encoding="utf-8")
        told = json.dumps([f"{folder}/data", -(-rows // (12 * 15)), workers, style, file])
        done = subprocess.run([sys.executable, str(script), told], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return tuple(json.loads(done.stdout))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--style", default="recite")
    parser.add_argument("--file", default="jsonl")
    told = parser.parse_args()
    print(
        f"python {sys.version.split()[0]}, {told.workers} workers, load average {os.getloadavg()[0]:.1f} at the start"
    )
    for rows in (told.rows // 10, told.rows):
        written, seconds, cpu, size, own, work = run(rows, told.workers, told.style, told.file)
        print(
            f"{written:,.0f} rows of {rows:,} asked for, {size / 1e6:,.0f} MB: {seconds:.1f} s wall, {cpu:.1f} s "
            f"processor ({written / seconds:,.0f} rows/s, {written / cpu:,.0f} rows per processor second); "
            f"peak memory {own / 1000:.0f} MB (parent), {work / 1000:.0f} MB (largest worker)"
        )


if __name__ == "__main__":
    main()
