"""The gateway's own metrics for Prometheus. No label has a value that a client can make up."""

import math
from collections import Counter as Counts

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

from deploy.gateway.forwarding.exchange import Exchange
from deploy.gateway.forwarding.retries import Failure
from deploy.gateway.routes.route_table import RouteTable

PREFIX = "swift_trainer_gateway"
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
KEYS_MAX = 500
OTHER = "other"


class GatewayMetrics:
    """Requests, tokens and times of this process. `deployment` is empty for requests that reached none."""

    def __init__(self) -> None:
        # They double the samples and tell nothing.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        self._requests = self._counter("requests", "Requests answered.", "deployment", "outcome")
        self._tokens = self._counter("tokens", "Tokens, where answers tell them.", "deployment", "kind")
        self._key_requests = self._counter("key_requests", "Requests answered.", "key", "outcome")
        self._key_tokens = self._counter("key_tokens", "Tokens, where answers tell them.", "key", "kind")
        self._failed_tries = self._counter("failed_tries", "Replicas that gave no answer.", "failure")
        self._seconds = self._histogram("request_duration_seconds", "Time to the end of an answer.")
        self._first_byte = self._histogram("first_byte_seconds", "Time to the first byte of an answer.")
        self._replicas = self._gauge("replicas", "Healthy replicas.", "deployment")
        self._outstanding = self._gauge("outstanding_requests", "Requests under way.")
        self._routes_age = self._gauge("routes_age_seconds", "Age of what is known of the replicas.")
        self._keys: set[str] = set()
        self._deployments: set[str] = set()
        for failure in Failure:
            self._failed_tries.labels(failure.value)

    def begin(self) -> None:
        self._outstanding.inc()

    def end(self, exchange: Exchange) -> None:
        """Count a request that has ended."""
        self._outstanding.dec()
        deployment, key = exchange.deployment_id, self._bounded(exchange.caller_id)
        self._requests.labels(deployment, exchange.outcome).inc()
        self._key_requests.labels(key, exchange.outcome).inc()
        self._seconds.labels(deployment).observe(exchange.seconds())
        if exchange.first_byte_seconds is not None:
            self._first_byte.labels(deployment).observe(exchange.first_byte_seconds)
        for failure in exchange.failed_tries:
            self._failed_tries.labels(failure.value).inc()
        for kind, count in _tokens(exchange):
            self._tokens.labels(deployment, kind).inc(count)
            self._key_tokens.labels(key, kind).inc(count)

    def show(self, table: RouteTable) -> None:
        """Show the replicas of this table, and nothing any more of deployments that have left."""
        present = Counts(replica.deployment_id for replica in table.replicas)
        for deployment, count in present.items():
            self._replicas.labels(deployment).set(count)
        for gone in self._deployments - present.keys():
            for metric in (self._requests, self._tokens, self._seconds, self._first_byte, self._replicas):
                metric.remove_by_labels({"deployment": gone})
        self._deployments = set(present)

    def text(self, routes_age_seconds: float | None) -> bytes:
        """All of them, for Prometheus."""
        self._routes_age.set(math.nan if routes_age_seconds is None else routes_age_seconds)
        return generate_latest(self._registry)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"{PREFIX}_{name}", text, labels, registry=self._registry)

    def _histogram(self, name: str, text: str) -> Histogram:
        return Histogram(f"{PREFIX}_{name}", text, ("deployment",), buckets=SECONDS, registry=self._registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"{PREFIX}_{name}", text, labels, registry=self._registry)

    def _bounded(self, key_id: str) -> str:
        """The key's id, as long as there are not too many of them."""
        if key_id not in self._keys and len(self._keys) >= KEYS_MAX:
            return OTHER
        self._keys.add(key_id)
        return key_id


def _tokens(exchange: Exchange) -> list[tuple[str, int]]:
    if exchange.usage is None:
        return []
    return [("prompt", exchange.usage.prompt_tokens), ("completion", exchange.usage.completion_tokens)]
