"""Who uses what a job left on disk, by what all other jobs were asked for."""

from collections.abc import Sequence
from types import SimpleNamespace

import pytest

from common.job_specs import JobKind
from common.jobs import Job
from common.states import JobState
from common.trainings import Resume
from common.upkeep.files_in_use import FilesInUse, users_of_files
from tests.builders import make_deployment, make_export_spec, make_job, make_spec


class Jobs:
    """All that a store has, on one page."""

    def __init__(self, *jobs: Job) -> None:
        self._jobs = jobs

    def page(self, _offset: int, _limit: int, state: JobState | None, kind: JobKind) -> tuple[Sequence[Job], int]:
        found = [job for job in self._jobs if job.spec.kind is kind and state in (None, job.state)]
        return found, len(found)

    def older_than(self, *_args: object) -> Sequence[Job]:
        return []


def users_beside(*others: Job, place: str = "output/outer", sources: tuple[Job, ...] = ()) -> list[str]:
    return users_of_files(Store(*others, exports=sources), "outer", {place, f"/data/{place}"})


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


class Store:
    """What FilesInUse asks of a store: others that are there, and those that come."""

    def __init__(self, *others: Job, exports: tuple[Job, ...] = ()) -> None:
        self.listings = Jobs(*others)
        self.jobs = SimpleNamespace(get_many=lambda wanted: [job for job in exports if job.id in set(wanted)])
        self.retention = SimpleNamespace(last_sequence=lambda: 1, submitted_after=lambda _: [])

    def comes(self, *more: Job) -> None:
        self.retention = SimpleNamespace(last_sequence=lambda: 2, submitted_after=lambda _: more)


def left_by(job_id: str = "outer") -> Job:
    return make_job(job_id, state=JobState.COMPLETED, spec=make_spec(output_dir=f"output/{job_id}"))


@pytest.mark.parametrize(
    ("changes", "used"),
    [
        ({"model_path": "/data/output/outer/attempt-1/merged"}, True),
        ({"model_path": "output/outer-2/attempt-1"}, False),
        ({"model_path": "output/other/outer/attempt-1"}, False),
        ({"output_dir": "output/outer/attempt-1/inner"}, True),
        ({"output_dir": "output/outer/mine"}, False),
        ({"extra_args": {"adapters": ["/x/output/outer/attempt-2/checkpoint-5"]}}, True),
    ],
)
def test_seen_once_for_many_it_finds_the_same_users(changes, used) -> None:
    other = make_job("other", spec=make_spec(**changes), state=JobState.QUEUED)

    assert FilesInUse(Store(other)).has_user(left_by()) is used
    assert (users_beside(other) == ["other"]) is used


def test_whoever_uses_an_export_uses_the_training_that_it_was_made_of() -> None:
    export = make_job("outer~export-1", spec=make_export_spec(source_job_id="outer"))
    files = FilesInUse(Store(make_deployment(source_job_id="outer~export-1"), exports=(export,)))

    assert [files.has_user(left_by("outer")), files.has_user(left_by("elsewhere"))] == [True, False]


def test_who_came_since_is_seen_at_the_next_look() -> None:
    store = Store()
    files = FilesInUse(store)
    store.comes(make_job("next", spec=make_spec(model_path="output/outer/attempt-1")))

    files.look_on()

    assert files.has_user(left_by())


@pytest.mark.parametrize("field", ["model_job_id", "adapter_job_id", "resume"])
def test_a_training_that_is_to_go_on_from_a_job_uses_its_files(field: str) -> None:
    earlier = Resume("outer") if field == "resume" else "outer"
    child = make_job("child", spec=make_spec(**{field: earlier}), state=JobState.QUEUED)

    assert FilesInUse(Store(child)).has_user(left_by())
    assert users_beside(child) == ["child"]
    assert users_beside(child.evolve(state=JobState.COMPLETED)) == []


@pytest.mark.parametrize(("served", "is_used"), [("/x/child/checkpoint-4", True), ("/x/child/merged", False)])
def test_who_serves_an_adapter_uses_the_model_below_it(served: str, is_used: bool) -> None:
    child = make_job("child", spec=make_spec(model_path="output/outer/attempt-1/merged"), export_path="/x/child/merged")
    deployment = make_deployment(source_job_id="child", model_path=served)

    assert FilesInUse(Store(deployment, exports=(child,))).has_user(left_by()) is is_used
    assert (users_beside(deployment, sources=(child,)) == [deployment.id]) is is_used
