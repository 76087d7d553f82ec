"""The soak sees what it is there to see."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.soak.jobs import Submitted
from tests.soak.table import table
from tests.soak.verdict import Counts, judge
from workers.runner import phase_files, records
from workers.runner.records import EXITED, ExitRecord, RunnerInfo


@dataclass
class Folder:
    """As much of a stack as a verdict needs."""

    folder: Path


@pytest.fixture
def job(tmp_path: Path) -> Submitted:
    model = tmp_path / "inputs" / "model"
    model.mkdir(parents=True)
    return Submitted("key", {"model_path": str(model)}, job_id="job", status="completed", kinds={"kill api"})


def judged(tmp_path: Path, job: Submitted) -> Counts:
    counts = Counts()
    judge(counts, Folder(tmp_path), [job])
    return counts


def run_phase(tmp_path: Path, attempt: int, code: int) -> None:
    phase = tmp_path / "nodes" / "node-1" / "attempts" / "job-12345678" / str(attempt) / "train"
    phase.mkdir(parents=True)
    now = records.now()
    phase_files.write_json(phase / "runner.json", records.runner_to_json(RunnerInfo(1, 1, "b", now, ())))
    ended = ExitRecord(EXITED, now, now, exit_code=code, exit_codes={0: code}, tree_empty=True)
    phase_files.write_json(phase / "exit.json", records.exit_to_json(ended))


def test_a_job_that_completed_is_accounted_for(tmp_path: Path, job: Submitted) -> None:
    counts = judged(tmp_path, job)

    assert (counts.accepted, counts.bad()) == (1, [])


@pytest.mark.parametrize("status", ["", "queued", "running", "gone"])
def test_a_job_that_does_not_end_or_has_vanished_is_lost(tmp_path: Path, job: Submitted, status: str) -> None:
    job.status = status

    assert len(judged(tmp_path, job).lost) == 1


def test_one_that_was_deleted_is_gone_by_right(tmp_path: Path, job: Submitted) -> None:
    job.status, job.wish = "gone", "delete"

    assert judged(tmp_path, job).bad() == []


@pytest.mark.parametrize(
    ("status", "wish", "wrong"),
    [("failed", "", 1), ("failed", "cancel", 1), ("cancelled", "", 1), ("cancelled", "cancel", 0)],
)
def test_an_end_that_nobody_wanted_is_wrong(tmp_path: Path, job: Submitted, status: str, wish: str, wrong: int) -> None:
    job.status, job.wish = status, wish

    assert len(judged(tmp_path, job).wrong) == wrong


def test_two_at_once_and_a_finished_phase_again_are_twice(tmp_path: Path, job: Submitted) -> None:
    (job.model / "traces.jsonl").write_text(json.dumps({"what": "twice"}) + "\n")
    run_phase(tmp_path, 1, code=0)
    run_phase(tmp_path, 2, code=0)

    counts = judged(tmp_path, job)

    assert len(counts.twice) == 2
    assert "train ended well in attempt 1 and ran again" in table({"kill api": counts})


def test_a_phase_that_failed_may_run_again(tmp_path: Path, job: Submitted) -> None:
    run_phase(tmp_path, 1, code=-9)
    run_phase(tmp_path, 2, code=0)

    assert judged(tmp_path, job).twice == []
