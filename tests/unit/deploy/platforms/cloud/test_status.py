"""What SkyPilot's words come to."""

from typing import Any

import pytest

from deploy.platforms import Health, Observation
from deploy.platforms.cloud.status import observation


def record(status: str, *replicas: str, **changes: Any) -> dict[str, Any]:
    servers = [{"replica_id": number, "status": replica} for number, replica in enumerate(replicas, 1)]
    return {"status": status, "endpoint": "http://203.0.113.7:30001/", "replica_info": servers, **changes}


@pytest.mark.parametrize(
    ("seen", "health", "message"),
    [
        (record("CONTROLLER_INIT"), Health.STARTING, "SkyPilot starts the service's controller"),
        (record("REPLICA_INIT"), Health.STARTING, "SkyPilot makes the servers"),
        (record("REPLICA_INIT", "PENDING"), Health.STARTING, "1 server waiting for other launches"),
        (
            record("REPLICA_INIT", "STARTING", "PROVISIONING", "STARTING"),
            Health.STARTING,
            "1 server waiting for a machine; 2 servers installing and loading the model",
        ),
        (
            record("REPLICA_INIT", "PREEMPTED", "PROVISIONING"),
            Health.STARTING,
            "1 server lost to others: a spot machine was taken back; 1 server waiting for a machine",
        ),
        (record("REPLICA_INIT", "NOT_READY"), Health.UNHEALTHY, "1 server no longer answering"),
        (record("READY", "READY"), Health.READY, ""),
        (
            record("READY", "READY", "STARTING"),
            Health.READY,
            "1 server answering; 1 server installing and loading the model",
        ),
        (
            record("FAILED", "FAILED_PROVISION"),
            Health.FAILED,
            "1 server failed: no machine could be had, for lack of capacity, quota or rights",
        ),
        (record("NO_REPLICA"), Health.ABSENT, "it is scaled to 0 servers"),
        (record("REPLICA_INIT", "SHUTTING_DOWN"), Health.UNHEALTHY, "1 server being shut down"),
        (record("SHUTTING_DOWN", "READY"), Health.UNHEALTHY, "it is being deleted"),
        (record("SOMETHING_NEW"), Health.STARTING, "SkyPilot says: SOMETHING_NEW"),
        (record("REPLICA_INIT", "SOMETHING_NEW"), Health.STARTING, "1 server in state SOMETHING_NEW"),
    ],
)
def test_a_services_state_is_told_in_words(seen: dict[str, Any], health: Health, message: str) -> None:
    told = observation(seen, None)

    assert (told.health, told.message) == (health, message)


@pytest.mark.parametrize("status", ["CONTROLLER_FAILED", "FAILED_CLEANUP"])
def test_what_skypilot_may_have_left_behind_is_told(status: str) -> None:
    told = observation(record(status), None)

    assert told.health is Health.FAILED
    assert "look after its machines, then `sky serve down --purge` the service" in told.message


def test_servers_are_counted_and_reached_by_the_endpoint() -> None:
    seen = record("READY", "READY", "STARTING", target_num_replicas=3)

    told = observation(seen, None)

    assert (told.base_url, told.ready_replicas, told.replicas) == ("http://203.0.113.7:30001", 1, 3)


def test_an_endpoint_that_is_not_there_yet_is_none() -> None:
    assert observation(record("CONTROLLER_INIT", endpoint=None), None).base_url == ""


@pytest.mark.parametrize(
    ("launch", "health"),
    [
        (None, Health.ABSENT),
        ({"status": "PENDING"}, Health.STARTING),
        ({"status": "RUNNING"}, Health.STARTING),
        ({"status": "CANCELLED"}, Health.ABSENT),
    ],
)
def test_before_there_is_a_service_its_launch_tells(launch: dict[str, str] | None, health: Health) -> None:
    assert observation(None, launch).health is health


def test_a_launch_that_failed_tells_why() -> None:
    told = observation(None, {"status": "FAILED", "error": "NoCloudAccessError: run sky check"})

    assert told == Observation(
        Health.FAILED, "SkyPilot could not launch the service: NoCloudAccessError: run sky check"
    )
