"""Who uses what a job left on disk, by what all other jobs were asked for."""

from collections.abc import Sequence
from types import SimpleNamespace

import pytest

from common.jobs import Job, JobKind
from common.states import JobState
from deploy.files_in_use import users_of_files
from tests.builders import make_job, make_spec


class Jobs:
    """All that a store has, on one page."""

    def __init__(self, *jobs: Job) -> None:
        self._jobs = jobs

    def page(self, _offset: int, _limit: int, state: JobState | None, kind: JobKind) -> tuple[Sequence[Job], int]:
        found = [job for job in self._jobs if job.spec.kind is kind and state in (None, job.state)]
        return found, len(found)

    def older_than(self, *_args: object) -> Sequence[Job]:
        return []


def users_beside(*others: Job, place: str = "output/outer") -> list[str]:
    return users_of_files(SimpleNamespace(listings=Jobs(*others)), "outer", {place, f"/data/{place}"})


def writes_to(output_dir: str, state: JobState = JobState.RUNNING) -> Job:
    return make_job("other", state=state, spec=make_spec(output_dir=output_dir))


@pytest.mark.parametrize(
    "output_dir",
    ["output/outer/attempt-1", "output/outer/attempt-1/inner", "/data/output/outer/attempt-12-3/a/b"],
)
def test_who_writes_into_the_folder_of_an_attempt_uses_it(output_dir) -> None:
    for state in (JobState.PENDING, JobState.QUEUED, JobState.ASSIGNED, JobState.RUNNING):
        assert users_beside(writes_to(output_dir, state)) == ["other"]


@pytest.mark.parametrize(
    "output_dir",
    ["output/outer", "output", "output/outer/mine", "output/outer/attempt-x", "output/outer-2/attempt-1", "elsewhere"],
)
def test_who_writes_above_or_beside_it_holds_up_no_removal(output_dir) -> None:
    assert users_beside(writes_to(output_dir)) == []


def test_who_wrote_there_and_has_ended_leaves_it_to_the_nodes_to_look() -> None:
    assert users_beside(writes_to("output/outer/attempt-1/inner", JobState.COMPLETED)) == []


def test_without_a_known_place_nobody_uses_it() -> None:
    assert users_beside(writes_to("attempt-1"), place="") == []
