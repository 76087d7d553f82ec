"""What retention forgets of a real Redis, and what it leaves."""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from common.clock import to_ms
from common.datasets import Dataset, DatasetState, new_dataset_id, part_path
from common.errors import DatasetNotFound
from common.settings import Settings
from common.states import JobState
from common.store import Store, keys
from common.store.outcomes import Outcome
from scheduler.duties.retention import Due, Old, everything_old, retention_duties
from tests.builders import make_deployment, make_export_spec, make_job, make_node, make_spec
from tests.integration.scheduler.long_ago import DAY_MS, age, age_until, below, ended_long_ago, with_log
from tests.integration.store.test_job_verbs import in_state, ready

pytestmark = pytest.mark.integration


@pytest.fixture
def old(store: Store, settings: Settings) -> Callable[[str], Old]:
    """A kind of old things, by the settings of the test."""
    return lambda kind: {each.kind: each for each in everything_old(store, settings)}[kind]


def sweep(old: Old, limit: int = 100) -> int:
    """Do it until it is through; says how many went."""
    while old.do(limit) >= limit:
        pass
    return old.gone


def kept(store: Store) -> list[str]:
    return sorted(store.listings.all_ids())


def test_a_job_that_ended_long_ago_goes_with_all_that_hangs_below_it(store: Store, old) -> None:
    for state in (JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED):
        with_log(store, ended_long_ago(store, make_job(f"old-{state}"), state=state))

    assert sweep(old("jobs")) == 3

    assert kept(store) == []
    assert [*store.client.scan_iter("st:job:*")] == []
    assert store.client.zcard(keys.ENDED) == 0
    assert [*store.client.scan_iter("st:tombstone:*")] == []


def test_an_export_that_ended_long_ago_goes_too(store: Store, old) -> None:
    export = make_job("one~export-1", spec=make_export_spec(source_job_id="one"))
    ended_long_ago(store, export)

    assert sweep(old("jobs")) == 1
    assert kept(store) == []


def test_one_that_ended_of_late_and_one_that_runs_stay(store: Store, old) -> None:
    ended_long_ago(store, make_job("of-late"), days=179)
    in_state(store, JobState.RUNNING, lambda: make_job("runs"))
    in_state(store, JobState.PENDING, lambda: make_job("waits"))

    assert sweep(old("jobs")) == 0
    assert kept(store) == ["of-late", "runs", "waits"]


def test_what_is_kept_for_ever_has_no_duty(store: Store, make_settings) -> None:
    names = ("JOBS", "LOGS", "METRICS", "AUDIT")
    settings = make_settings(**{f"RETENTION_{name}_DAYS": 0 for name in names}, DATASET_UPLOAD_HOURS=0)

    assert retention_duties(store, settings) == []


def test_a_duty_for_each_kind_that_gets_old(store: Store, settings: Settings) -> None:
    names = [duty.name for duty in retention_duties(store, settings)]

    kinds = ("jobs", "logs", "metrics", "audit", "uploads", "late_logs", "late_metrics")
    assert names == [f"retention_of_{kind}" for kind in kinds]


def test_what_a_deployment_was_made_of_stays_even_when_that_is_stopped(store: Store, old) -> None:
    ended_long_ago(store, make_job("served"))
    stopped = make_deployment(source_job_id="served")
    ended_long_ago(store, stopped)

    assert sweep(old("jobs")) == 0
    assert kept(store) == ["served", stopped.id]


def test_what_an_export_that_is_served_was_made_of_stays(store: Store, old) -> None:
    ended_long_ago(store, make_job("trained"))
    ended_long_ago(store, make_job("trained~export-1", spec=make_export_spec(source_job_id="trained")))
    ended_long_ago(store, make_deployment(source_job_id="trained~export-1"))

    assert sweep(old("jobs")) == 0


def test_a_job_whose_folder_another_trains_on_stays_until_that_has_ended(store: Store, old) -> None:
    ended_long_ago(store, make_job("base", spec=make_spec(output_dir="output/base")))
    spec = make_spec(output_dir="output/next", model_path="/data/output/base/attempt-1/merged")
    in_state(store, JobState.PENDING, lambda: make_job("next", spec=spec))
    assert sweep(old("jobs")) == 0

    store.jobs.cancel("next", "not wanted")

    assert sweep(old("jobs")) == 1
    assert kept(store) == ["next"]


def test_who_is_submitted_between_two_steps_keeps_what_it_uses(store: Store, old) -> None:
    for number in range(2):
        ended_long_ago(store, make_job(f"base-{number}", spec=make_spec(output_dir=f"output/base-{number}")))
    jobs = old("jobs")
    jobs.do(1)

    using = make_spec(output_dir="output/next", model_path="/data/output/base-1/attempt-1")
    in_state(store, JobState.PENDING, lambda: make_job("next", spec=using))

    sweep(jobs, limit=1)
    assert kept(store) == ["base-1", "next"]


def test_a_training_that_is_to_be_deployed_yet_stays(store: Store, old) -> None:
    job = ended_long_ago(store)
    store.client.sadd(keys.DEPLOYMENTS_AFTER, job.id)

    assert sweep(old("jobs")) == 0
    assert store.retention.forget(job, 0) is Outcome.NEEDED  # asked for after the look at what is needed
    store.client.srem(keys.DEPLOYMENTS_AFTER, job.id)


def test_a_job_whose_leases_are_kept_stays(store: Store, old) -> None:
    job = in_state(store, JobState.RUNNING)
    store.attempts.force_end(job.id, "by force")
    age(store, job.id, 200)
    assert sweep(old("jobs")) == 0

    store.nodes.release(store.nodes.kept())

    assert sweep(old("jobs")) == 1


def test_a_job_that_a_silent_node_may_tell_of_stays_until_the_node_speaks(store: Store, old) -> None:
    job = ended_long_ago(store)
    silent_since = to_ms(job.ended_at) - 1000
    store.client.hset(keys.node("node-1"), "heartbeat_at_ms", silent_since)
    assert sweep(old("jobs")) == 0

    store.nodes.heartbeat(make_node(), 600)

    assert sweep(old("jobs")) == 1


def test_whoever_was_deleted_and_not_proved_dead_is_left_to_others(store: Store, old) -> None:
    job = in_state(store, JobState.RUNNING)
    store.jobs.hide(job, "deleted")
    store.client.zadd(keys.ENDED, {job.id: 1})

    assert sweep(old("jobs")) == 0
    assert store.retention.forget(store.jobs.get_any(job.id), 0) is Outcome.MISSING
    assert [left.id for left in store.jobs.deleting()] == [job.id]
    store.client.zrem(keys.ENDED, job.id)


def test_those_that_stay_keep_nobody_behind_them_from_going(store: Store, old) -> None:
    for number in range(5):
        ended_long_ago(store, make_deployment(f"tiny~deploy-{number}"), days=300)
        ended_long_ago(store, make_job(f"old-{number}"), days=250)

    assert sweep(old("jobs"), limit=2) == 5
    assert len(kept(store)) == 5


@pytest.mark.parametrize("state", [JobState.PENDING, JobState.RUNNING])
def test_the_script_itself_forgets_nothing_that_is_not_over(store: Store, state: JobState) -> None:
    job = in_state(store, state)

    assert store.retention.forget(job, 0) is Outcome.NOT_FINAL
    assert kept(store) == [job.id]


def test_the_script_looks_at_the_age_and_the_attempt_again(store: Store) -> None:
    job = ended_long_ago(store, days=1)

    assert store.retention.forget(job, 2 * 86_400_000) is Outcome.MOVED_ON
    assert store.retention.forget(replace(job, attempt=0), 0) is Outcome.MOVED_ON
    assert store.retention.forget(job, 0) is Outcome.OK
    assert store.retention.forget(job, 0) is Outcome.MISSING


def test_a_job_that_goes_is_no_user_of_its_data_set_any_more(store: Store, old) -> None:
    content = f"{'0' * 64}.jsonl"
    store.client.sadd(keys.dataset_content(content), "ds")
    ended_long_ago(store, make_job(spec=make_spec(data_path=f"dataset:mine@{content}")))
    assert store.datasets.jobs_given(content) == ["one"]

    sweep(old("jobs"))

    assert store.datasets.jobs_given(content) == []


def test_logs_go_before_records_and_say_what_is_missing(store: Store, old) -> None:
    job = ended_long_ago(store, days=31)
    with_log(store, job)

    assert sweep(old("logs")) == 1

    assert not store.client.exists(keys.of(job.id).log_head(1), keys.of(job.id).log_tail(1))
    told = store.logs.read(job.id, 1)
    assert (told.gap_from, told.gap_to, told.next_offset) == (0, 14, 14)
    assert "14 bytes are only in the log file on the node" in told.text
    run = store.logs.run(job.id, 1, 0)
    assert (run.skipped_from, run.stop, run.end) == (0, 14, 14)
    assert store.logs.metrics(job.id, 10) == [{"loss": 1.0}]


def test_metrics_and_events_go_later(store: Store, old) -> None:
    younger, older = ended_long_ago(store, make_job("a"), days=89), ended_long_ago(store, make_job("b"), days=91)
    for job in (younger, older):
        with_log(store, job)

    assert sweep(old("metrics")) == 1

    assert below(store, older) == {keys.of(older.id).record, *_log_of(older.id)}
    assert keys.of(younger.id).events in below(store, younger)


def _log_of(job_id: str) -> set[str]:
    return {keys.of(job_id).log(1), keys.of(job_id).log_head(1), keys.of(job_id).log_tail(1)}


@pytest.mark.parametrize("kind", ["logs", "metrics"])
def test_an_end_that_is_told_of_late_loses_its_parts_on_the_next_day(store: Store, old, kind: str) -> None:
    """By a migration, or by a node that was away: it is older than what was looked at already."""
    late, known = ended_long_ago(store, make_job("late"), days=120), ended_long_ago(store, make_job("known"), days=95)
    store.client.zrem(keys.ENDED, late.id)
    for job in (late, known):
        with_log(store, job)
    parts = old(kind)
    sweep(parts)
    age(store, late.id, 120)

    assert parts.do(100) == 0
    while parts.do_late(1) >= 1:
        pass

    gone = keys.of(late.id).log_head(1) if kind == "logs" else keys.of(late.id).metrics
    assert not store.client.exists(gone)
    assert parts.do_late(100) == 2  # each round begins at the oldest


def test_a_stopped_deployment_loses_its_log_and_nothing_else(store: Store, old) -> None:
    stopped = ended_long_ago(store, make_deployment(), days=200)
    with_log(store, stopped)

    assert (sweep(old("logs")), sweep(old("jobs"))) == (1, 0)

    assert store.jobs.get(stopped.id).state is JobState.STOPPED
    assert store.deployments.reopen(stopped.id, "start") is Outcome.OK


def test_a_deployment_that_was_started_again_loses_nothing(store: Store, old) -> None:
    deployment = in_state(store, JobState.RUNNING, make_deployment)
    with_log(store, deployment)
    store.client.zadd(keys.ENDED, {deployment.id: 1})  # as it was a moment before, when it was looked at

    sweep(old("logs"))
    sweep(old("metrics"))

    assert store.client.exists(keys.of(deployment.id).log_head(1), keys.of(deployment.id).metrics) == 2
    store.client.zrem(keys.ENDED, deployment.id)


def test_each_is_looked_at_once_however_small_the_steps(store: Store, old) -> None:
    at_ms = to_ms(store.now()) - 40 * DAY_MS
    for number in range(7):  # five of them ended in the same millisecond
        job = in_state(store, JobState.CANCELLED, lambda number=number: make_job(f"job-{number}"))
        age_until(store, job.id, at_ms + (number // 5))

    assert sweep(old("logs"), limit=2) == 7
    assert sweep(old("logs"), limit=2) == 0


def test_entries_of_the_audit_go_by_their_age(store: Store, old) -> None:
    now_ms = to_ms(store.now())
    for days in (400, 366, 364):
        store.client.xadd(keys.AUDIT, {"days": days}, id=f"{now_ms - days * 86_400_000}-0")

    assert old("audit").due().span.count == 2
    assert sweep(old("audit"), limit=1) == 2

    assert [entry["days"] for entry in store.audit.page(10)[0]] == ["364"]


def make_upload(store: Store, settings: Settings, hours: float, *, began: bool = True) -> Dataset:
    created = datetime.fromtimestamp(time.time() - hours * 3600, UTC)
    upload = Dataset(new_dataset_id(), "mine", "jsonl", DatasetState.UPLOADING, created)
    store.datasets.create(upload)
    path = part_path(settings.data_dir, upload)
    path.parent.mkdir(parents=True, exist_ok=True)
    if began:
        path.write_text("half")
        os.utime(path, (created.timestamp(), created.timestamp()))
    return upload


@pytest.mark.parametrize("began", [True, False])
def test_an_upload_that_was_abandoned_goes_with_its_file(store: Store, settings: Settings, old, began: bool) -> None:
    gone, going_on = make_upload(store, settings, 25, began=began), make_upload(store, settings, 23, began=began)

    assert sweep(old("uploads")) == 1

    with pytest.raises(DatasetNotFound):
        store.datasets.get(gone.id)
    assert not part_path(settings.data_dir, gone).exists()
    assert [upload.id for upload in store.datasets.uploading()] == [going_on.id]
    assert part_path(settings.data_dir, going_on).exists() is began


def test_uploads_whose_files_lie_elsewhere_are_left_to_the_api(store: Store, old, tmp_path: Path) -> None:
    created = datetime.fromtimestamp(time.time() - 90_000, UTC)
    upload = Dataset(new_dataset_id(), "mine", "jsonl", DatasetState.UPLOADING, created)
    store.datasets.create(upload)

    assert sweep(old("uploads")) == 0
    assert store.datasets.get(upload.id).name == "mine"


def test_what_would_go_is_told_and_stays(store: Store, old) -> None:
    first, last = ended_long_ago(store, make_job("a"), days=300), ended_long_ago(store, make_job("b"), days=190)
    ended_long_ago(store, make_job("young"), days=1)
    ended_long_ago(store, make_job("served"), days=250)
    ended_long_ago(store, make_deployment(source_job_id="served"), days=250)

    jobs, logs = old("jobs").due(), old("logs").due()

    assert jobs == Due(replace(jobs.span, count=2, oldest_ms=to_ms(first.ended_at), newest_ms=to_ms(last.ended_at)))
    assert logs.span.count == 4
    assert old("audit").due().span.count == 0
    assert len(kept(store)) == 5


def test_what_went_is_counted_for_good(store: Store, old) -> None:
    for number in range(3):
        ended_long_ago(store, make_job(f"old-{number}"))

    sweep(old("logs"))
    sweep(old("jobs"))

    assert store.retention.totals() == {"logs": 3, "jobs": 3}


def test_a_version_that_may_be_rolled_back_to_keeps_its_training(store: Store, old) -> None:
    ended_long_ago(store, make_job("v1-training"))
    earlier = in_state(store, JobState.RUNNING, lambda: make_deployment(source_job_id="v1-training"))
    ready(store, earlier)
    store.jobs.cancel(earlier.id, "superseded")

    assert sweep(old("jobs")) == 0
    assert "v1-training" in kept(store)


def test_a_full_redis_is_made_room_in(store: Store, old) -> None:
    for number in range(4):
        with_log(store, ended_long_ago(store, make_job(f"old-{number}")))
    store.client.xadd(keys.AUDIT, {"old": "1"}, id="1-0")
    store.client.config_set("maxmemory", 1)
    try:
        assert store.retention.take_turn("anybody", 5)
        assert [sweep(old(kind), limit=3) for kind in ("logs", "metrics", "audit", "jobs")] == [4, 4, 1, 4]
    finally:
        store.client.config_set("maxmemory", 0)

    assert kept(store) == []
