"""What a node removes of a deleted job: all that is its own, and nothing else."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from common.chores import Chore
from common.jobs import Job
from common.swift.inputs import Roots
from tests.builders import make_job
from workers.attempts.folder import AttemptFolder, folder_of
from workers.outputs.marker import FILE_NAME, mark_output
from workers.outputs.removing import output_root, remove_files


@dataclass(frozen=True)
class ThisNode:
    folder: Path
    settings: SimpleNamespace
    name: str = "node-1"


@pytest.fixture
def node(tmp_path: Path) -> ThisNode:
    return ThisNode(tmp_path / "node", SimpleNamespace(allowed_roots=Roots((tmp_path,))))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "output"


@pytest.fixture
def job() -> Job:
    return make_job("one")


def remove(node: ThisNode, job: Job, output_dir: Path) -> tuple[str, ...] | None:
    chore = Chore(job.id, job.task_id, str(output_dir), "somebody", 0)
    removed = remove_files(node, chore, output_root(node, chore))
    return None if removed is None else removed.outputs


def ran_here(node: ThisNode, job: Job, attempt: int, output: Path | None = None) -> AttemptFolder:
    """An attempt that has ended."""
    folder = folder_of(node.folder, job, attempt)
    folder.path.mkdir(parents=True)
    folder.note(**({"output": str(output)} if output else {}))
    folder.mark_ended()
    return folder


def left(root: Path, name: str, job: Job | None = None, by: str = "node-1") -> Path:
    """A folder with a checkpoint, marked as the job's unless that is None."""
    (root / name / "checkpoint-1").mkdir(parents=True)
    if job:
        mark_output(root / name, job, 1, by)
    return root / name


def test_its_attempts_and_its_state_go_and_everything_else_stays(node, root, job) -> None:
    for number in (1, 2):
        ran_here(node, job, number, left(root, f"attempt-{number}", job))
    (root / "latest").symlink_to("attempt-2")
    others = [left(root, "attempt-1-2", make_job("one")), left(root, "attempt-3"), left(root, "mine")]
    (root / "notes.txt").touch()

    assert remove(node, job, root) == ("attempt-1", "attempt-2")

    assert sorted(path.name for path in root.iterdir()) == ["attempt-1-2", "attempt-3", "mine", "notes.txt"]
    assert all((other / "checkpoint-1").is_dir() for other in others)
    assert list((node.folder / "attempts").iterdir()) == []
    assert remove(node, job, root) == ()


def test_what_its_record_names_is_removed_without_a_marker_but_not_with_anothers(node, root, job) -> None:
    ran_here(node, job, 1, left(root, "attempt-1"))
    ran_here(node, job, 2, left(root, "attempt-2", make_job("other")))

    assert remove(node, job, root) == ("attempt-1",)


@pytest.mark.parametrize("named", ["..", "elsewhere", "attempt-1/checkpoint-1", "mine"])
def test_a_record_that_names_another_place_removes_nothing_there(node, root, job, named) -> None:
    left(root, "attempt-1")
    left(root, "mine")
    ran_here(node, job, 1, root / named)

    assert remove(node, job, root) == ()
    assert (root / "attempt-1/checkpoint-1").is_dir()
    assert (root / "mine/checkpoint-1").is_dir()


def test_links_are_not_followed(node, root, job, tmp_path) -> None:
    elsewhere = left(tmp_path / "elsewhere", "attempt-1", job)
    mine = left(root, "attempt-2", job)
    (mine / "data").symlink_to(elsewhere)
    (root / "attempt-1").symlink_to(elsewhere)
    ran_here(node, job, 1, root / "attempt-1")
    ran_here(node, job, 2, mine)

    assert remove(node, job, root) == ("attempt-2",)

    assert (elsewhere / "checkpoint-1").is_dir()
    assert (root / "attempt-1").is_symlink()


def test_a_folder_below_which_another_job_wrote_stays(node, root, job) -> None:
    below = {number: left(root, f"attempt-{number}", job) / "checkpoint-1/deep/down" for number in (1, 2, 3, 4)}
    left(below[1], "attempt-1", make_job("other"))
    (left(below[2], "attempt-1") / FILE_NAME).write_text("torn")
    left(below[3], "attempt-1", job)
    below[4].mkdir(parents=True)
    (below[4] / "link").symlink_to(below[1])
    ran_here(node, job, 1, root / "attempt-1")

    assert remove(node, job, root) == ("attempt-3", "attempt-4")

    assert (below[1] / "attempt-1/checkpoint-1").is_dir()
    assert (below[2] / "attempt-1/checkpoint-1").is_dir()


def test_latest_stays_where_it_leads_elsewhere(node, root, job) -> None:
    ran_here(node, job, 1, left(root, "attempt-1", job))
    left(root, "attempt-5", make_job("other"))
    (root / "latest").symlink_to("attempt-5")

    remove(node, job, root)

    assert (root / "latest").is_symlink()


def test_on_a_shared_disk_one_that_ran_it_removes_what_others_wrote(node, root, job) -> None:
    left(root, "attempt-1", job, by="node-2")
    assert remove(node, job, root) == ()

    ran_here(node, job, 2, left(root, "attempt-2", job))

    assert remove(node, job, root) == ("attempt-1", "attempt-2")


def test_nothing_is_removed_before_its_attempts_are_settled(node, root, job) -> None:
    folder = ran_here(node, job, 1, left(root, "attempt-1", job))
    (folder.path / "ended").unlink()

    assert remove(node, job, root) is None
    assert (root / "attempt-1").is_dir()


def test_outside_the_roots_only_its_state_goes(node, job, tmp_path) -> None:
    ran_here(node, job, 1)

    assert remove(node, job, Path("/somewhere/else")) == ()
    assert list((node.folder / "attempts").iterdir()) == []
