"""The rules by which the ranks of a phase have to end."""

from workers.runner.ending import Ending, RankEnd, first_failure, hurry, why_end
from workers.runner.records import StopRequest
from workers.runner.spec import RunnerSpec


def make_spec(**fields) -> RunnerSpec:
    return RunnerSpec(**{"job_id": "j", "attempt": 1, "phase": "train", "processes": (), "grace_seconds": 30} | fields)


def test_ranks_go_on_while_nothing_happens():
    assert why_end(make_spec(), [], None, started=100, now=1e9) is None


def test_a_wish_ends_the_ranks_with_its_own_grace_and_reason():
    assert why_end(make_spec(), [], StopRequest("cancel", 5), 100, 200) == Ending("stopped", 205, "cancel")


def test_the_time_limit_counts_from_the_start_of_the_runner():
    spec = make_spec(time_limit_seconds=60)

    assert why_end(spec, [], None, started=100, now=159.9) is None
    assert why_end(spec, [], None, started=100, now=160) == Ending("stopped", 190, "time_limit")


def test_a_failed_rank_ends_the_others():
    assert why_end(make_spec(), [RankEnd(1, 3, 150)], None, 100, 150) == Ending("exited", 180)


def test_ranks_may_outlive_one_that_ended_well_by_a_minute():
    ended = [RankEnd(0, 0, 150)]

    assert why_end(make_spec(), ended, None, 100, 209.9) is None
    assert why_end(make_spec(), ended, None, 100, 210) == Ending(
        "exited", 240, error="other ranks still ran 60 s after rank 0 had ended"
    )


def test_a_later_wish_shortens_the_grace_and_keeps_the_first_cause():
    ending = Ending("stopped", 230, "time_limit")

    assert hurry(ending, StopRequest("cancel", 5), 210) == Ending("stopped", 215, "time_limit")
    assert hurry(ending, StopRequest("cancel", 500), 210) == ending


def test_the_first_failure_in_time_is_the_one_that_counts():
    assert first_failure([RankEnd(2, 0, 1), RankEnd(1, -9, 2), RankEnd(0, 1, 3)]) == RankEnd(1, -9, 2)
    assert first_failure([RankEnd(0, 0, 1)]) is None
