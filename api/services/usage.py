"""Usage: what went through the gateway, by API key and by model."""

from collections.abc import Iterable
from dataclasses import dataclass

from api.services import Services
from common.access.api_keys import Scope
from common.access.principals import BOOTSTRAP, LOCAL, Principal
from common.store.traffic import Traffic, Use
from deploy.steering import get_deployment


@dataclass(frozen=True, slots=True)
class DeploymentUsage:
    """What one deployment was asked."""

    job_id: str
    traffic: Traffic


@dataclass(frozen=True, slots=True)
class ModelUsage:
    """What one model was asked."""

    model: str
    traffic: Traffic


@dataclass(frozen=True, slots=True)
class KeyUsage:
    """What one key asked: in all, and of each model. `name` is empty when the key is not kept any more."""

    key_id: str
    name: str
    traffic: Traffic
    models: tuple[ModelUsage, ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """Busiest first."""

    keys: tuple[KeyUsage, ...]
    models: tuple[ModelUsage, ...]


def usage_of(services: Services, job_id: str) -> DeploymentUsage:
    """Of one deployment. Raises JobNotFound."""
    get_deployment(services.store, job_id)
    return DeploymentUsage(job_id, services.store.traffic.of_deployments([job_id])[job_id])


def usage_seen_by(services: Services, reader: Principal) -> Usage:
    """Of all keys for scope admin, of the reader's own for others."""
    traffic, names = services.store.traffic, {reader.id: reader.name}
    uses = traffic.uses()
    if reader.scope.allows(Scope.ADMIN):
        names |= {key_id: "" for key_id, _ in uses}
        names |= {key.id: key.name for key in services.store.api_keys.all()}
        names |= {caller.id: caller.name for caller in (LOCAL, BOOTSTRAP)}
    counted = traffic.of_uses([use for use in uses if use[0] in names])
    keys = [
        KeyUsage(key_id, names[key_id], of_key, _by_model(counted, {key_id}))
        for key_id, of_key in traffic.of_keys(names).items()
        if of_key.requests
    ]
    busiest = sorted(keys, key=lambda each: (-each.traffic.requests, each.name, each.key_id))
    return Usage(tuple(busiest), _by_model(counted, names))


def _by_model(counted: dict[Use, Traffic], key_ids: Iterable[str]) -> tuple[ModelUsage, ...]:
    found: dict[str, Traffic] = {}
    wanted = set(key_ids)
    for (key_id, model), traffic in counted.items():
        if key_id in wanted and traffic.requests:
            found[model] = found.get(model, Traffic()) + traffic
    usages = (ModelUsage(model, traffic) for model, traffic in found.items())
    return tuple(sorted(usages, key=lambda each: (-each.traffic.requests, each.model)))
