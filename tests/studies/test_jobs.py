"""Every run of every study can be run: its experiment passes the checks that come before training."""

import json
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

import lengthwise.studies
from lengthwise.core.plain import document
from lengthwise.core.study import Job, Study
from lengthwise.studies._auxiliary_arms import ARMS, entries, why_not
from lengthwise.studies.auxiliary_tasks import AuxiliaryTasks
from lengthwise.studies.first_curve import FirstCurve


def studies() -> list[Study]:
    """One of each study of the package, as it stands there."""
    found = []
    for module in iter_modules(lengthwise.studies.__path__):
        if not module.name.startswith("_"):
            inside = vars(import_module(f"lengthwise.studies.{module.name}")).values()
            own = [
                c for c in inside if isinstance(c, type) and issubclass(c, Study) and c.__module__.endswith(module.name)
            ]
            found += [each() for each in own]
    return found


CASES = [(study, stage) for study in studies() for stage in study.stages]
NAMES = [f"{type(study).__name__}-{stage}" for study, stage in CASES]


def jobs(study: Study, stage: str) -> list[Job]:
    return list(study.jobs(stage))


def test_every_file_of_the_room_is_looked_at() -> None:
    files = [path for path in Path(lengthwise.studies.__path__[0]).glob("*.py") if not path.name.startswith("_")]
    assert len(studies()) >= len(files) >= 2


@pytest.mark.parametrize(("study", "stage"), CASES, ids=NAMES)
def test_every_experiment_of_a_stage_passes_its_checks(study: Study, stage: str) -> None:
    seen = set()
    for job in jobs(study, stage):
        if (job.task, job.arm) not in seen:  # seeds change nothing that is checked
            seen.add((job.task, job.arm))
            job.experiment.check()
    assert seen


@pytest.mark.parametrize(("study", "stage"), CASES, ids=NAMES)
def test_a_stage_has_no_run_twice_and_counts_the_seeds_of_an_arm_from_0(study: Study, stage: str) -> None:
    found = jobs(study, stage)
    assert len({json.dumps(document(job.experiment), sort_keys=True) for job in found}) == len(found)
    assert all(job.experiment.seed == job.seed for job in found)
    seeds: dict[tuple[str, str], list[int]] = {}
    for job in found:
        seeds.setdefault((job.task, job.arm), []).append(job.seed)
    assert all(sorted(each) == list(range(len(each))) for each in seeds.values())


@pytest.mark.parametrize(("study", "stage"), CASES, ids=NAMES)
def test_all_arms_of_a_task_read_equally_many_symbols_and_are_tested_alike(study: Study, stage: str) -> None:
    by_task: dict[str, list[Job]] = {}
    for job in jobs(study, stage):
        by_task.setdefault(job.task, []).append(job)
    for alike in by_task.values():
        assert len({job.experiment.budget for job in alike}) == 1
        assert len({(job.experiment.tests, job.experiment.instances) for job in alike}) == 1


@pytest.mark.parametrize(("study", "stage"), CASES, ids=NAMES)
def test_claims_are_about_lengths_that_every_run_of_the_task_is_tested_at(study: Study, stage: str) -> None:
    for job in jobs(study, stage):
        for claim in study.claims(stage, job.task):
            lengths = getattr(claim, "lengths", None) or (claim.length,)
            assert set(lengths) <= set(job.experiment.tests), f"{job.arm}: {claim}"


def test_an_arm_that_does_not_apply_says_why() -> None:
    told = {(entry.task, entry.arm): entry.why for entry in AuxiliaryTasks().not_applicable("screen")}
    asked = {(job.task, job.arm) for job in AuxiliaryTasks().jobs("screen")}
    for entry in entries(100):
        for arm in ARMS:
            pair = (entry.task.name, arm)
            assert (pair in told) != (pair in asked)
            assert bool(why_not(entry, arm)) == (pair in told)
    assert "without the written prefix nothing says which place" in told["logic/parity", "query + log"]


def test_the_first_curve_is_small_enough_for_six_minutes() -> None:
    total = sum(job.experiment.budget for job in FirstCurve().jobs("main"))
    assert total <= 2 * 6 * 60 * 50_000, "two cores, six minutes, 50,000 symbols a second"
