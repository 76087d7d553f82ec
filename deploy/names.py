"""One name, one model: a deployment's own name and those of its adapters are told apart by nothing else."""

from collections.abc import Collection

from common.errors import StateConflict
from common.jobs import Job
from common.models import Model
from common.store import Store


def refuse_taken_names(store: Store, name: str, adapters: Collection[str]) -> None:
    """A name that another model answers to, or will, cannot be had, be it as a model or as an adapter.

    Two that are asked for in the same moment may both be had: then a router prefers the model to the adapter.
    Raises StateConflict.
    """
    others = [model for model in store.deployments.models() if model.name != name]
    taken = {model.name for model in others}.intersection(adapters)
    if taken:
        adapter = min(taken)
        raise StateConflict(f"there is a model '{adapter}' already; give the adapter another name", model=adapter)
    for job in (job for model in others for job in _serving(store, model)):
        theirs = job.spec.deploy.adapters if job.spec.deploy else {}
        if name in theirs:
            text = f"{job.id} has an adapter '{name}'; choose another name, or delete that deployment"
            raise StateConflict(text, job_id=job.id, model=name)
        for adapter in adapters:
            if adapter in theirs:
                text = f"{job.id} has an adapter '{adapter}', too; give this one another name"
                raise StateConflict(text, job_id=job.id, model=adapter)


def _serving(store: Store, model: Model) -> list[Job]:
    """Its deployments but for those that have ended and that no version has a use for."""
    return [
        job
        for job in store.jobs.get_many(store.deployments.ids_of(model.name))
        if job.spec.deploy and (not job.is_final or job.spec.deploy.version in {model.active, model.wanted})
    ]
