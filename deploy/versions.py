"""The versions of a model name: which answers, which is on its way, and how to go back (rollback)."""

from collections.abc import Sequence
from dataclasses import dataclass

from common.errors import ModelNotFound, StateConflict
from common.jobs import Job
from common.models import Model
from common.reasons import Reason
from common.store import Store
from deploy.steering import start_deployment


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a model with its deployments, oldest first."""

    name: str
    deployments: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class RolledBack:
    """`took_over` when the version answers already; otherwise it takes over as soon as it does."""

    model: Model
    version: str
    took_over: bool
    begun: tuple[Job, ...]


def get_model(store: Store, name: str) -> Model:
    """Raises ModelNotFound."""
    model = store.models.get(name)
    if model is None:
        raise ModelNotFound(f"nothing was deployed under the name '{name}'", model=name)
    return model


def versions_of(store: Store, name: str) -> list[Version]:
    """All versions that have a deployment, in the order of their first one."""
    found: dict[str, list[Job]] = {}
    for job in store.jobs.get_many(store.models.ids_of(name)):
        found.setdefault(job.spec.serving.version, []).append(job)
    return [Version(version, tuple(jobs)) for version, jobs in found.items()]


def roll_back(store: Store, name: str, version: str, actor: str) -> RolledBack:
    """Let an earlier version answer again: the one before, unless it is named. The present one stays until it does.

    Raises ModelNotFound, and StateConflict when there is no such version.
    """
    model = get_model(store, name)
    target = version or version_before(model)
    known = _deployments(versions_of(store, name), target)
    if not known:
        raise StateConflict(_nothing_to_go_to(model, version), model=name)
    # Wanted first: what is wanted is not superseded any more, so what is read now stays as it is.
    store.models.want(name, target, [])
    jobs = store.jobs.get_many(job.id for job in known)
    begun = [started for job in _to_start(jobs) for started in start_deployment(store, job, actor)]
    took_over = store.models.want(name, target, [job.id for job in jobs])
    return RolledBack(get_model(store, name), target, took_over, tuple(begun))


def version_before(model: Model) -> str:
    """Where a roll back leads that names no version: back from one that never answered, else to the previous one.

    Said twice, it leads to the same version until that one answers.
    """
    is_under_way = model.wanted not in {model.active, model.previous}
    return model.active if is_under_way and model.active else model.previous


def _deployments(versions: Sequence[Version], name: str) -> tuple[Job, ...]:
    return next((version.deployments for version in versions if version.name == name), ())


def _to_start(jobs: Sequence[Job]) -> list[Job]:
    """What another version superseded; without that the newest: older ones were ended for reasons of their own."""
    first = [job for job in jobs if job.spec.serving.replica == 1]
    superseded = [job for job in first if Reason.SUPERSEDED in {job.reason, job.cancel_reason}]
    return superseded or first[-1:]


def _nothing_to_go_to(model: Model, asked: str) -> str:
    if asked:
        return f"model {model.name} has no version '{asked}'"
    if model.previous:
        return f"the deployments of {model.name} {model.previous}, the version before, were deleted"
    return f"model {model.name} never had another version"
