"""The client, `SwiftTrainer`: one object per service, its nouns as attributes."""

from typing import Self, cast

import httpx2

from swift_trainer.sdk.audit import Audit
from swift_trainer.sdk.credentials import API_PREFIX, find_credentials
from swift_trainer.sdk.datasets import Datasets
from swift_trainer.sdk.deployments import Deployments, is_deployment_id
from swift_trainer.sdk.gpus import Gpus
from swift_trainer.sdk.jobs import Jobs
from swift_trainer.sdk.keys import Keys
from swift_trainer.sdk.models import Models
from swift_trainer.sdk.nodes import Nodes
from swift_trainer.sdk.problem import error_from, read_problem
from swift_trainer.sdk.queue import Queue
from swift_trainer.sdk.retention import Retention
from swift_trainer.sdk.retry import RetryPolicy
from swift_trainer.sdk.shapes import Json, Lineage
from swift_trainer.sdk.transport import Clock, Transport

TIMEOUT_SECONDS = 30.0


class SwiftTrainer:
    """A Swift Trainer service: `jobs`, `deployments`, `models`, `queue`, `gpus`, `nodes`, `datasets`, `keys`, `audit`,
    `retention`.

    Without arguments it takes SWIFT_TRAINER_URL and SWIFT_TRAINER_API_KEY, then what `swt up` wrote for this user.
    `timeout` is in seconds, per request. Use it in a `with` statement, or call `close`.
    """

    def __init__(
        self,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout: float = TIMEOUT_SECONDS,
        *,
        retries: RetryPolicy | None = None,
        clock: Clock | None = None,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        credentials = find_credentials(base_url, api_key)
        self.clock = clock or Clock()
        self._transport = Transport(credentials, timeout, retries or RetryPolicy(), self.clock, transport)
        self.url = credentials.url
        self.jobs = Jobs(self._transport)
        self.deployments = Deployments(self._transport)
        self.models = Models(self._transport)
        self.queue = Queue(self._transport)
        self.gpus = Gpus(self._transport)
        self.nodes = Nodes(self._transport)
        self.datasets = Datasets(self._transport)
        self.keys = Keys(self._transport)
        self.audit = Audit(self._transport)
        self.retention = Retention(self._transport)

    def __repr__(self) -> str:
        return f"SwiftTrainer({self.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def health(self) -> Json:
        """How the service and its parts are. A service that is up but not healthy answers too: read `status`."""
        response = self._transport.send("GET", f"{API_PREFIX}/training/health", patient=False)
        health = read_problem(response.content)
        if response.is_success or "services" in health:
            return health
        raise error_from(response.status_code, response.headers, response.content)

    def doctor(self) -> Json:
        """What is wrong with the service, the worst first, and whether it is `healthy`. Needs scope admin."""
        return cast("Json", self._transport.request("GET", "/doctor"))

    def usage(self) -> Json:
        """What the gateway was asked, by key and by model: of all keys for scope admin, of one's own for others."""
        return cast("Json", self._transport.request("GET", "/usage"))

    def lineage(self, job_id: str) -> Lineage:
        """What a training, an export or a deployment came from and what became of it. Raises NotFound."""
        return (self.deployments if is_deployment_id(job_id) else self.jobs).lineage(job_id)
