"""Versions of a model name, over a real Redis: numbered, wanted, taken over, superseded, started again."""

from typing import Any

import pytest

from common.deployments import Target
from common.errors import IdempotencyConflict
from common.jobs import Job, Phase
from common.models import Model
from common.reasons import Reason
from common.settings import Settings
from common.states import JobState, Verb
from common.store import Store
from common.store.idempotency import Idempotency
from common.store.outcomes import Outcome
from deploy.deployer import Deployer
from deploy.rollout import finish_rollouts
from deploy.sources import Source
from deploy.steering import start_deployment, stop_deployment
from deploy.submission import submit_deployment
from deploy.versions import roll_back
from tests.builders import make_deployment, make_node, make_placing, make_request

pytestmark = pytest.mark.integration


def register(store: Store, version: str = "", replicas: int = 1, *, wanted: bool = True) -> tuple[list[str], str]:
    return store.models.register("tiny", version, Target.LOCAL, replicas, wanted=wanted)


def answers(store: Store, version: str) -> Job:
    """A deployment of that version that runs and answers."""
    (job_id,), _ = register(store, version)
    job = make_deployment(job_id, version=version)
    store.jobs.submit(job, "accepted")
    return bring_up(store, job_id)


def bring_up(store: Store, job_id: str) -> Job:
    store.nodes.heartbeat(make_node(gpus=8, deploy_ports=(30000, 30099)), 30)
    epoch = store.passes.begin("token")
    store.passes.end("token")
    taken = {gpu for _, gpu in store.nodes.leases()}
    gpu = next(gpu for number in range(8) if (gpu := f"GPU-{number}") not in taken)
    placing = make_placing(epoch, gpu, ports=(30000, 30099), gpu_memory_mib=1000)
    outcome, attempt = store.attempts.assign(job_id, placing)
    assert outcome is Outcome.OK
    store.attempts.start(job_id, attempt, 4711, "/log", "started", phase=Phase.SERVE)
    assert ready(store, store.jobs.get(job_id)) is Outcome.OK
    return store.jobs.get(job_id)


def ready(store: Store, job: Job) -> Outcome:
    version = job.spec.serving.version if job.spec.model_name else ""
    said: dict[str, Any] = {"name": "tiny", "version": version, "endpoint": f"http://127.0.0.1:{job.served.port}/v1"}
    return store.deployments.ready(job.id, job.attempt, **said, message="it answers")


def end(store: Store, job: Job, reason: Reason = Reason.SUPERSEDED) -> None:
    assert store.attempts.end(job.id, job.attempt, Verb.STOP, reason, "over") is Outcome.OK


def model(store: Store) -> Model:
    found = store.models.get("tiny")
    assert found is not None
    return found


def deployer(store: Store, settings: Settings) -> Deployer:
    def nowhere(target: Target) -> Any:
        raise AssertionError(target)

    return Deployer(store, settings, lambda job: None, nowhere, lambda job: None)


def test_versions_that_are_made_up_keep_clear_of_those_that_somebody_chose(store: Store) -> None:
    names = [register(store, version)[1] for version in ("v2", "", "", "v7", "", "", "")]

    assert names == ["v2", "v3", "v4", "v7", "v6", "v8", "v9"]
    assert store.models.ids_of("tiny")[-1] == "tiny~deploy-9"


def test_the_name_goes_with_its_last_deployment(store: Store) -> None:
    ids, _ = register(store, replicas=2)
    for job_id in ids:
        assert store.models.get("tiny") is not None
        store.models.forget("tiny", job_id)

    assert store.models.get("tiny") is None
    assert store.models.all() == []


def test_a_version_takes_over_when_it_answers_and_only_if_it_is_wanted(store: Store) -> None:
    answers(store, "v1")
    (held,), _ = register(store, "v2", wanted=False)
    store.jobs.submit(make_deployment(held, version="v2"), "accepted")
    bring_up(store, held)
    assert (model(store).active, model(store).wanted) == ("v1", "v1")

    assert store.models.want("tiny", "v2", [held]) is True

    assert (model(store).active, model(store).previous) == ("v2", "v1")


@pytest.mark.parametrize("trouble", ["unhealthy", "stopping", "stopped"])
def test_a_version_that_cannot_answer_does_not_take_over_though_it_is_wanted(store: Store, trouble: str) -> None:
    first = answers(store, "v1")
    answers(store, "v2")
    if trouble == "unhealthy":
        store.attempts.note(first.id, first.attempt, "unhealthy", "silent", unhealthy_since_ms=1)
    else:
        store.jobs.cancel(first.id, "stop")
    if trouble == "stopped":
        end(store, first)

    assert store.models.want("tiny", "v1", [first.id]) is False

    assert (model(store).active, model(store).wanted) == ("v2", "v1")
    if trouble == "unhealthy":
        assert ready(store, first) is Outcome.OK
        assert model(store).active == "v1"


def test_what_is_wanted_again_is_not_superseded_by_somebody_who_had_not_heard_of_it(store: Store) -> None:
    first = answers(store, "v1")
    second = answers(store, "v2")
    store.models.want("tiny", "v1", [])

    assert store.deployer.supersede(first, "v2 answers") is Outcome.MOVED_ON
    assert store.deployer.supersede(second, "v2 is there") is Outcome.MOVED_ON

    store.models.want("tiny", "v2", [])
    assert store.deployer.supersede(first, "v2 answers") is Outcome.REQUESTED
    assert store.jobs.get(first.id).cancel_reason == Reason.SUPERSEDED


def test_one_that_waits_is_superseded_at_once(store: Store) -> None:
    (job_id,), _ = register(store, "v1")
    store.jobs.submit(make_deployment(job_id, version="v1"), "accepted")
    answers(store, "v2")

    assert store.deployer.supersede(store.jobs.get(job_id), "v2 answers") is Outcome.STOPPED

    after = store.jobs.get(job_id)
    assert (after.state, after.reason) == (JobState.STOPPED, Reason.SUPERSEDED)


def test_a_roll_back_to_what_is_being_stopped_is_remembered_until_it_has_ended(
    store: Store, settings: Settings
) -> None:
    first = answers(store, "v1")
    answers(store, "v2")
    store.deployer.supersede(first, "v2 answers")

    done = roll_back(store, "tiny", "", "ci")

    assert (done.version, done.took_over, done.begun, done.model.again) == ("v1", False, (), (first.id,))
    finish_rollouts(deployer(store, settings))
    assert store.jobs.get(first.id).state is JobState.RUNNING  # it has not ended yet
    end(store, store.jobs.get(first.id))
    assert model(store).again == (first.id,)  # whoever ended it did not know
    finish_rollouts(deployer(store, settings))
    assert store.jobs.get(first.id).state is JobState.PENDING
    assert model(store).again == ()
    assert bring_up(store, first.id).attempt == 2
    assert model(store).active == "v1"


def test_one_that_is_to_start_again_is_never_seen_ended_for_good(store: Store) -> None:
    first = answers(store, "v1")
    answers(store, "v2")
    store.deployer.supersede(first, "v2 answers")
    roll_back(store, "tiny", "", "ci")

    assert store.attempts.end(first.id, 1, Verb.STOP, Reason.SUPERSEDED, "over", of_model="tiny") is Outcome.OK

    after = store.jobs.get(first.id)
    assert (after.state, after.reason, after.cancel_requested_at, after.ended_at) == (JobState.PENDING, "", None, None)
    assert after.task_id != first.task_id
    assert model(store).again == ()
    events, _ = store.events.newest(first.id, 2)
    assert [event.type for event in events] == ["stop", "reopen"]
    assert bring_up(store, first.id).attempt == 2


def test_one_that_stops_and_was_not_to_start_again_has_ended(store: Store) -> None:
    first = answers(store, "v1")
    stop_deployment(store, first, "enough")

    assert store.attempts.end(first.id, 1, Verb.STOP, None, "over", of_model="tiny") is Outcome.OK

    assert store.jobs.get(first.id).state is JobState.STOPPED


def test_a_stop_takes_back_that_it_was_to_start_again(store: Store, settings: Settings) -> None:
    first = answers(store, "v1")
    stop_deployment(store, first, "enough")
    assert start_deployment(store, store.jobs.get(first.id), "ci") == []
    assert model(store).again == (first.id,)

    stop_deployment(store, first, "really")

    assert model(store).again == ()


def test_one_that_was_stopped_for_good_meanwhile_does_not_start_again(store: Store) -> None:
    """The deployer saw that it was to start again, and then its user stopped it."""
    first = answers(store, "v1")
    stop_deployment(store, first, "enough")
    start_deployment(store, store.jobs.get(first.id), "ci")
    stop_deployment(store, first, "really")
    end(store, store.jobs.get(first.id))

    assert store.deployments.reopen_as_asked(first.id, "tiny") is Outcome.MOVED_ON

    assert store.jobs.get(first.id).state is JobState.STOPPED


def test_a_roll_back_starts_what_was_superseded_and_not_what_somebody_stopped(store: Store) -> None:
    stopped, superseded = answers(store, "v1"), answers(store, "v1")
    end(store, stopped, Reason.CANCELLED_BY_USER)
    answers(store, "v2")
    end(store, superseded)

    done = roll_back(store, "tiny", "v1", "ci")

    assert [job.id for job in done.begun] == [superseded.id]


def test_a_request_that_is_sent_again_changes_nothing(store: Store, settings: Settings) -> None:
    source = Source(make_request("/m", name="tiny", replicas=2))
    key = Idempotency("key", "body", 1)
    first = submit_deployment(store, settings, source, "ci", key)
    before = model(store)

    again = submit_deployment(store, settings, source, "ci", key)

    assert [job.id for job in again.jobs] == [job.id for job in first.jobs] == ["tiny~deploy-1", "tiny~deploy-1.2"]
    assert (again.api_key.reveal(), model(store)) == ("", before)
    assert store.models.ids_of("tiny") == ["tiny~deploy-1", "tiny~deploy-1.2"]
    with pytest.raises(IdempotencyConflict, match="made job 'tiny~deploy-1'"):
        submit_deployment(store, settings, source, "ci", Idempotency("key", "other", 1))


def test_of_two_requests_with_one_key_at_the_same_time_the_later_gives_way(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither saw the other at first."""
    source, key = Source(make_request("/m", name="tiny")), Idempotency("key", "body", 1)
    submit_deployment(store, settings, source, "ci", key)
    monkeypatch.setattr(type(store.deployments), "made_before", lambda *_: "")

    twin = submit_deployment(store, settings, source, "ci", key)

    assert [job.id for job in twin.jobs] == ["tiny~deploy-1"]
    assert model(store).wanted == "v1"
    assert store.models.ids_of("tiny") == ["tiny~deploy-1"]
