"""Deployments as metrics: whether each answers, and how often its server was started again."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from common.job_specs import JobKind
from common.states import PLACED, JobState
from common.store import Store

_MAX = 1000


def deployment_metrics(store: Store) -> Iterator[Metric]:
    """Of those that hold their place."""
    labels = ("deployment", "model", "version", "node")
    healthy = GaugeMetricFamily("swift_trainer_deployment_healthy", "Whether it answers.", labels=labels)
    restarts = GaugeMetricFamily(
        "swift_trainer_deployment_restarts", "Restarts since its server last answered for long.", labels=labels
    )
    for state in (state for state in JobState if state in PLACED):
        for job in store.listings.page(0, _MAX, state, JobKind.DEPLOY)[0]:
            serving = job.spec.serving
            values = [job.id, serving.name, serving.version, job.node]
            answers = job.state is JobState.RUNNING and job.served.unhealthy_since is None
            healthy.add_metric(values, int(answers))
            restarts.add_metric(values, job.served.restarts)
    yield healthy
    yield restarts
