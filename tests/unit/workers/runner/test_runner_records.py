"""Records survive the way through JSON, and a torn file is no record."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from workers.runner import records
from workers.runner.records import ExitRecord, RankProcess, RunnerInfo, StopRequest

START = datetime(2025, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
EXIT = ExitRecord("exited", START, START, exit_code=-9, failed_rank=1, exit_codes={0: 0, 1: -9}, tree_empty=True)
INFO = RunnerInfo(7, 70, "boot", START, (RankProcess(0, 8, 80), RankProcess(1, 9, 90)))


def test_an_exit_record_comes_back_equal():
    assert records.exit_from_json(records.exit_to_json(EXIT)) == EXIT


def test_runner_info_comes_back_equal():
    assert records.runner_from_json(records.runner_to_json(INFO)) == INFO


def test_times_are_written_in_utc_with_milliseconds():
    assert records.exit_to_json(EXIT)["ended_at"] == "2025-01-02T03:04:05.678+00:00"


@pytest.mark.parametrize("broken", [{}, {"outcome": "exited"}, {"exit_codes": None}, {"exit_codes": {"a": 1}}])
def test_half_an_exit_record_is_none(broken):
    assert records.exit_from_json(broken) is None


@pytest.mark.parametrize("broken", [{}, {"processes": [{}]}, {"processes": 3, "started_at": "today"}])
def test_half_a_runner_info_is_none(broken):
    assert records.runner_from_json(broken) is None


def test_only_exit_zero_of_ranks_that_ran_and_were_left_alone_is_success():
    assert not EXIT.succeeded
    assert replace(EXIT, exit_code=0, exit_codes={0: 0}).succeeded
    assert not replace(EXIT, exit_code=0, exit_codes={}).succeeded
    assert not replace(EXIT, exit_code=0, exit_codes={0: 0}, outcome="stopped").succeeded


@pytest.mark.parametrize("document", [None, {}, {"reason": 3, "grace_seconds": "soon"}])
def test_a_wish_that_cannot_be_read_is_still_a_wish(document):
    assert records.stop_from_json(document, 30) == StopRequest("stop_requested", 30)


def test_a_negative_grace_is_none_at_all():
    assert records.stop_from_json({"reason": "cancel", "grace_seconds": -1}, 30) == StopRequest("cancel", 0)
