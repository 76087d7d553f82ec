"""The collector of metrics: the service as Redis knows it, read when Prometheus asks; the same numbers from every API
process.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

import structlog
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from api.monitoring.deployments import deployment_metrics
from api.monitoring.nodes import gpu_metrics, node_metrics
from api.services.write_probe import WriteLook, WriteProbe
from common.clock import to_ms
from common.errors import ServiceError
from common.job_specs import JobKind
from common.settings import Settings
from common.states import DEPLOYMENT_STATES, JOB_STATES
from common.store import Store

log = structlog.get_logger()


class ServiceCollector(Collector):
    """All that does not belong to one process. Without Redis it says only that Redis is away."""

    def __init__(self, store: Store, settings: Settings, write_probe: WriteProbe) -> None:
        self._store = store
        self._settings = settings
        self._write_probe = write_probe

    def collect(self) -> Iterable[Metric]:
        up = GaugeMetricFamily("swift_trainer_redis_up", "Whether Redis answers.")
        try:
            found = list(self._read())
        except ServiceError as exc:
            log.warning("metrics_without_redis", error=exc.message)
            found = []
        up.add_metric([], 1 if found else 0)
        look = self._look() if found else None
        writable = GaugeMetricFamily("swift_trainer_redis_writable", "Whether Redis takes writes.")
        writable.add_metric([], 1 if look else 0)
        return [up, writable, *(_strain(look) if look else []), *found]

    def describe(self) -> Iterable[Metric]:
        return []

    def _look(self) -> WriteLook | None:
        try:
            return self._write_probe.look()
        except ServiceError as exc:
            log.warning("redis_refuses_writes", error=exc.message)
            return None

    def _read(self) -> Iterator[Metric]:
        now = self._store.now()
        nodes, ttl = self._store.nodes.all(), self._settings.node_ttl_seconds
        yield self._jobs()
        yield self._stalled()
        yield from self._deleted(now)
        yield from self._queue(now)
        yield from node_metrics(nodes, now, ttl)
        serving = set(self._store.listings.all_ids(JobKind.DEPLOY))
        yield from gpu_metrics(nodes, self._store.nodes.leases(), serving, now, ttl)
        yield from self._scheduler()
        yield from deployment_metrics(self._store)
        yield from self._retention()

    def _jobs(self) -> Metric:
        family = GaugeMetricFamily("swift_trainer_jobs", "Jobs that are kept, by state.", labels=("kind", "state"))
        for kind in JobKind:
            for state in DEPLOYMENT_STATES if kind is JobKind.DEPLOY else JOB_STATES:
                family.add_metric([kind, state], self._store.listings.count(state, kind))
        return family

    def _stalled(self) -> Metric:
        placed = self._store.jobs.placed()
        stalled = sum(job.stalled_since is not None and job.deleted_at is None for job in placed)
        return GaugeMetricFamily("swift_trainer_stalled_jobs", "Trainings that make no step any more.", stalled)

    def _deleted(self, now: datetime) -> Iterator[Metric]:
        wishes = [job.deleted_at for job in self._store.jobs.deleting() if job.deleted_at is not None]
        yield GaugeMetricFamily(
            "swift_trainer_deleted_jobs", "Jobs that were deleted and are not proved dead.", len(wishes)
        )
        yield GaugeMetricFamily(
            "swift_trainer_deleted_oldest_seconds",
            "How long ago the first of them was deleted; 0 when there is none.",
            max(0.0, (now - min(wishes)).total_seconds()) if wishes else 0.0,
        )

    def _queue(self, now: datetime) -> Iterator[Metric]:
        length = GaugeMetricFamily("swift_trainer_queue_jobs", "Jobs that wait for GPUs.", labels=("priority",))
        oldest = GaugeMetricFamily(
            "swift_trainer_queue_oldest_wait_seconds",
            "How long the first in line of that priority has waited; 0 when nobody waits.",
            labels=("priority",),
        )
        for row in self._store.queue.by_priority():
            waited = 0.0 if row.since_ms is None else max(0, to_ms(now) - row.since_ms) / 1000
            length.add_metric([str(row.priority)], row.count)
            oldest.add_metric([str(row.priority)], waited)
        yield length
        yield oldest

    def _retention(self) -> Iterator[Metric]:
        gone = CounterMetricFamily(
            "swift_trainer_retention_forgotten", "What was forgotten for being old, by kind.", labels=("kind",)
        )
        for kind, count in sorted(self._store.retention.totals().items()):
            gone.add_metric([kind], count)
        yield gone
        if looked_ms := self._store.retention.looked_at_ms():
            yield GaugeMetricFamily(
                "swift_trainer_duties_last_look_timestamp_seconds",
                "When a duties process looked last.",
                looked_ms / 1000,
            )

    def _scheduler(self) -> Iterator[Metric]:
        totals, last = self._store.passes.totals(), self._store.passes.last()
        yield SummaryMetricFamily(
            "swift_trainer_scheduler_pass_duration_seconds",
            "Scheduling passes and the time they took, of all schedulers.",
            count_value=totals.passes,
            sum_value=totals.milliseconds / 1000,
        )
        yield CounterMetricFamily("swift_trainer_scheduler_placed_jobs", "Placements that were made.", totals.started)
        paused = self._store.passes.is_paused()
        yield GaugeMetricFamily("swift_trainer_scheduler_paused", "Whether placing is paused.", int(paused))
        if last is None:
            return
        yield GaugeMetricFamily(
            "swift_trainer_scheduler_last_pass_duration_seconds", "Time of the last pass.", last.milliseconds / 1000
        )
        yield GaugeMetricFamily(
            "swift_trainer_scheduler_last_pass_timestamp_seconds",
            "When the last pass ended.",
            last.ended_at.timestamp(),
        )
        yield GaugeMetricFamily(
            "swift_trainer_scheduler_blocked_jobs", "Jobs that the last pass could not place.", last.blocked
        )


def _strain(look: WriteLook) -> Iterator[Metric]:
    for name, text, value in (
        ("write_seconds", "How long the newest write took.", look.seconds),
        ("memory_used_ratio", "Memory in use, of maxmemory; 0 without such a bound.", look.strain.memory_ratio),
        ("replica_lag_seconds", "Silence of the replica that is silent for longest.", look.strain.lag_seconds),
    ):
        gauge = GaugeMetricFamily(f"swift_trainer_redis_{name}", text)
        gauge.add_metric([], value)
        yield gauge
