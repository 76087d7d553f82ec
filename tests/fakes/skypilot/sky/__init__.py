"""The part of SkyPilot 0.14's Python API that the service uses, over a JSON file in place of clouds.

FAKE_SKY names the file: {"services": {name: record}, "requests": [...], "calls": [...], "logs": {replica: text},
"refuses": message, "launch_fails": message, "launch_takes": "for ever"}.
"""

import os
import sys
from types import SimpleNamespace

from sky import exceptions, serve
from sky.file import changed, read

__version__ = "0.14.1"
__all__ = ["Task", "api_status", "exceptions", "get", "serve"]


class Task:
    """A service as its document says it; the values of its secrets come beside it."""

    def __init__(self, config, secrets):
        self.config, self.secrets = config, secrets

    @staticmethod
    def from_yaml_config(config, env_overrides=None, secrets_overrides=None):
        return Task(config, dict(secrets_overrides or []))


def get(request_id):
    """The result of a request, or what it failed of."""
    print("what SkyPilot tells people while they wait")
    if request_id == "status":
        return serve.records()
    request = next(one for one in read()["requests"] if one["request_id"] == request_id)
    if request["status"] == "FAILED":
        raise exceptions.ResourcesUnavailableError(f"\x1b[31m{request['error']}\x1b[0m")
    return None


def api_status(request_ids=None, all_status=False, limit=None):
    """The requests, newest first, as the server lists them."""
    requests = [SimpleNamespace(**one) for one in reversed(read()["requests"])]
    return [one for one in requests if request_ids is None or one.request_id in request_ids][:limit]


with changed() as state:
    state.setdefault("processes", []).append({"argv": sys.argv, "environment": sorted(os.environ)})
