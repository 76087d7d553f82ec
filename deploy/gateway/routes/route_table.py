"""The route table: which replicas answer for which model name, as one look at the store saw it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from deploy.routes import Replica

_NEAREST_MAX = 3
_COMPARED_MAX = 1000


@dataclass(frozen=True, slots=True)
class RouteTable:
    """Healthy replicas, and every model name that exists: a known name without a replica is on its way, or ill."""

    replicas: tuple[Replica, ...] = ()
    known_models: frozenset[str] = frozenset()
    _by_model: dict[str, tuple[Replica, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index: dict[str, list[Replica]] = {}
        for replica in self.replicas:
            for model in dict.fromkeys(replica.models):
                index.setdefault(model, []).append(replica)
        object.__setattr__(self, "_by_model", {model: _of_one(model, found) for model, found in index.items()})

    @property
    def served_models(self) -> Collection[str]:
        """Names that a replica answers to now."""
        return self._by_model.keys()

    def replicas_of(self, model: str) -> tuple[Replica, ...]:
        return self._by_model.get(model, ())

    def knows(self, model: str) -> bool:
        return model in self._by_model or model in self.known_models

    def nearest(self, model: str) -> list[str]:
        """Names that somebody who wrote `model` may have meant, best first."""
        names = sorted({*self._by_model, *self.known_models})[:_COMPARED_MAX]
        folded = {name.casefold(): name for name in names}
        return [folded[near] for near in get_close_matches(model.casefold(), folded, _NEAREST_MAX)]


def _of_one(model: str, found: Sequence[Replica]) -> tuple[Replica, ...]:
    """Those of one deployed model, should several have the name: the one that has it itself, or else the oldest."""
    owner = min(found, key=lambda replica: (replica.models[0] != model, replica.created_at_s, replica.models[0]))
    return tuple(replica for replica in found if replica.models[0] == owner.models[0])


def make_table(replicas: Iterable[Replica], known_models: Iterable[str]) -> RouteTable:
    """A table of what was read."""
    return RouteTable(tuple(replicas), frozenset(known_models))
