"""Which nodes are left for a job that some have refused before anything was started."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from common.nodes import Node
from common.refusals import Refusal
from scheduler.plan.fit import suits
from scheduler.plan.wording import unready
from scheduler.plan.workloads import Demand, NodeView


@dataclass(frozen=True, slots=True)
class Left:
    """Nodes that suit a job and have not refused it: by name those that are there, and those that are expected back; in
    words those that are not.
    """

    there: tuple[str, ...]
    awaited: tuple[str, ...]
    absent: tuple[str, ...]


def standing(refusals: Iterable[Refusal], nodes: Mapping[str, Node]) -> frozenset[str]:
    """The nodes that are not asked again: those whose worker is still the one that refused."""
    return frozenset(refusal.node for refusal in refusals if _stands(refusal, nodes.get(refusal.node)))


def nodes_left(demand: Demand, refused: Collection[str], views: Iterable[NodeView]) -> Left:
    """Ready or not, one that is there may take it, and one that is drained or silent for some hours when it is back."""
    others = [view for view in views if view.name not in refused and could_hold(demand, view)]
    return Left(
        there=tuple(view.name for view in others if view.present),
        awaited=tuple(view.name for view in others if not view.present and view.awaited),
        absent=tuple(unready(view) for view in others if not view.present and not view.awaited),
    )


def could_hold(demand: Demand, view: NodeView) -> bool:
    """Whether the node is as the demand asks, and large enough."""
    if demand.node_names and view.name not in demand.node_names:
        return False
    if any(view.labels.get(key) != value for key, value in demand.labels):
        return False
    return sum(suits(demand, gpu.model, gpu.memory_total_mib) for gpu in view.gpus) >= demand.gpus


def _stands(refusal: Refusal, node: Node | None) -> bool:
    return node is not None and (node.instance, node.session) == (refusal.instance, refusal.session)
