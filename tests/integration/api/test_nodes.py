"""Nodes as an operator steers them: drained, declared lost, forgotten; and ends by force."""

import pytest
from flask.testing import FlaskClient

from api.edge.scopes import needed_scope
from common.access.api_keys import Scope
from common.reasons import Reason
from common.settings import Settings
from common.states import JobState
from common.store import Store, keys
from scheduler.rescuer import rescue
from scheduler.scheduler import Scheduler
from tests.builders import make_deployment, make_job, make_node, make_spec
from tests.integration.api.expect import TRAINING, expect_problem
from tests.integration.store.test_job_verbs import place, start
from tests.integration.store.two_nodes import place_on_both

pytestmark = pytest.mark.integration

NODES = "/api/v1/nodes"
DEPLOY = "/api/v1/deploy"


def silence(store: Store, name: str = "node-1") -> None:
    """Its last heartbeat is long ago."""
    store.client.hset(keys.node(name), "heartbeat_at_ms", 1)


def gpus(client: FlaskClient) -> list[tuple[str, str, str | None]]:
    listed = client.get(f"{TRAINING}/gpus").json["gpus"]
    return [(gpu["status"], gpu["node_state"], gpu["job_id"]) for gpu in listed]


def node(client: FlaskClient, name: str = "node-1") -> dict:
    return client.get(f"{NODES}/{name}").json


def test_nodes_are_listed_with_what_they_do(client: FlaskClient, store: Store) -> None:
    place(store)
    store.nodes.heartbeat(make_node("sick", state="not_ready", why=("DATA_DIR is full",)), 600)

    [first, sick] = client.get(NODES).json["nodes"]

    assert (first["name"], first["state"], first["why"], first["takes_work"]) == ("node-1", "ready", [], True)
    assert (first["gpus"], first["jobs"]) == ({"total": 2, "free": 1, "busy": 1}, ["one"])
    assert (sick["state"], sick["why"], sick["takes_work"]) == ("not_ready", ["DATA_DIR is full"], False)


def test_a_drained_node_shows_as_drained_everywhere_and_stays_so_over_heartbeats(
    client: FlaskClient, store: Store
) -> None:
    place(store)

    answer = client.post(f"{NODES}/node-1/drain", json={"reason": "new disk"})
    store.nodes.heartbeat(make_node(session=2), 600)  # another worker of it

    assert (answer.status_code, answer.json["state"], answer.json["drained"]["reason"]) == (200, "drained", "new disk")
    assert node(client)["why"] == ["drained by local: new disk"]
    assert gpus(client) == [("leased", "drained", "one"), ("drained", "drained", None)]
    health = client.get(f"{TRAINING}/health").json
    assert (health["gpu_count"], health["services"]["gpu_manager"]) == (0, "node node-1 is drained")
    assert client.get(f"{TRAINING}/system/status").json["nodes"][0]["state"] == "drained"
    metrics = client.get("/metrics").text
    assert 'swift_trainer_node_state{node="node-1",state="drained"} 1.0' in metrics
    assert 'swift_trainer_node_ready{node="node-1"} 0.0' in metrics


def test_a_job_that_only_a_drained_node_suits_is_told_so_and_starts_when_it_is_undrained(
    client: FlaskClient, store: Store
) -> None:
    store.nodes.heartbeat(make_node(), 600)
    client.post(f"{NODES}/node-1/drain", json={"reason": "new disk"})
    store.jobs.submit(make_job(), "accepted")

    client.post(f"{TRAINING}/queue/process")

    [waiting] = client.get(f"{TRAINING}/queue").json["queue_items"]
    assert (waiting["reason"], waiting["message"]) == (
        "no_nodes",
        "Needs 1 GPU; node-1 (drained by local: new disk) could run it but does not accept work now.",
    )
    assert client.post(f"{NODES}/node-1/undrain").json["state"] == "ready"
    client.post(f"{TRAINING}/queue/process")
    assert store.jobs.get("one").state is JobState.ASSIGNED


def test_a_plan_from_before_the_drain_places_nothing_there(client: FlaskClient, store: Store) -> None:
    store.nodes.heartbeat(make_node(), 600)
    client.post(f"{NODES}/node-1/drain")

    with pytest.raises(AssertionError):
        place(store)

    assert store.nodes.leases() == {}


@pytest.mark.parametrize(
    ("policy", "state", "became"),
    [
        ("wait", JobState.QUEUED, "requeued"),
        ("requeue", JobState.QUEUED, "requeued"),
        ("fail", JobState.FAILED, "failed"),
    ],
)
def test_the_jobs_of_a_lost_node_are_settled_at_once(
    client: FlaskClient, store: Store, policy: str, state: JobState, became: str
) -> None:
    start(store, make_job(spec=make_spec(on_node_lost=policy)))
    store.client.hset(keys.of("one").record, "infra_failures", 99)  # this is not held against it
    silence(store)

    answer = client.post(f"{NODES}/node-1/lost", json={"reason": "burnt down"})

    assert answer.status_code == 200
    assert answer.json["jobs"] == [{"job_id": "one", "became": became}]
    assert (answer.json["node"]["state"], answer.json["node"]["why"]) == (
        "lost",
        ["declared lost by local: burnt down"],
    )
    job = store.jobs.get("one")
    assert (job.state, job.infra_failures, store.nodes.leases()) == (state, 99, {})
    assert "node node-1 was declared lost by local: burnt down" in job.message
    assert client.post(f"{NODES}/node-1/lost", json={}).json["jobs"] == []  # twice is fine
    assert store.nodes.heartbeat(make_node(), 600).word == "fenced"


@pytest.mark.parametrize("policy", ["wait", "requeue", "fail"])
def test_a_cancelled_job_of_a_lost_node_is_cancelled_whatever_its_policy(
    client: FlaskClient, store: Store, policy: str
) -> None:
    start(store, make_job(spec=make_spec(on_node_lost=policy)))
    client.post(f"{TRAINING}/jobs/one/stop")
    silence(store)

    answer = client.post(f"{NODES}/node-1/lost", json={})

    assert answer.json["jobs"] == [{"job_id": "one", "became": "cancelled"}]
    job = store.jobs.get("one")
    assert (job.state, job.reason) == (JobState.CANCELLED, Reason.CANCELLED_BY_USER)


def test_a_cancelled_deployment_of_a_lost_node_is_stopped(client: FlaskClient, store: Store) -> None:
    job = start(store, make_deployment())
    client.post(f"{DEPLOY}/jobs/{job.id}/stop")
    silence(store)

    client.post(f"{NODES}/node-1/lost", json={})

    assert store.jobs.get(job.id).state is JobState.STOPPED


def test_what_a_lost_node_says_of_its_old_attempts_does_not_count(client: FlaskClient, store: Store) -> None:
    job = start(store)
    silence(store)
    client.post(f"{NODES}/node-1/lost", json={})

    assert store.attempts.requeue(job.id, 1, Reason.RUNNER_LOST, "", delay_seconds=0, counter="") == "moved_on"
    store.nodes.heartbeat(make_node(instance="instance-2"), 600)
    assert (node(client)["state"], node(client)["lost"]) == ("ready", None)


def test_a_node_that_is_alive_is_lost_by_force_only(client: FlaskClient, store: Store) -> None:
    start(store)

    refused = client.post(f"{NODES}/node-1/lost", json={"reason": "typo"})

    expect_problem(refused, 409, "state_conflict")
    assert "drain it and stop its jobs instead" in refused.json["detail"]
    assert store.jobs.get("one").state is JobState.RUNNING
    assert client.post(f"{NODES}/node-1/lost", json={"force": True}).status_code == 200
    assert store.jobs.get("one").state is JobState.QUEUED


def test_the_jobs_of_a_disk_that_was_replaced_are_settled_and_the_new_one_is_spared(
    client: FlaskClient, store: Store
) -> None:
    start(store)
    store.nodes.heartbeat(make_node(instance="instance-2"), ttl_seconds=0)

    answer = client.post(f"{NODES}/node-1/lost", json={})

    assert answer.json["jobs"] == [{"job_id": "one", "became": "requeued"}]
    assert answer.json["node"]["state"] == "ready"
    assert store.nodes.fenced() == {"instance-1"}


def test_the_jobs_of_a_node_that_the_store_does_not_know_any_more_can_be_settled(
    client: FlaskClient, store: Store
) -> None:
    start(store)
    store.client.delete(keys.node("node-1"))
    store.client.srem(keys.NODES, "node-1")

    answer = client.post(f"{NODES}/node-1/lost", json={})

    assert answer.json == {"node": None, "jobs": [{"job_id": "one", "became": "requeued"}]}


def test_what_an_api_that_died_left_unsettled_the_rescuer_settles(settings: Settings, store: Store) -> None:
    start(store)
    silence(store)
    store.nodes.fence("node-1", [], "ann", "burnt", ttl_seconds=600, force=False)

    rescue(Scheduler(store, settings, lambda *_: None))

    assert (store.jobs.get("one").state, store.nodes.leases()) == (JobState.QUEUED, {})


def test_a_node_is_forgotten_when_it_is_not_there_and_holds_nothing(client: FlaskClient, store: Store) -> None:
    start(store)
    expect_problem(client.delete(f"{NODES}/node-1"), 409, "state_conflict")
    silence(store)
    held = client.delete(f"{NODES}/node-1")
    expect_problem(held, 409, "state_conflict")
    assert "still holds one" in held.json["detail"]

    client.post(f"{NODES}/node-1/lost", json={})

    assert client.delete(f"{NODES}/node-1").status_code == 204
    assert store.nodes.all() == []
    for method, path in (("delete", ""), ("get", ""), ("post", "/drain"), ("post", "/undrain"), ("post", "/lost")):
        expect_problem(getattr(client, method)(f"{NODES}/node-1{path}"), 404, "node_not_found")


def test_of_a_job_on_two_nodes_the_one_that_is_silent_is_named(client: FlaskClient, store: Store) -> None:
    place_on_both(store, make_job())
    silence(store, "node-2")

    message = client.post(f"{TRAINING}/jobs/one/stop").json["message"]
    findings = {finding["code"]: finding["message"] for finding in client.get("/api/v1/doctor").json["findings"]}
    forced = client.post(f"{TRAINING}/jobs/one/stop?force=true").json["message"]

    assert "node 'node-2' does not answer" in message
    assert "one runs on node node-2, which is silent" in findings["job_out_of_sight"]
    assert "until node 'node-1, node-2' has proved" in forced


@pytest.mark.parametrize("policy", ["wait", "requeue", "fail"])
def test_a_job_is_ended_by_force_and_its_gpus_stay_leased(client: FlaskClient, store: Store, policy: str) -> None:
    start(store, make_job(spec=make_spec(on_node_lost=policy)))
    silence(store)
    waits = client.post(f"{TRAINING}/jobs/one/stop")
    assert "node 'node-1' does not answer" in waits.json["message"]
    assert store.jobs.get("one").state is JobState.RUNNING

    answer = client.post(f"{TRAINING}/jobs/one/stop?force=true")

    assert (answer.status_code, "stay leased" in answer.json["message"]) == (200, True)
    job = store.jobs.get("one")
    assert (job.state, job.reason) == (JobState.CANCELLED, Reason.CANCELLED_BY_USER)
    assert gpus(client)[0] == ("held", "silent", "one")
    assert node(client)["held_by"] == ["one"]
    assert client.post(f"{TRAINING}/jobs/one/stop?force=true").status_code == 200  # twice is fine
    assert store.nodes.leases() == {("node-1", "GPU-0"): "one:1"}
    assert client.delete(f"{TRAINING}/jobs/one").status_code == 204
    assert gpus(client)[0] == ("held", "silent", "one")
    expect_problem(client.delete(f"{NODES}/node-1"), 409, "state_conflict")

    client.post(f"{NODES}/node-1/lost", json={})

    assert store.nodes.leases() == {}
    assert store.nodes.kept() == []


def test_a_deployment_is_stopped_by_force_with_its_port_kept(client: FlaskClient, store: Store) -> None:
    job = start(store, make_deployment())
    silence(store)

    answer = client.post(f"{DEPLOY}/jobs/{job.id}/stop?force=true")

    assert answer.json["status"] == "stopped"
    assert [lease.gpu_ids for lease in store.nodes.kept()] == [("GPU-0",)]


def test_a_waiting_job_is_stopped_by_force_as_without(client: FlaskClient, store: Store) -> None:
    store.jobs.submit(make_job(), "accepted")

    assert client.post(f"{TRAINING}/jobs/one/stop?force=true").json["message"] == "job was cancelled"


def test_deleting_all_jobs_leaves_those_of_silent_nodes_and_names_them(client: FlaskClient, store: Store) -> None:
    start(store)
    store.jobs.submit(make_job("waits"), "accepted")
    silence(store)

    answer = client.delete(f"{TRAINING}/jobs")

    assert answer.json == {
        "success": False,
        "deleted_count": 1,
        "failed_count": 1,
        "total_count": 2,
        "message": "deleted 1 of 2 jobs; the nodes of these do not answer, stop them with force: one",
    }
    assert store.listings.all_ids() == ["one"]


@pytest.mark.parametrize(
    ("method", "route", "scope"),
    [
        ("GET", "/nodes", Scope.READ),
        ("GET", "/nodes/<string:node>", Scope.READ),
        ("POST", "/nodes/<string:node>/drain", Scope.ADMIN),
        ("POST", "/nodes/<string:node>/lost", Scope.ADMIN),
        ("DELETE", "/nodes/<string:node>", Scope.ADMIN),
    ],
)
def test_only_admins_steer_nodes(method: str, route: str, scope: Scope) -> None:
    assert needed_scope(method, route) is scope
