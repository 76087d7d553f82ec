"""Shipping logs and metrics: each byte and record once, bounded, fenced by the attempt."""

import json
from dataclasses import replace

import pytest

from common.jobs import Progress
from common.reasons import Reason
from common.states import Verb
from common.store import Store
from common.store.attempts import AttemptStore, Report
from common.store.outcomes import Outcome
from tests.integration.store.test_job_verbs import start

pytestmark = pytest.mark.integration


@pytest.fixture
def attempts(store: Store) -> AttemptStore:
    """Attempts of which Redis keeps the first 10 and the last 20 log bytes, and 3 metric records."""
    bounds = replace(store.attempts.bounds, log_head_bytes=10, log_tail_bytes=20, metrics_max=3)
    return AttemptStore(store.attempts.scripts, bounds)


def test_a_report_that_is_repeated_adds_nothing(store: Store) -> None:
    job = start(store)
    report = Report(log_from=0, log_chunk="hello\n", metrics_from=0, metrics_to=40, metrics=['{"step": 1}'])

    first = store.attempts.report(job.id, 1, report)
    again = store.attempts.report(job.id, 1, report)

    assert first == again
    assert (first.outcome, first.log_end, first.metrics_end) == (Outcome.OK, 6, 40)
    assert store.logs.read(job.id, 1).text == "hello\n"
    assert store.logs.metrics(job.id, 10) == [{"step": 1}]


def test_a_new_follower_learns_where_to_go_on(store: Store) -> None:
    job = start(store)
    store.attempts.report(job.id, 1, Report(log_chunk="one\n"))

    receipt = store.attempts.report(job.id, 1, Report())
    store.attempts.report(job.id, 1, Report(log_from=receipt.log_end, log_chunk="two\n"))

    assert store.logs.read(job.id, 1).text == "one\ntwo\n"


def test_the_log_keeps_its_head_and_its_tail_and_names_the_gap(store: Store, attempts: AttemptStore) -> None:
    job = start(store)
    written = b"".join(b"%09d\n" % number for number in range(10))
    for offset in range(0, len(written), 10):
        attempts.report(job.id, 1, Report(log_from=offset, log_chunk=written[offset : offset + 10].decode()))

    part = store.logs.read(job.id, 1)

    assert part.text.startswith("000000000\n")
    assert part.text.endswith("000000008\n000000009\n")
    assert (part.gap_from, part.gap_to, part.next_offset) == (10, 80, 100)
    assert store.logs.read(job.id, 1, offset=95).text == "0009\n"
    assert store.logs.read(job.id, 1, offset=5).gap_from == 10
    assert store.logs.read(job.id, 1, offset=100).text == ""


def test_a_log_may_hold_any_bytes(store: Store) -> None:
    job = start(store)
    raw = bytes(range(256))

    receipt = store.attempts.report(job.id, 1, Report(log_chunk=raw.decode("utf-8", "surrogateescape")))

    assert receipt.log_end == 256
    assert store.logs.read(job.id, 1).text == raw.decode("utf-8", "replace")


def test_a_character_that_was_cut_between_two_reports_is_whole_again(store: Store) -> None:
    job = start(store)
    raw = "损失".encode()

    store.attempts.report(job.id, 1, Report(log_chunk=raw[:4].decode("utf-8", "surrogateescape")))
    store.attempts.report(job.id, 1, Report(log_from=4, log_chunk=raw[4:].decode("utf-8", "surrogateescape")))

    assert store.logs.read(job.id, 1).text == "损失"


def test_metrics_are_bounded(store: Store, attempts: AttemptStore) -> None:
    job = start(store)
    for step in range(5):
        records = [json.dumps({"step": step})]
        attempts.report(job.id, 1, Report(metrics_from=step, metrics_to=step + 1, metrics=records))

    assert store.logs.metrics(job.id, 10) == [{"step": 2}, {"step": 3}, {"step": 4}]


def test_what_was_read_counts_though_there_is_no_record_in_it(store: Store) -> None:
    job = start(store)

    receipt = store.attempts.report(job.id, 1, Report(metrics_from=0, metrics_to=300_000))

    assert receipt.metrics_end == 300_000
    assert store.attempts.report(job.id, 1, Report(metrics_from=0, metrics_to=300_000)) == receipt


def test_any_number_of_records_fits_into_a_report(store: Store) -> None:
    job = start(store)

    receipt = store.attempts.report(job.id, 1, Report(metrics_to=180_000, metrics=["{}"] * 90_000))

    assert receipt.metrics_end == 180_000
    part = store.logs.metrics_from(job.id, 89_999, 10)
    assert (len(part.records), part.total) == (1, 90_000)


def test_bytes_that_are_left_out_are_a_gap_and_offsets_stay_true(store: Store, attempts: AttemptStore) -> None:
    job = start(store)
    attempts.report(job.id, 1, Report(log_chunk="0123456789abcdef"))

    report = Report(log_from=16, log_left_out=1000, log_chunk="the end\n")
    receipt = attempts.report(job.id, 1, report)

    assert receipt.log_end == 1024
    assert attempts.report(job.id, 1, report) == receipt
    part = store.logs.read(job.id, 1)
    assert (part.gap_from, part.gap_to, part.next_offset) == (10, 1016, 1024)
    assert store.logs.read(job.id, 1, offset=1020).text == "end\n"
    run = store.logs.run(job.id, 1, 12)
    assert (run.data, run.start, run.end, run.skipped_from) == (b"the end\n", 1016, 1024, 12)


def test_the_head_does_not_go_on_behind_a_gap(store: Store, attempts: AttemptStore) -> None:
    job = start(store)
    attempts.report(job.id, 1, Report(log_chunk="0123"))

    attempts.report(job.id, 1, Report(log_from=4, log_left_out=96, log_chunk="later"))

    assert store.logs.run(job.id, 1, 0).data == b"0123"
    assert store.logs.run(job.id, 1, 4).data == b"later"
    assert store.logs.read(job.id, 1).text.endswith("later")


def test_a_new_follower_learns_where_the_present_files_begin(store: Store) -> None:
    job = start(store)
    store.attempts.report(job.id, 1, Report(log_chunk="old\n", metrics_to=50))
    anew = Report(log_from=4, log_file_at=4, log_chunk="new\n", metrics_from=50, metrics_file_at=50, metrics_to=60)
    store.attempts.report(job.id, 1, anew)

    receipt = store.attempts.report(job.id, 1, Report())

    assert (receipt.log_end, receipt.log_file_at) == (8, 4)
    assert (receipt.metrics_end, receipt.metrics_file_at) == (60, 50)


def test_progress_is_on_the_job(store: Store) -> None:
    job = start(store)

    store.attempts.report(job.id, 1, Report(progress=Progress(step=3, max_steps=8, loss=1.5)))

    progress = store.jobs.get(job.id).progress
    assert (progress.step, progress.percent, progress.loss) == (3, 37.5, 1.5)


def test_a_report_tells_the_wish_to_cancel(store: Store) -> None:
    job = start(store)
    store.jobs.cancel(job.id, "stop")

    assert store.attempts.report(job.id, 1, Report(log_chunk="x")).outcome is Outcome.CANCEL_REQUESTED


def test_a_report_of_an_attempt_that_is_over_is_refused(store: Store) -> None:
    job = start(store)
    store.attempts.requeue(job.id, 1, Reason.NODE_LOST, "again", delay_seconds=0, counter="infra_failures")
    assert store.attempts.report(job.id, 1, Report(log_chunk="late")).outcome is Outcome.MOVED_ON
    assert store.attempts.report(job.id, 7, Report(log_chunk="late")).outcome is Outcome.STALE_ATTEMPT
    assert store.logs.read(job.id, 1).text == ""


def test_a_final_job_takes_no_more_reports(store: Store) -> None:
    job = start(store)
    store.attempts.end(job.id, 1, Verb.FAIL, Reason.EXIT_NONZERO, "exit 1")

    assert store.attempts.report(job.id, 1, Report(log_chunk="late")).outcome is Outcome.MOVED_ON
