"""SkyServe: services come to be at once, as far as they can without machines."""

import enum
import json
import time
from types import SimpleNamespace

from sky import exceptions
from sky.file import changed, read


class UpdateMode(enum.Enum):
    ROLLING = "rolling"


class ServiceStatus(enum.Enum):
    CONTROLLER_INIT = "CONTROLLER_INIT"
    CONTROLLER_FAILED = "CONTROLLER_FAILED"
    REPLICA_INIT = "REPLICA_INIT"
    READY = "READY"
    SHUTTING_DOWN = "SHUTTING_DOWN"
    FAILED = "FAILED"
    FAILED_CLEANUP = "FAILED_CLEANUP"
    NO_REPLICA = "NO_REPLICA"


class ReplicaStatus(enum.Enum):
    PROVISIONING = "PROVISIONING"
    STARTING = "STARTING"
    READY = "READY"
    NOT_READY = "NOT_READY"
    SHUTTING_DOWN = "SHUTTING_DOWN"
    FAILED = "FAILED"


def status(service_names):
    return "status"


def up(task, service_name):
    with changed() as state:
        if state.get("refuses"):
            raise exceptions.ResourcesUnavailableError(state["refuses"])
        _note(state, "up", service_name, task)
        failure, forever = state.get("launch_fails", ""), state.get("launch_takes")
        if not failure and not forever:
            state["services"][service_name] = _record(service_name, task.config["service"])
        return _request(state, service_name, "RUNNING" if forever else "FAILED" if failure else "SUCCEEDED", failure)


def update(task, service_name, mode):
    with changed() as state:
        _note(state, "update", service_name, task)
        state["services"][service_name] = _record(service_name, task.config["service"])
        return _request(state, service_name, "SUCCEEDED", "", name="sky.serve.update")


def down(service_names):
    with changed() as state:
        if not state["services"]:
            raise exceptions.ClusterNotUpError("No live services.")
        state["calls"].append({"verb": "down", "service": service_names[0]})
        state["services"][service_names[0]]["status"] = "SHUTTING_DOWN"
        return _request(state, service_names[0], "SUCCEEDED", "", name="sky.serve.down")


def tail_logs(service_name, *, target, replica_id=None, follow=True, output_stream=None, tail=None):
    with changed() as state:
        state["calls"].append({"verb": "logs", "service": service_name, "replica": replica_id})
    output_stream.write(state["logs"][str(replica_id)])


def records():
    services = read()["services"]
    if not services:
        raise exceptions.ClusterNotUpError("No live services.")
    return [_typed(record) for record in services.values()]


def validate_service_task(task, pool):
    if "service" not in task.config:
        raise ValueError("Service section not found in the YAML file.")


serve_utils = SimpleNamespace(validate_service_task=validate_service_task)


def _typed(record):
    replicas = [{**one, "status": ReplicaStatus(one["status"]), "handle": object()} for one in record["replica_info"]]
    return {**record, "status": ServiceStatus(record["status"]), "replica_info": replicas}


def _record(name, service):
    count = service.get("replicas", service.get("replica_policy", {}).get("min_replicas"))
    policy = f"Fixed {count} replica{'' if count == 1 else 's'}"
    if "replica_policy" in service:
        policy = f"Autoscaling from {count} to {service['replica_policy']['max_replicas']} replicas (target QPS per …)"
    replicas = [{"replica_id": number, "status": "PROVISIONING", "version": 1} for number in range(1, count + 1)]
    return {
        "name": name,
        "status": "REPLICA_INIT" if count else "NO_REPLICA",
        "policy": policy,
        "endpoint": "http://203.0.113.7:30001",
        "target_num_replicas": count,
        "replica_info": replicas,
    }


def _note(state, verb, service_name, task):
    call = {"verb": verb, "service": service_name, "task": task.config, "secrets": task.secrets}
    state["calls"].append(call)


def _request(state, service_name, status, error, name="sky.serve.up"):
    request_id = f"request-{len(state['requests'])}"
    body = json.dumps({"task": "…", "service_name": service_name})
    state["requests"].append(
        {
            "request_id": request_id,
            "name": name,
            "request_body": body,
            "status": status,
            "created_at": time.time(),
            "error": error,
        }
    )
    return request_id
