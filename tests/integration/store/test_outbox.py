"""The outbox tells each arrow once, in order; a reader goes on where it was done. The index of what has ended."""

import re
from collections.abc import Callable
from importlib.resources import files

import pytest

from common import states
from common.clock import to_ms
from common.deployments import Target
from common.jobs import Job
from common.reasons import Reason
from common.states import DEPLOYMENT_ARROWS, FINAL, PLACED, JobState, Verb
from common.store import Store, keys, outbox
from common.store.outbox import Transition
from tests.builders import make_deployment, make_job
from tests.integration.store.test_job_verbs import CHARTS, call, in_state, start, submit
from tests.integration.store.test_recovery import keep, recover

pytestmark = pytest.mark.integration


def told(store: Store, reader: str = "tests") -> list[Transition]:
    return list(store.outbox.unread(reader))


def steps(store: Store) -> list[tuple[str, str | None, str]]:
    return [(one.type, one.origin, one.target) for one in told(store)]


@pytest.mark.parametrize(("make", "verb", "state"), CHARTS)
def test_each_arrow_is_told_and_nothing_else(
    store: Store, make: Callable[[], Job], verb: Verb, state: JobState
) -> None:
    job = in_state(store, state, make)
    before, events = len(told(store)), store.events.newest(job.id, 100)[1]

    call(store, verb, job)

    after = store.jobs.get(job.id)
    asked_only = verb in {Verb.CANCEL, Verb.STOP} and state in PLACED
    new = told(store)[before:]
    if store.events.newest(job.id, 100)[1] == events or asked_only:
        assert new == []
    else:
        (one,) = new
        assert (one.job_id, one.type, one.origin, one.target) == (job.id, verb, state, after.state)
        assert (one.task_id, one.attempt, one.node, one.reason) == (
            after.task_id,
            after.attempt,
            after.node,
            after.reason,
        )


def test_the_life_of_a_job_is_told_in_order(store: Store) -> None:
    start(store)
    store.attempts.requeue("one", 1, Reason.RUNNER_LOST, "again", delay_seconds=0, counter="infra_failures")
    store.jobs.cancel("one", "cancelled by ana")

    assert steps(store) == [
        ("submit", None, "pending"),
        ("assign", "pending", "assigned"),
        ("start", "assigned", "running"),
        ("requeue", "running", "queued"),
        ("cancel", "queued", "cancelled"),
    ]


def test_a_deployment_that_starts_again_has_ended_before(store: Store) -> None:
    store.models.register("tiny", "", Target.LOCAL, 1, wanted=True)
    ended = in_state(store, JobState.RUNNING, make_deployment)
    store.models.start_again("tiny", [ended.id])
    store.attempts.end(ended.id, 1, Verb.STOP, None, "stopped", of_model="tiny")

    assert steps(store)[-2:] == [("stop", "running", "stopped"), ("reopen", "stopped", "pending")]
    end, reopened = told(store)[-2:]
    assert (end.task_id, reopened.task_id) == (ended.task_id, store.jobs.get(ended.id).task_id)
    assert end.task_id != reopened.task_id


def test_what_is_deleted_while_it_waits_has_ended(store: Store) -> None:
    store.jobs.hide(submit(store), "deleted by ana")

    assert steps(store)[-1] == ("cancel", "pending", "cancelled")


def test_an_end_that_a_node_tells_again_says_what_it_was(store: Store) -> None:
    start(store)
    store.client.hset(keys.of("one").record, "message", "")
    before = {name: store.client.dump(name) for name in store.client.keys("*")}
    store.attempts.end("one", 1, Verb.FAIL, Reason.EXIT_NONZERO, "it broke")
    ended = keep(store)
    store.client.flushall()
    for name, value in before.items():
        store.client.restore(name, 0, value)

    recover(store, ended)

    end = told(store)[-1]
    assert (end.type, end.origin, end.target) == ("recovered", JobState.RUNNING, JobState.FAILED)
    assert (end.reason, end.message, end.node) == ("exit_nonzero", "it broke", "node-1")


def test_a_reader_goes_on_where_it_was_done_and_others_do_not(store: Store) -> None:
    start(store)
    first, second, third = told(store)

    store.outbox.done_with("tests", second.entry_id)

    assert told(store) == [third]
    assert told(store, "another") == [first, second, third]


def test_more_than_a_page_of_them_is_read_whole(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_PAGE", 3)
    for number in range(7):
        job = make_job(f"job-{number}")
        store.jobs.submit(job, "accepted")
        store.jobs.cancel(job.id, "cancelled")

    assert [one.job_id for one in told(store) if one.is_end] == [f"job-{number}" for number in range(7)]


def test_the_outbox_is_bounded(store: Store) -> None:
    with store.client.pipeline(transaction=False) as pipe:
        for _ in range(100_300):
            pipe.xadd(keys.TRANSITIONS, {"job_id": "old"})
        pipe.execute()

    submit(store)

    assert 100_000 <= store.client.xlen(keys.TRANSITIONS) < 100_200
    store.client.delete(keys.TRANSITIONS)


def ended(store: Store) -> list[tuple[str, float]]:
    return store.client.zrange(keys.ENDED, 0, -1, withscores=True)


def test_what_has_ended_is_indexed_by_when(store: Store) -> None:
    for job_id in ("first", "second", "waits"):
        submit(store, make_job(job_id))
    store.jobs.cancel("first", "cancelled")
    store.jobs.cancel("second", "cancelled")

    assert ended(store) == [(job_id, to_ms(store.jobs.get(job_id).ended_at)) for job_id in ("first", "second")]


def test_what_was_deleted_has_ended_until_it_is_forgotten(store: Store) -> None:
    store.jobs.hide(submit(store), "deleted by ana")
    hidden = ended(store)
    store.jobs.delete("one")

    assert (len(hidden), ended(store)) == (1, [])


def test_what_starts_again_has_not_ended(store: Store) -> None:
    job = in_state(store, JobState.STOPPED, make_deployment)
    stopped = ended(store)
    store.deployments.reopen(job.id, "started by ana")

    assert (len(stopped), ended(store)) == (1, [])
    assert JobState.STOPPED in DEPLOYMENT_ARROWS[Verb.REOPEN][0]


def test_lua_knows_the_states_by_the_same_words() -> None:
    text = files("common.store.lua.parts").joinpath("states.lua").read_text()
    found = {
        name: set(re.findall(r"(\w+) = true", members)) for name, members in re.findall(r"local (\w+) = {(.+)}", text)
    }

    assert found == {"WAITING": states.WAITING, "PLACED": states.PLACED, "FINAL": FINAL}
