"""Status in a cloud: what SkyPilot says of a service, as an Observation; pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from deploy.platforms import Health, Observation

# Of one server, by SkyPilot's word, each to follow "1 server" or "2 servers".
_SERVERS = {
    "PENDING": "waiting for other launches",
    "PROVISIONING": "waiting for a machine",
    "STARTING": "installing and loading the model",
    "READY": "answering",
    "NOT_READY": "no longer answering",
    "SHUTTING_DOWN": "being shut down",
    "PREEMPTED": "lost to others: a spot machine was taken back",
    "FAILED": "failed: setup or the server itself ended, its log tells why",
    "FAILED_INITIAL_DELAY": "failed: not ready in time (startup_seconds)",
    "FAILED_PROBING": "failed: the probe of /health went unanswered",
    "FAILED_PROVISION": "failed: no machine could be had, for lack of capacity, quota or rights",
    "FAILED_CLEANUP": "failed to be removed: look after its machine",
}
_GOING = {"SHUTTING_DOWN"}
_LEFT_BEHIND = "SkyPilot could not clean up: look after its machines, then `sky serve down --purge` the service"
# For the whole service, where its servers do not tell more.
_SERVICE = {
    "CONTROLLER_INIT": (Health.STARTING, "SkyPilot starts the service's controller"),
    "CONTROLLER_FAILED": (Health.FAILED, f"SkyPilot's controller of the service failed. {_LEFT_BEHIND}"),
    "FAILED_CLEANUP": (Health.FAILED, _LEFT_BEHIND),
    "SHUTTING_DOWN": (Health.UNHEALTHY, "it is being deleted"),
}


def observation(record: Mapping[str, Any] | None, launch: Mapping[str, Any] | None) -> Observation:
    """How a service is, from its record in `sky.serve.status` and the newest request that launches it, if any."""
    if record is None:
        return _before_the_service(launch or {})
    status = str(record.get("status"))
    servers = [str(one.get("status")) for one in record.get("replica_info") or []]
    wanted = record.get("target_num_replicas")
    ready = servers.count("READY")
    health, message = _SERVICE.get(status) or _of_servers(status, servers)
    url = str(record.get("endpoint") or "").rstrip("/") if health is not Health.ABSENT else ""
    return Observation(health, message, url, ready, wanted if isinstance(wanted, int) else len(servers))


def _before_the_service(launch: Mapping[str, Any]) -> Observation:
    status = launch.get("status")
    if status in {"PENDING", "WAITING", "RUNNING"}:
        return Observation(Health.STARTING, "SkyPilot launches the service's controller")
    if status == "FAILED":
        return Observation(Health.FAILED, f"SkyPilot could not launch the service: {launch.get('error')}")
    return Observation(Health.ABSENT)


def _of_servers(status: str, servers: Sequence[str]) -> tuple[Health, str]:
    if status == "READY":
        all_ready = set(servers) <= {"READY"}
        return Health.READY, "" if all_ready else _in_words(servers)
    if status == "NO_REPLICA" or not servers:
        return (Health.ABSENT, "it is scaled to 0 servers") if status == "NO_REPLICA" else _unknown(status)
    if set(servers) <= _GOING:
        return Health.UNHEALTHY, _in_words(servers)
    if status == "FAILED":
        return Health.FAILED, _in_words(servers)
    if "NOT_READY" in servers:
        return Health.UNHEALTHY, _in_words(servers)
    return (Health.STARTING, _in_words(servers)) if status == "REPLICA_INIT" else _unknown(status)


def _in_words(servers: Sequence[str]) -> str:
    told = [
        f"{count} server{'s' if count > 1 else ''} {_SERVERS.get(status, f'in state {status}')}"
        for status, count in sorted(Counter(servers).items())
    ]
    return "; ".join(told)


def _unknown(status: str) -> tuple[Health, str]:
    return Health.STARTING, "SkyPilot makes the servers" if status == "REPLICA_INIT" else f"SkyPilot says: {status}"
