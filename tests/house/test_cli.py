"""The command line starts at once, brings nothing heavy, and answers a mistake in one line."""

import resource
import subprocess
import sys

HEAVY = ("torch", "numpy", "transformers", "matplotlib", "pyarrow")


def lengthwise(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "lengthwise.cli", *words], capture_output=True, text=True, check=False)


def test_help_takes_less_than_a_third_of_a_second() -> None:
    # Processor time, and the least of five: other processes share these cores, and the first run compiles.
    seconds = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert lengthwise("--help").returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(seconds) < 0.3, seconds


def test_help_and_list_bring_nothing_heavy() -> None:
    code = (
        "import sys, lengthwise.cli as cli\n"
        "for words in (['--help'], ['list', 'encodings']):\n"
        "    try: cli.app(words)\n"
        "    except SystemExit: pass\n"
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "rope" in done.stdout


def test_list_names_the_tasks_and_answers_a_misspelt_axis_in_one_line() -> None:
    assert "ordering/sort" in lengthwise("list", "tasks").stdout.split()
    wrong = lengthwise("list", "taks")
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("error: no axis is called 'taks'; did you mean 'tasks'")
    assert wrong.stderr.count("\n") == 1
