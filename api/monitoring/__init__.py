"""Monitoring by Prometheus: what /metrics shows, which is the service as Redis knows it, and the requests that this API
answered; the gateway's own numbers are in deploy/gateway.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask
from prometheus_client import CollectorRegistry, disable_created_metrics, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from api.live import Live
from api.monitoring.collector import ServiceCollector
from api.monitoring.requests import RequestMetrics, register_request_metrics
from api.services.write_probe import WriteProbe
from common.settings import Settings
from common.store import Store

# Set by whoever starts several API processes: prometheus_client then sums them up through files in that folder.
MULTIPROCESS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_EXTENSION = "swift_trainer_metrics"


@dataclass(frozen=True, slots=True)
class Exposition:
    """The metrics of one app: of Redis, and of its own process (or, in multiprocess mode, of all)."""

    service: ServiceCollector
    process: CollectorRegistry

    def text(self) -> bytes:
        """All of them, read now."""
        registry = CollectorRegistry()
        registry.register(self.service)
        if os.environ.get(MULTIPROCESS_VARIABLE):
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # registers itself
        else:
            registry.register(_Part(self.process))
        return generate_latest(registry)


class _Part(Collector):
    """One registry as a part of another."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterable[Metric]:
        return self._registry.collect()


def register_metrics(app: Flask, settings: Settings, store: Store, live: Live, write_probe: WriteProbe) -> None:
    """Measure every request from now on."""
    # They double the samples and tell nothing.
    disable_created_metrics()  # type: ignore[no-untyped-call]
    process = CollectorRegistry()
    measured = RequestMetrics(process)
    register_request_metrics(app, measured)
    live.seats.on_change = measured.count_clients
    app.extensions[_EXTENSION] = Exposition(ServiceCollector(store, settings, write_probe), process)


def exposition(app: Flask) -> Exposition:
    """The metrics of the app."""
    found: Exposition = app.extensions[_EXTENSION]
    return found
