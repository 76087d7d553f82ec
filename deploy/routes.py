"""Which servers answer for which model name now, read from the records, and what a router needs to know of each."""

from dataclasses import dataclass
from functools import lru_cache

import structlog

from common.jobs import Job
from common.models import Model
from common.secret import Secret
from common.settings import Settings
from common.states import JobState
from common.store import Store
from deploy.sealing import SealBroken, unseal

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Replica:
    """One healthy server. `models` are the names it answers to: its own, then those of its adapters.

    `base_url` ends before `/v1`. `owned_by` is what `/v1/models` tells clients of it.
    """

    deployment_id: str
    models: tuple[str, ...]
    version: str
    base_url: str
    api_key: Secret
    created_at_s: int = 0
    owned_by: str = "swift-trainer"


def read_replicas(store: Store, settings: Settings) -> list[Replica]:
    """The healthy servers of every model's active version."""
    return [
        replica
        for model in store.models.all()
        for job in store.jobs.get_many(store.models.ids_of(model.name))
        if _answers(job, model) and (replica := _replica(job, settings)) is not None
    ]


def read_known_models(store: Store) -> set[str]:
    """All names that somebody deployed and that may answer again, adapters' names included."""
    names: set[str] = set()
    for model in store.models.all():
        names.add(model.name)
        for job in store.jobs.get_many(store.models.ids_of(model.name)):
            if job.spec.serving.version in {model.active, model.wanted}:
                names.update(job.spec.serving.adapters)
    return names


def _answers(job: Job, model: Model) -> bool:
    return bool(
        job.spec.serving.version == model.active
        and job.state is JobState.RUNNING
        and job.served.endpoint
        and job.served.unhealthy_since is None
        and job.cancel_requested_at is None
    )


def _replica(job: Job, settings: Settings) -> Replica | None:
    serving = job.spec.serving
    try:
        api_key = unseal(settings, serving.sealed_api_key)
    except SealBroken as broken:
        _say_unreachable(job.id, str(broken))
        return None
    return Replica(
        deployment_id=job.id,
        models=(serving.name, *serving.adapters),
        version=serving.version,
        base_url=job.served.endpoint.removesuffix("/v1"),
        api_key=api_key,
        created_at_s=int(job.created_at.timestamp()),
    )


@lru_cache(maxsize=1000)
def _say_unreachable(job_id: str, error: str) -> None:
    """Once for each: routes are read twice a second."""
    log.error("deployment_unreachable", job_id=job_id, error=error)
