"""The Lua verbs over a real Redis: each arrow, each refusal."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from common.clock import to_ms
from common.errors import IdempotencyConflict, JobIdTaken, JobNotFound
from common.jobs import Job, Phase
from common.reasons import Reason
from common.states import ARROWS, DEPLOYMENT_ARROWS, DEPLOYMENT_STATES, JOB_STATES, PLACED, WAITING, JobState, Verb
from common.store import Store, keys
from common.store.consistency import inconsistencies
from common.store.idempotency import Idempotency
from common.store.outcomes import Outcome
from tests.builders import make_deployment, make_job, make_node, make_placing

pytestmark = pytest.mark.integration


def submit(store: Store, job: Job | None = None) -> Job:
    job = job or make_job()
    store.jobs.submit(job, "accepted")
    return store.jobs.get(job.id)


def place(store: Store, job: Job | None = None, gpu_ids: tuple[str, ...] = ("GPU-0",)) -> Job:
    job = submit(store, job)
    store.nodes.heartbeat(make_node(), 30)
    epoch = store.passes.begin("token")
    store.passes.end("token")
    outcome, _ = store.attempts.assign(job.id, make_placing(epoch, *gpu_ids))
    assert outcome is Outcome.OK
    return store.jobs.get(job.id)


def start(store: Store, job: Job | None = None) -> Job:
    job = place(store, job)
    assert store.attempts.start(job.id, job.attempt, 4711, "/log", "started") is Outcome.OK
    return store.jobs.get(job.id)


JOB_ENDS = {JobState.COMPLETED: Verb.COMPLETE, JobState.FAILED: Verb.FAIL, JobState.CANCELLED: Verb.CANCEL}
DEPLOYMENT_ENDS = {JobState.FAILED: Verb.FAIL, JobState.STOPPED: Verb.STOP}


def in_state(store: Store, state: JobState, make: Callable[[], Job] = make_job) -> Job:
    """A job, or the deployment that `make` makes, that has come to `state` by the verbs."""
    if state is JobState.PENDING:
        return submit(store, make())
    if state is JobState.QUEUED:
        job = submit(store, make())
        store.attempts.queue(job.id, "waits")
        return store.jobs.get(job.id)
    if state is JobState.ASSIGNED:
        return place(store, make())
    job = place(store, make())
    phase = Phase.SERVE if job.spec.model_name else Phase.TRAIN
    assert store.attempts.start(job.id, job.attempt, 4711, "/log", "started", phase=phase) is Outcome.OK
    if job.spec.model_name and state is JobState.RUNNING:
        ready(store, job)
    ends = DEPLOYMENT_ENDS if job.spec.model_name else JOB_ENDS
    if state in ends:
        store.attempts.end(job.id, job.attempt, ends[state], Reason.EXIT_NONZERO, "over")
    return store.jobs.get(job.id)


def ready(store: Store, job: Job) -> Outcome:
    endpoint = "http://127.0.0.1:30000/v1"
    return store.deployments.ready(
        job.id, job.attempt, name="tiny", version="v1", endpoint=endpoint, message="it answers"
    )


def call(store: Store, verb: Verb, job: Job) -> Outcome:
    """The verb, as its owner calls it."""
    attempts = store.attempts
    if verb is Verb.ASSIGN:
        store.nodes.heartbeat(make_node(), 30)
        epoch = store.passes.begin("again")
        store.passes.end("again")
        return attempts.assign(job.id, make_placing(epoch, "GPU-1"))[0]
    calls = {
        Verb.HOLD: lambda: store.jobs.hold(job.id, "held"),
        Verb.RELEASE: lambda: store.jobs.release(job.id, "released"),
        Verb.QUEUE: lambda: attempts.queue(job.id, "waits"),
        Verb.START: lambda: attempts.start(job.id, job.attempt, 4711, "/log", "started"),
        Verb.COMPLETE: lambda: attempts.end(job.id, job.attempt, Verb.COMPLETE, None, "done"),
        Verb.FAIL: lambda: (
            attempts.fail_waiting(job.id, job.attempt, Reason.MODEL_NOT_FOUND, "refused")
            if job.state in WAITING
            else attempts.end(job.id, job.attempt, Verb.FAIL, Reason.EXIT_NONZERO, "exit 1")
        ),
        Verb.CANCEL: lambda: store.jobs.cancel(job.id, "cancelled"),
        Verb.REQUEUE: lambda: attempts.requeue(
            job.id, job.attempt, Reason.NODE_LOST, "again", delay_seconds=0, counter="infra_failures"
        ),
        Verb.READY: lambda: ready(store, job),
        Verb.RESTART: lambda: store.deployments.restart(job.id, job.attempt, Reason.EXIT_NONZERO, "again", 1),
        Verb.STOP: lambda: store.jobs.cancel(job.id, "stopped"),
        Verb.REOPEN: lambda: store.deployments.reopen(job.id, "opened again"),
    }
    return calls[verb]()


CHARTS = [(make_job, verb, state) for verb in ARROWS for state in JOB_STATES]
CHARTS += [(make_deployment, verb, state) for verb in DEPLOYMENT_ARROWS for state in DEPLOYMENT_STATES]


@pytest.mark.parametrize(("make", "verb", "state"), CHARTS)
def test_lua_has_the_arrows_of_the_state_charts_and_no_others(
    store: Store, make: Callable[[], Job], verb: Verb, state: JobState
) -> None:
    job = in_state(store, state, make)
    origins, target = (DEPLOYMENT_ARROWS if job.spec.model_name else ARROWS)[verb]

    call(store, verb, job)

    after = store.jobs.get(job.id).state
    asked_only = verb in {Verb.CANCEL, Verb.STOP} and state in PLACED
    if state in origins and not asked_only:
        # Releasing a job that is not held leaves it where it is.
        assert after is (state if verb is Verb.RELEASE else target)
    else:
        assert after is state
    assert inconsistencies(store) == []


def test_a_submitted_job_comes_back_as_it_was_written(store: Store) -> None:
    job = make_job("training_001", gpus=2, priority=7, owner="ci")

    read = submit(store, job)

    assert read == job.evolve(created_at=read.created_at, sequence=1)


def test_an_id_is_given_once(store: Store) -> None:
    submit(store)

    with pytest.raises(JobIdTaken, match="'one'"):
        submit(store)


def test_the_same_key_and_body_make_one_job(store: Store) -> None:
    key = Idempotency("key", "body", 1)

    first = store.jobs.submit(make_job("a"), "accepted", key)
    again = store.jobs.submit(make_job("b"), "accepted", key)

    assert (first, again) == ("a", "a")
    assert store.listings.page(0, 10)[1] == 1


def test_the_same_key_with_another_body_is_refused(store: Store) -> None:
    store.jobs.submit(make_job("a"), "accepted", Idempotency("key", "body", 1))

    with pytest.raises(IdempotencyConflict, match="'a'"):
        store.jobs.submit(make_job("b"), "accepted", Idempotency("key", "other", 1))


def test_higher_priority_waits_first_and_equal_ones_in_order(store: Store) -> None:
    for job_id, priority in [("a", 0), ("b", 10), ("c", 5), ("d", 10), ("e", 0)]:
        submit(store, make_job(job_id, priority=priority))

    assert [job.id for job in store.queue.jobs()] == ["b", "d", "c", "a", "e"]
    assert store.queue.position("c") == 3


def test_a_held_job_does_not_wait_until_it_is_released(store: Store) -> None:
    submit(store, make_job("a"))
    submit(store, make_job("b"))

    store.jobs.hold("a", "held")
    assert [job.id for job in store.queue.jobs()] == ["b"]

    store.jobs.release("a", "released")
    assert [job.id for job in store.queue.jobs()] == ["a", "b"]


def test_a_gpu_is_leased_once(store: Store) -> None:
    place(store, make_job("a"))
    submit(store, make_job("b"))
    epoch = store.passes.begin("token")

    outcome, attempt = store.attempts.assign("b", make_placing(epoch, "GPU-1", "GPU-0"))

    assert (outcome, attempt) == (Outcome.GPU_TAKEN, 0)
    assert store.nodes.leases() == {("node-1", "GPU-0"): "a:1"}


def test_only_the_present_epoch_places(store: Store) -> None:
    submit(store)
    store.nodes.heartbeat(make_node(), 30)
    stale = store.passes.begin("slow")
    store.client.delete(keys.SCHEDULER_PASS)  # its time is over
    assert store.passes.begin("fast") == stale + 1

    outcome, _ = store.attempts.assign("one", make_placing(stale, "GPU-0"))

    assert outcome is Outcome.STALE_EPOCH


@pytest.mark.parametrize("other", [{"boot_id": "boot-2"}, {"instance": "instance-2"}])
def test_a_rebooted_node_and_one_on_another_disk_get_nothing_by_an_older_plan(store: Store, other: dict) -> None:
    submit(store)
    store.nodes.heartbeat(make_node(**other), 30)
    epoch = store.passes.begin("token")

    outcome, _ = store.attempts.assign("one", make_placing(epoch, "GPU-0"))

    assert outcome is Outcome.NODE_GONE


def test_an_end_frees_the_leases(store: Store) -> None:
    job = start(store)

    store.attempts.end(job.id, 1, Verb.COMPLETE, None, "done", checkpoint_path="/c")

    after = store.jobs.get(job.id)
    assert (after.state, after.checkpoint_path, store.nodes.leases()) == (JobState.COMPLETED, "/c", {})


def test_a_write_of_an_older_attempt_has_no_effect(store: Store) -> None:
    job = start(store)
    call(store, Verb.REQUEUE, job)
    assert call(store, Verb.ASSIGN, job) is Outcome.OK
    before = store.jobs.get(job.id)

    assert store.attempts.end(job.id, 1, Verb.COMPLETE, None, "late") is Outcome.STALE_ATTEMPT
    assert store.attempts.start(job.id, 1, 1, "/log", "late") is Outcome.STALE_ATTEMPT
    assert (
        store.attempts.requeue(job.id, 1, Reason.NODE_LOST, "late", delay_seconds=0, counter="infra_failures")
        is Outcome.STALE_ATTEMPT
    )
    assert store.jobs.get(job.id) == before
    assert before.attempt == 2


def test_cancelling_a_placed_job_is_a_wish_that_a_requeue_respects(store: Store) -> None:
    job = start(store)

    assert store.jobs.cancel(job.id, "stop") is Outcome.REQUESTED
    assert store.jobs.cancel(job.id, "stop") is Outcome.REQUESTED
    assert call(store, Verb.REQUEUE, job) is Outcome.CANCEL_REQUESTED

    after = store.jobs.get(job.id)
    assert after.state is JobState.RUNNING
    assert after.cancel_requested_at is not None


def test_cancelling_twice_is_fine_and_a_final_job_says_what_it_is(store: Store) -> None:
    submit(store)
    assert store.jobs.cancel("one", "stop") is Outcome.CANCELLED
    assert store.jobs.cancel("one", "stop") is Outcome.CANCELLED
    assert store.jobs.cancel("nobody", "stop") is Outcome.MISSING

    done = start(store, make_job("two"))
    store.attempts.end(done.id, 1, Verb.FAIL, Reason.EXIT_NONZERO, "exit 1")
    assert store.jobs.cancel("two", "stop") is Outcome.FAILED


def test_a_requeued_job_waits_at_its_old_place_and_backs_off(store: Store) -> None:
    job = start(store, make_job("a"))
    submit(store, make_job("b"))
    before = store.now()

    store.attempts.requeue(job.id, 1, Reason.RUNNER_LOST, "again", delay_seconds=60, counter="infra_failures")

    after = store.jobs.get("a")
    assert [waiting.id for waiting in store.queue.jobs()] == ["a", "b"]
    assert after.infra_failures == 1
    assert before <= after.not_before_at - timedelta(seconds=60) <= store.now()


def test_a_deleted_job_leaves_nothing_behind(store: Store) -> None:
    job = start(store)
    assert store.jobs.delete(job.id) is Outcome.NOT_FINAL
    store.attempts.end(job.id, 1, Verb.COMPLETE, None, "done")

    assert store.jobs.delete(job.id) is Outcome.OK

    with pytest.raises(JobNotFound):
        store.jobs.get(job.id)
    assert [key for key in store.client.keys("*") if ":one" in key] == []


def test_pages_are_newest_first_and_filter_by_state(store: Store) -> None:
    for number in range(5):
        submit(store, make_job(f"job-{number}"))
    store.jobs.cancel("job-3", "stop")

    page, total = store.listings.page(1, 2)
    assert ([job.id for job in page], total) == (["job-3", "job-2"], 5)

    page, total = store.listings.page(0, 10, JobState.CANCELLED)
    assert ([job.id for job in page], total) == (["job-3"], 1)


def test_events_tell_the_story_in_order(store: Store) -> None:
    job = start(store)
    store.attempts.end(job.id, 1, Verb.COMPLETE, None, "done")

    events, total = store.events.newest(job.id, 3)

    assert total == 4
    assert [(event.type, event.attempt) for event in events] == [("assign", 1), ("start", 1), ("complete", 1)]


def test_events_are_bounded(store: Store) -> None:
    job = start(store)
    for number in range(1500):
        store.attempts.note(job.id, 1, "note", str(number))

    assert store.events.newest(job.id, 1)[1] < 1200


def test_what_a_worker_told_just_before_it_died_is_not_told_twice(store: Store) -> None:
    """The next one does not know whether it was heard; of another attempt, or later again, it is news."""
    job = start(store)
    for message in ("merges", "merges", "pushes", "merges"):
        assert store.attempts.note(job.id, 1, "export", message, checkpoint_path=message) is Outcome.OK

    told = [event.message for event in store.events.newest(job.id, 10)[0] if event.type == "export"]

    assert told == ["merges", "pushes", "merges"]
    assert store.jobs.get(job.id).checkpoint_path == "merges"


def test_only_what_nobody_has_spoken_of_for_too_long_is_overdue_and_once(store: Store) -> None:
    now_ms = to_ms(store.now())
    for job_id, gpu, seen_at_ms in (("first", "GPU-0", now_ms - 10_000), ("second", "GPU-1", now_ms)):
        place(store, make_job(job_id), gpu_ids=(gpu,))
        store.client.hset(f"st:job:{job_id}", "seen_at_ms", seen_at_ms)

    found = [store.attempts.overdue(["first", "second", "gone"], now_ms, 10_000) for _ in range(2)]

    assert found == [["first"], []]
