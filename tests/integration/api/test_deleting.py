"""DELETE of what runs: answered at once, hidden everywhere, and told to operators until its end is proved."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from common.chores import Chore
from common.clock import to_ms
from common.jobs import Job
from common.settings import Settings
from common.states import PLACED, JobState, Verb
from common.store import Store, keys
from common.store.consistency import inconsistencies
from common.store.outcomes import Outcome
from scheduler.duties.forgetting import LATE_SECONDS, Forgetter
from scheduler.scheduler import Scheduler
from tests import bodies
from tests.builders import make_deployment, make_job, make_node
from tests.integration.api.expect import TRAINING, expect_problem
from tests.integration.api.test_nodes import DEPLOY, NODES, gpus, node, silence
from tests.integration.store.test_job_verbs import in_state, place, start

pytestmark = pytest.mark.integration

JOBS = f"{TRAINING}/jobs"
FEEDS = ("", "/status", "/logs", "/metrics", "/events", "/lineage")


@pytest.fixture
def rung() -> list[str]:
    return []


@pytest.fixture
def forgetter(store: Store, settings: Settings, rung: list[str]) -> Forgetter:
    return Forgetter(Scheduler(store, settings, lambda *_: None, ring=rung.append))


def end(store: Store, job: Job) -> None:
    """Its node has ended it, and proved that."""
    verb = Verb.STOP if job.spec.model_name else Verb.CANCEL
    assert store.attempts.end(job.id, job.attempt, verb, "cancelled_by_user", "ended") is Outcome.OK


@pytest.mark.parametrize("state", sorted(PLACED - {JobState.STARTING}))
def test_a_placed_job_is_hidden_at_once_and_keeps_its_leases_until_it_has_ended(
    client: FlaskClient, store: Store, forgetter: Forgetter, state: JobState, dump: Any
) -> None:
    in_state(store, state)
    store.nodes.heartbeat(make_node(), 30)

    assert client.delete(f"{JOBS}/one").status_code == 204

    for feed in FEEDS:
        expect_problem(client.get(f"{JOBS}/one{feed}"), 404, "job_not_found")
    for method, path in (("delete", ""), ("post", "/stop"), ("post", "/start"), ("patch", "")):
        expect_problem(client.open(f"{JOBS}/one{path}", method=method, json={"priority": 3}), 404, "job_not_found")
    assert client.get(JOBS).json["total"] == 0
    assert client.get(f"{JOBS}?status={state}").json["total"] == 0
    assert [store.listings.count(each) for each in PLACED] == [0, 0, 0]
    assert store.pulses.read(["one"]) == {}  # streams end, and long polls answer
    assert store.nodes.leases() == {("node-1", "GPU-0"): "one:1"}
    assert store.jobs.get_any("one").cancel_requested_at is not None
    assert inconsistencies(store) == []

    forgetter.look()
    assert [job.id for job in store.jobs.deleting()] == ["one"]
    end(store, store.jobs.get_any("one"))
    assert inconsistencies(store) == []
    expect_problem(client.get(f"{JOBS}/one"), 404, "job_not_found")
    forgetter.look()

    assert store.jobs.deleting() == []
    assert store.nodes.leases() == {}
    assert [key for _, key in dump() if key.startswith(b"st:job:")] == []
    assert store.client.keys("st:tombstone:*") != []


def test_its_id_is_blocked_until_it_is_forgotten(client: FlaskClient, store: Store, forgetter: Forgetter) -> None:
    start(store)
    client.delete(f"{JOBS}/one")
    again = bodies.training(job_id="one")

    refused = expect_problem(client.post(JOBS, json=again), 409, "job_id_taken")
    other = client.post(JOBS, json=bodies.training()).json["job_id"]  # none was asked for: it gets one that is free

    assert "deleted job whose processes are being ended" in refused["detail"]
    assert other.startswith("one-")
    end(store, store.jobs.get_any("one"))
    forgetter.look()
    assert client.post(JOBS, json=again).status_code == 201


def test_operators_see_what_holds_the_gpu_and_are_told_when_it_does_not_end(
    client: FlaskClient, store: Store, forgetter: Forgetter, settings: Settings
) -> None:
    start(store)
    client.delete(f"{JOBS}/one")

    assert (node(client)["jobs"], node(client)["held_by"]) == ([], ["one"])
    assert gpus(client)[0][::2] == ("held", "one")
    assert client.delete(f"{NODES}/node-1").status_code == 409
    assert "swift_trainer_deleted_jobs 1.0" in client.get("/metrics").text
    assert findings(client, "deleted_job_lives") == []

    long_ago = to_ms(store.now()) - int((settings.stop_grace_seconds + LATE_SECONDS) * 1000) - 1000
    store.client.hset(keys.of("one").record, "deleted_at_ms", long_ago)

    (finding,) = findings(client, "deleted_job_lives")
    assert (finding["severity"], finding["about"]["job_id"]) == ("problem", "one")
    with capture_logs() as logs:
        forgetter.look()
        forgetter.look()
    assert [entry["job_id"] for entry in logs if entry["event"] == "deleted_job_lives"] == ["one"]


def findings(client: FlaskClient, code: str) -> list[dict[str, Any]]:
    return [found for found in client.get("/api/v1/doctor").json["findings"] if found["code"] == code]


def test_a_job_of_a_silent_node_is_refused_at_once_and_ends_when_that_is_back(
    client: FlaskClient, store: Store
) -> None:
    start(store)
    silence(store)

    refused = expect_problem(client.delete(f"{JOBS}/one"), 409, "state_conflict")

    assert "stop it with force" in refused["detail"]
    job = store.jobs.get("one")
    assert (job.cancel_requested_at is not None, job.deleted_at) == (True, None)


def test_what_was_promised_about_its_files_is_kept_when_it_has_ended(
    client: FlaskClient, store: Store, forgetter: Forgetter, rung: list[str]
) -> None:
    job = start(store)

    assert client.delete(f"{JOBS}/one?files=true").status_code == 204

    assert store.chores.of("node-1") == []
    deleted = store.jobs.get_any("one")
    end(store, deleted)
    forgetter.look()
    assert deleted.deleted_at is not None
    chore = Chore("one", job.task_id, job.spec.training.output_dir, "local", to_ms(deleted.deleted_at))
    assert (store.chores.of("node-1"), rung) == ([chore], ["node-1"])


def test_deleting_all_jobs_passes_over_what_was_deleted_before(client: FlaskClient, store: Store) -> None:
    start(store)
    client.delete(f"{JOBS}/one")
    store.jobs.submit(make_job("two"), "accepted")

    answer = client.delete(JOBS).json

    assert (answer["deleted_count"], answer["total_count"]) == (1, 1)


def test_a_deployment_leaves_its_name_at_once_and_its_number_is_not_given_again(
    client: FlaskClient, store: Store, forgetter: Forgetter
) -> None:
    ids, version = store.models.register("tiny", "", "local", 1, wanted=True)
    job = start(store, make_deployment(ids[0], name="tiny", version=version))
    store.models.start_again("tiny", ids)  # by a request that came just before

    assert client.delete(f"{DEPLOY}/jobs/{job.id}").status_code == 204

    assert client.get(f"{DEPLOY}/models").json["total"] == 0
    expect_problem(client.get(f"{DEPLOY}/models/tiny"), 404, "model_not_found")
    expect_problem(client.get(f"{DEPLOY}/jobs/{job.id}"), 404, "job_not_found")
    following, _ = store.models.register("tiny", "", "local", 1, wanted=True)
    assert following == ["tiny~deploy-2"]
    store.models.forget("tiny", following[0])
    store.models.start_again("tiny", ids)  # and by one that comes just behind

    stopped = store.jobs.get_any(job.id)
    store.attempts.end(job.id, stopped.attempt, Verb.STOP, "cancelled_by_user", "ended", of_model="tiny")
    assert store.jobs.get_any(job.id).state is JobState.STOPPED
    forgetter.look()
    assert store.models.get("tiny") is None
    assert store.client.keys("st:model:*") == []
    assert store.client.keys("st:job:*") == []


def test_nothing_starts_or_exports_what_was_deleted(store: Store) -> None:
    place(store)
    store.jobs.hide(store.jobs.get("one"), "deleted")
    end(store, store.jobs.get_any("one"))

    assert store.jobs.cancel("one", "cancelled") is Outcome.MISSING
    assert store.exports.begin("one", "one~export-1", "exported") is Outcome.MISSING
    assert store.deployments.reopen("one", "again") is Outcome.MISSING
    assert store.jobs.hide(make_job(), "deleted") is Outcome.MISSING


def test_what_the_api_left_behind_is_forgotten_by_a_scheduler(store: Store, forgetter: Forgetter) -> None:
    """The API was killed behind its script: a waiting job is final, and hidden, then."""
    store.jobs.submit(make_job(), "accepted")
    assert store.jobs.hide(store.jobs.get("one"), "deleted") is Outcome.CANCELLED
    assert inconsistencies(store) == []

    forgetter.look()

    assert (store.jobs.deleting(), store.client.keys("st:job:*")) == ([], [])
