"""Where a later attempt goes on: by this node's own records, and by what others left on a shared disk."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from common.jobs import Job
from common.trainings import Resume
from tests.builders import make_job
from workers.attempts.folder import folder_of
from workers.outputs.marker import mark_output
from workers.outputs.resume_points import earlier_point, resume_point


@dataclass(frozen=True)
class ThisNode:
    folder: Path
    name: str = "node-1"


@pytest.fixture
def job() -> Job:
    return make_job("one")


@pytest.fixture
def node(tmp_path: Path) -> ThisNode:
    return ThisNode(tmp_path / "node")


def leave(output_dir: Path, job: Job, attempt: int, steps: int, by: str = "node-2", **facts: object) -> Path:
    """What an attempt on another node left; returns its checkpoint."""
    output = output_dir / f"attempt-{attempt}"
    checkpoint = output / f"checkpoint-{steps}"
    checkpoint.mkdir(parents=True)
    mark_output(output, job, attempt, by)
    (checkpoint / "adapter_model.safetensors").write_bytes(b"w")
    (checkpoint / "trainer_state.json").write_text(
        json.dumps({"global_step": steps, "max_steps": 100, "log_history": []})
    )
    (checkpoint / "args.json").write_text(json.dumps(facts))
    for name in ("optimizer.pt", "scheduler.pt"):
        (checkpoint / name).touch()
    (output / "last-checkpoint").symlink_to(checkpoint.name)
    return checkpoint


def test_the_checkpoint_of_the_most_steps_is_taken_and_it_is_told_who_wrote_it(tmp_path, node, job) -> None:
    best = leave(tmp_path, job, 1, 50)
    leave(tmp_path, job, 2, 20, by="node-3")

    assert resume_point(node, job, 3, tmp_path) == (
        best, "goes on from checkpoint-50 of attempt 1, which node node-2 wrote",
    )  # fmt: skip


def test_what_this_node_wrote_is_its_own(tmp_path, node, job) -> None:
    own = leave(tmp_path, job, 1, 50, by="node-1")
    folder = folder_of(node.folder, job, 1)
    folder.path.mkdir(parents=True)
    folder.note(output=str(own.parent))

    assert resume_point(node, job, 2, tmp_path) == (own, "goes on from checkpoint-50 of attempt 1")


def test_a_deleted_job_of_the_same_id_and_later_attempts_leave_nothing_to_go_on_from(tmp_path, node, job) -> None:
    leave(tmp_path, make_job("one"), 1, 50)
    leave(tmp_path, job, 2, 60)

    assert resume_point(node, job, 2, tmp_path) == (
        None, "starts anew: no earlier attempt left a checkpoint on this node",
    )  # fmt: skip


def test_a_checkpoint_that_would_run_code_is_passed_over(tmp_path, node, job) -> None:
    whole = leave(tmp_path, job, 1, 50)
    leave(tmp_path, job, 2, 60, external_plugins=["evil.py"])

    assert resume_point(node, job, 3, tmp_path)[0] == whole


def test_without_optimizer_state_it_starts_anew_and_says_so(tmp_path, node, job) -> None:
    (leave(tmp_path, job, 1, 50) / "optimizer.pt").unlink()

    assert resume_point(node, job, 2, tmp_path) == (
        None, "starts anew: checkpoint-50 has no optimizer state (save_only_model)",
    )  # fmt: skip


def test_it_is_told_that_a_finished_training_cannot_be_read(tmp_path, node, job) -> None:
    trained = job.evolve(trained_attempt=1, trained_node="node-2")

    assert resume_point(node, trained, 2, tmp_path)[1] == (
        "attempt 1 finished its training on node node-2, and that cannot be read here; "
        "starts anew: no earlier attempt left a checkpoint on this node"
    )


def test_of_an_earlier_job_the_last_checkpoint_of_all_its_attempts_is_taken_with_its_optimizer(
    tmp_path, node, job
) -> None:
    leave(tmp_path, job, 1, 50)
    newest = leave(tmp_path, job, 2, 60)
    (leave(tmp_path, job, 3, 70) / "optimizer.pt").unlink()
    leave(tmp_path, make_job("one"), 4, 80)

    assert earlier_point(node, Resume("one", job.task_id, attempts=4), tmp_path) == (
        newest, "goes on from checkpoint-60 of job 'one', its optimizer included",
    )  # fmt: skip


def test_of_an_earlier_job_weights_alone_are_taken_and_what_starts_anew_is_told(tmp_path, node, job) -> None:
    weights = leave(tmp_path, job, 1, 50)
    (weights / "optimizer.pt").unlink()

    assert earlier_point(node, Resume("one", job.task_id, attempts=1), tmp_path) == (
        weights,
        "goes on from checkpoint-50 of job 'one', which has no optimizer state: optimizer and schedule start anew",
    )


def test_an_earlier_job_that_left_nothing_here_gives_nothing(tmp_path, node, job) -> None:
    assert earlier_point(node, Resume("one", job.task_id, attempts=1), tmp_path) == (
        None, "job 'one' has no complete checkpoint on node node-1",
    )  # fmt: skip
