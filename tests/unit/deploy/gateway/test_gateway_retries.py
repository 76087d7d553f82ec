"""What may be sent once more: only what a server cannot have worked on, or one more time."""

import pytest

from deploy.gateway.forwarding.retries import TRIES_MAX, Failure, Retry, next_try, speaks_against_replica


@pytest.mark.parametrize(
    ("failures", "retry"),
    [
        ([Failure.REFUSED], Retry.OTHER),
        ([Failure.UNREACHABLE], Retry.OTHER),
        ([Failure.LOST], Retry.OTHER),
        ([Failure.STALE], Retry.SAME),
        ([Failure.STALE, Failure.REFUSED], Retry.OTHER),
        ([Failure.REFUSED, Failure.STALE], Retry.SAME),
        ([Failure.REFUSED, Failure.LOST], Retry.OTHER),
        ([Failure.LOST, Failure.REFUSED], Retry.OTHER),
        ([Failure.LOST, Failure.LOST], Retry.NOWHERE),
        ([Failure.SILENT], Retry.NOWHERE),
        ([Failure.GARBLED], Retry.NOWHERE),
        ([Failure.REFUSED, Failure.SILENT], Retry.NOWHERE),
    ],
)
def test_what_follows_a_failure(failures, retry):
    assert next_try(failures) is retry


def test_any_number_of_replicas_may_refuse_but_few_may_cost_time():
    assert next_try([Failure.REFUSED] * 50) is Retry.OTHER
    assert next_try([Failure.UNREACHABLE] * TRIES_MAX) is Retry.NOWHERE


def test_a_closed_idle_connection_says_nothing_against_its_server():
    against = {failure for failure in Failure if speaks_against_replica(failure)}

    assert against == {Failure.REFUSED, Failure.UNREACHABLE, Failure.LOST}
