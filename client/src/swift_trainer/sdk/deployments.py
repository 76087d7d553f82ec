"""The deployments of the service: models that are served."""

import re
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import quote
from uuid import uuid4

from swift_trainer.sdk.shapes import FINAL, Deployment, Json, NewDeployment, QueueItem
from swift_trainer.sdk.workloads import Workloads

# No id that a user may choose has a tilde.
_DEPLOYMENT_ID = re.compile(r".+~(deploy|k8s|cloud)-\d+(\.\d+)?")
QueueItems = list[QueueItem]  # inside Deployments, `list` is the method


def is_deployment_id(job_id: str) -> bool:
    """Whether that is a deployment's id, as the service makes them: `support-bot~deploy-3`."""
    return _DEPLOYMENT_ID.fullmatch(job_id) is not None


class Deployments(Workloads[Deployment]):
    """`SwiftTrainer.deployments`. `wait` and `watch` last until it answers, or has ended.

    `start` and `stop` are for all replicas of one, and one that has ended can be started again.
    """

    base_path = "/deploy/jobs"

    def create(self, body: Mapping[str, Any], idempotency_key: str | None = None) -> NewDeployment:
        """Have a model served. `api_key` in the answer is the key of its server, shown this once.

        Raises Invalid for wrong fields, Conflict when its job has no model or its port is taken.
        """
        headers = {"Idempotency-Key": idempotency_key or str(uuid4())}
        return cast("NewDeployment", self._post(self.base_path, body=dict(body), headers=headers))

    def status(self, job_id: str) -> Json:
        return cast("Json", self._transport.request("GET", self._path(job_id, "status")))

    def queue(self) -> QueueItems:
        """The deployments that wait, each with its position among all that waits."""
        return cast("QueueItems", self._transport.request("GET", "/deploy/queue")["queue_items"])

    def enqueue(self, job_id: str, *, port: int | None = None, priority: int | None = None) -> Json:
        """Let one that is held or has ended wait for its place; of one that waits, change its port or priority."""
        path = f"/deploy/queue/{quote(job_id, safe='')}/add"
        return cast("Json", self._post(path, query={"port": port, "priority": priority}))

    def hold(self, job_id: str) -> Json:
        """Take one that waits out of the queue; `start` puts it back. Raises NotFound when it does not wait."""
        return cast("Json", self._transport.request("DELETE", f"/deploy/queue/{quote(job_id, safe='')}"))

    def _is_settled(self, view: Deployment) -> bool:
        """One that answers and was told to stop is not: it will end, or start again."""
        answers = view.get("status") == "running" and view.get("healthy") is not False
        return view.get("status") in FINAL or (answers and not view.get("cancel_requested_at"))
