"""How far a whole job is: its training and the merge behind it."""

from dataclasses import replace

import pytest

from common.jobs import Progress
from common.states import JobState
from tests.builders import make_job

HALF = Progress(step=50, max_steps=100, elapsed_seconds=50, remaining_seconds=50, seconds_per_step=1.0)


def with_merge(progress: Progress, elapsed: int | None = None) -> Progress:
    return replace(progress, merge_seconds=100, merge_elapsed_seconds=elapsed)


@pytest.mark.parametrize(
    ("progress", "percent"),
    [
        (Progress(), 0.0),
        (HALF, 50.0),
        (replace(HALF, step=120), 100.0),
        (with_merge(HALF), 25.0),
        (with_merge(replace(HALF, step=100)), 50.0),
        (with_merge(replace(HALF, step=100), 0), 50.0),
        (with_merge(replace(HALF, step=100), 50), 75.0),
        (with_merge(HALF, 0), 33.33),  # stopped early: there are no more steps to do
        (with_merge(HALF, 50), 66.67),
        (with_merge(HALF, 400), 99.0),  # late, and not done
        (with_merge(Progress(), 25), 25.0),  # an attempt that only merges
        (with_merge(replace(HALF, seconds_per_step=None)), 50.0),
        (with_merge(Progress(step=4, max_steps=4)), 99.0),
    ],
)
def test_the_share_of_a_job_counts_its_merge(progress: Progress, percent: float) -> None:
    assert progress.percent == percent


def test_a_job_that_was_completed_early_has_done_all_of_it() -> None:
    job = make_job(state=JobState.COMPLETED).evolve(progress=HALF)

    detail = job.progress_detail
    assert detail is not None
    assert (job.percent, job.remaining_seconds) == (detail["percent"], detail["remaining_seconds"]) == (100.0, 0)


def test_a_job_that_failed_stays_where_it_was_and_has_nothing_left_to_do() -> None:
    job = make_job(state=JobState.FAILED).evolve(progress=HALF)

    assert (job.percent, job.remaining_seconds) == (50.0, 0)


def test_before_the_first_numbers_nothing_is_known() -> None:
    job = make_job()

    assert (job.percent, job.remaining_seconds, job.progress_detail) == (0.0, None, None)
