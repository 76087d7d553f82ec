"""Requests by route, method and status, how long they took, and the clients that wait."""

import time

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from api.front.visit import Visit, present_visit

BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNMATCHED = "unmatched"


class RequestMetrics:
    """The metrics that a process counts itself. No label has a value that a client can make up."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Counter(
            "swift_trainer_http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=registry,
        )
        self.seconds = Histogram(
            "swift_trainer_http_request_duration_seconds",
            "Time to an answer, without long polls; of a stream the time to its beginning.",
            ("method", "route"),
            buckets=BUCKETS,
            registry=registry,
        )
        self.clients = Gauge(
            "swift_trainer_live_clients",
            "Clients that hold a seat of SSE_MAX_CLIENTS now.",
            ("kind",),
            registry=registry,
            multiprocess_mode="livesum",
        )
        for kind in ("stream", "long_poll"):
            self.clients.labels(kind).set(0)

    def count_clients(self, kind: str, count: int) -> None:
        """Show how many clients of that kind there are now."""
        self.clients.labels(kind).set(count)

    def count_request(self, status: int, seconds: float | None) -> None:
        """Count the present request; without `seconds` only its number."""
        method = request.method if request.method in METHODS else "other"
        route = request.url_rule.rule if request.url_rule else UNMATCHED
        self.requests.labels(method, route, str(status)).inc()
        if seconds is not None:
            self.seconds.labels(method, route).observe(seconds)


def register_request_metrics(app: Flask, metrics: RequestMetrics) -> None:
    """Count every answer, refusals and errors too."""

    @app.before_request
    def begin() -> None:
        g.measured_from = (present_visit() or Visit()).began

    @app.after_request
    def finish(response: Response) -> Response:
        began = g.get("measured_from")
        seconds = None if began is None or g.get("waited") else time.monotonic() - began
        metrics.count_request(response.status_code, seconds)
        return response
