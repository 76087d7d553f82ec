"""Asks SkyPilot one thing: reads a request from standard input, writes the answer to standard output, both JSON.

Runs in SkyPilot's own interpreter, from its file: nothing but the standard library and `sky`. SkyPilot's command prints
tables for people; its Python API returns what they are made of. What SkyPilot itself prints goes to standard error.
"""

# SkyPilot's environment has this library; the environment that mypy sees does not.
# mypy: disable-error-code="import-not-found"

import io
import json
import os
import re
import sys
import time
from typing import Any

UNFINISHED = ("PENDING", "WAITING", "RUNNING")
LAUNCH = "serve.up"
REQUESTS_MAX = 200
SERVICE_FIELDS = ("name", "status", "policy", "endpoint", "target_num_replicas")
REPLICA_FIELDS = ("replica_id", "status", "version", "status_detail")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def main() -> int:
    """Answer, whatever happens; the exit status says only that there is an answer."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        given = json.load(sys.stdin)
        answer = {"value": VERBS[given["verb"]](_sky(), given)}
    except (Exception, SystemExit) as error:
        answer = {"error": {"kind": type(error).__name__, "message": in_words(error)}}
    with answers:
        json.dump(answer, answers)
    return 0


def in_words(error: BaseException) -> str:
    """PyYAML quotes the line that it cannot read: of a file of credentials, that is one."""
    if type(error).__module__.partition(".")[0] == "yaml":
        mark = getattr(error, "problem_mark", None)
        return f"a file of settings or credentials is no YAML, line {mark.line + 1 if mark else 'unknown'}"
    return COLOURS.sub("", str(error))


def status(sky: Any, _: dict[str, Any]) -> dict[str, Any]:
    """All services, and of each name the newest request that launches it, unless it ended well."""
    try:
        records = sky.get(sky.serve.status(None))
    except sky.exceptions.ClusterNotUpError:  # there is no controller, so there are no services
        records = []
    return {"services": [_record(one) for one in records], "launches": _launches(sky)}


def up(sky: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Launch the service of `task`."""
    return _settled(sky, sky.serve.up(_task(sky, given), given["service"]), given["wait_seconds"])


def update(sky: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Make the service be as `task` says."""
    request = sky.serve.update(_task(sky, given), given["service"], mode=sky.serve.UpdateMode.ROLLING)
    return _settled(sky, request, given["wait_seconds"])


def down(sky: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Take the service and its machines down; there is nothing to do without a controller."""
    try:
        return _settled(sky, sky.serve.down([given["service"]]), given["wait_seconds"])
    except sky.exceptions.ClusterNotUpError:
        return {"done": True}


def logs(sky: Any, given: dict[str, Any]) -> list[str]:
    """The newest lines of each of the service's replicas that are named."""
    lines: list[str] = []
    for replica in given["replicas"]:
        written = io.StringIO()
        asked = {"target": "replica", "replica_id": replica, "follow": False, "tail": given["lines"]}
        sky.serve.tail_logs(given["service"], output_stream=written, **asked)
        lines += COLOURS.sub("", written.getvalue()).splitlines()[-given["lines"] :]
    return lines


def check(sky: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Read `task` as SkyPilot does, without asking a cloud."""
    task = _task(sky, given)
    sky.serve.serve_utils.validate_service_task(task, pool=False)
    return {"version": sky.__version__, "task": task.to_yaml_config(), "secrets": sorted(task.secrets)}


VERBS = {"status": status, "up": up, "update": update, "down": down, "logs": logs, "check": check}


def _sky() -> Any:
    import sky  # noqa: PLC0415 - so that its absence is an answer, too
    import sky.serve  # noqa: PLC0415

    return sky


def _task(sky: Any, given: dict[str, Any]) -> Any:
    return sky.Task.from_yaml_config(given["task"], secrets_overrides=sorted(given["secrets"].items()))


def _settled(sky: Any, request_id: str, wait_seconds: float) -> dict[str, Any]:
    """Wait a while for the request's end, and raise what it failed of. Launching a controller takes minutes."""
    give_up_at = time.monotonic() + wait_seconds
    while time.monotonic() < give_up_at:
        seen = sky.api_status([request_id])
        if seen and seen[0].status not in UNFINISHED:
            sky.get(request_id)
            return {"done": True}
        time.sleep(min(1.0, wait_seconds / 10))
    return {"done": False}


def _launches(sky: Any) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    requests = [one for one in sky.api_status(all_status=True, limit=REQUESTS_MAX) if one.name.endswith(LAUNCH)]
    for request in sorted(requests, key=lambda one: one.created_at, reverse=True):
        name = _service_of(request.request_body)
        if name and name not in found:
            failed = request.status == "FAILED"
            found[name] = {"status": request.status, "error": _failure(sky, request.request_id) if failed else ""}
    return {name: launch for name, launch in found.items() if launch["status"] != "SUCCEEDED"}


def _service_of(request_body: str) -> str:
    try:
        return str((json.loads(request_body) or {}).get("service_name") or "")
    except ValueError:
        return ""


def _failure(sky: Any, request_id: str) -> str:
    try:
        sky.get(request_id)
    except Exception as error:
        return f"{type(error).__name__}: {in_words(error)}"
    return ""


def _record(record: dict[str, Any]) -> dict[str, Any]:
    replicas = [{name: _plain(one.get(name)) for name in REPLICA_FIELDS} for one in record.get("replica_info") or []]
    return {name: _plain(record.get(name)) for name in SERVICE_FIELDS} | {"replica_info": replicas}


def _plain(value: Any) -> Any:
    """An enum's value, and what JSON has."""
    return getattr(value, "value", value)


if __name__ == "__main__":
    sys.exit(main())
