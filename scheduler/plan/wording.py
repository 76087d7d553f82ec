"""The words of an explanation, and the count of the GPUs that a demand may use, by what stands in the way."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from common.swift.packages import Alternatives
from scheduler.plan.fit import MIB_PER_GIB
from scheduler.plan.nodes import Candidates, NodeSpace
from scheduler.plan.workloads import ANY_PORT, NO_PORT, Demand, NodeView

MAX_NAMES = 3


@dataclass(frozen=True, slots=True)
class Tally:
    """GPUs on nodes that accept work."""

    total: int
    free: int
    kept: int
    leased: int
    strangers: int
    unhealthy: int


def needs(demand: Demand) -> str:
    """Needs 2 GPUs of model A100 with at least 40 GiB on gpu-1; or Waits for gpu-1, which has its finished training."""
    if demand.has_result:
        return f"Waits for {names(sorted(demand.node_names))}, which has its finished training"
    gpus = some(demand.gpus, "GPU")
    if demand.share_mib:
        gpus = f"{demand.share_mib / MIB_PER_GIB:.3g} GiB of a GPU"
    wanted = gpus if demand.nodes == 1 else f"{some(demand.nodes, 'node')} with {gpus} each"
    return f"Needs {wanted}{''.join(_conditions(demand))}"


def _conditions(demand: Demand) -> Iterable[str]:
    if demand.gpu_model:
        yield f" of model {demand.gpu_model}"
    if demand.min_memory_mib and not demand.share_mib:
        yield f" with at least {demand.min_memory_mib / MIB_PER_GIB:g} GiB"
    if demand.node_names:
        yield f" on {names(sorted(demand.node_names), ' or ')}"
    if demand.port == ANY_PORT:
        yield " and a port"
    elif demand.port != NO_PORT:
        yield f" and port {demand.port}"
    if demand.packages:
        yield f" on nodes with {names(sorted(each[0] for each in demand.packages))}"
    if demand.labels:
        yield f" on nodes labelled {names([f'{key}={value}' for key, value in demand.labels])}"


def counts(tally: Tally, keeps_for: str) -> str:
    """1 of 4 is free, 2 are leased, 1 is used by processes outside this service."""
    parts = [f"{tally.free} of {tally.total} {_is(tally.free)} free"]
    columns = (
        (tally.kept, f"kept for {keeps_for}"),
        (tally.leased, "leased"),
        (tally.strangers, "used by processes outside this service"),
        (tally.unhealthy, "unhealthy"),
    )
    return ", ".join(parts + [f"{count} {_is(count)} {what}" for count, what in columns if count])


def unheard(nodes: Iterable[str]) -> str:
    """Why nothing is placed for a moment after Redis was started."""
    return f"Redis was started anew: nothing is placed before {names(sorted(nodes))} spoke, or was silent for too long."


def left_of_shared(mib: int) -> str:
    return f"; of a shared one at most {mib / MIB_PER_GIB:.3g} GiB are left"


def port_busy(port: int, spaces: Collection[NodeSpace]) -> str:
    """Who has the port; or which ports there are, when any would do."""
    if port == ANY_PORT:
        ranges = sorted({f"{space.view.ports[0]}-{space.view.ports[1]}" for space in spaces})
        return f"all ports of the nodes that could run it ({names(ranges)}) are leased"
    holders = sorted({space.ports_taken[port] for space in spaces if port in space.ports_taken})
    return f"port {port} is leased by {names(holders)} where it could run; it comes free when that one ends"


def no_node_with(packages: Iterable[Alternatives]) -> str:
    """What nobody has, and how to have it."""
    wanted = sorted(each[0] for each in packages)
    return (
        f"no node has the package {names(wanted)}: run `pip install {' '.join(wanted)}` in the environment of a node's "
        "ms-swift, and it starts within a minute"
    )


def unready(view: NodeView) -> str:
    """gpu-1 (drained by ann: new disk)"""
    return f"{view.name} ({'; '.join(view.why_not)})" if view.why_not else view.name


def instead(models: Iterable[str]) -> str:
    """What GPUs there are, when none is as wanted."""
    known = sorted(model for model in models if model)
    return f"; the nodes have {names(known)}" if known else ""


def until(moment_at: datetime | None) -> str:
    return f", until about {moment(moment_at)}" if moment_at else ""


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def names(all_names: list[str], joint: str = ", ") -> str:
    """The first few names, and how many more."""
    shown, rest = all_names[:MAX_NAMES], len(all_names) - MAX_NAMES
    return joint.join(shown) + (f" and {rest} more" if rest > 0 else "")


def some(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def has(count: int) -> str:
    return "has" if count == 1 else "have"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def tally(candidates: Candidates) -> Tally:
    """Every suitable GPU of every accepting node is counted in exactly one column."""
    total = free = kept = strangers = usable = 0
    for space in candidates.spaces.values():
        if not space.view.accepting:
            continue
        total += candidates.size(space)
        suited = candidates.usable(space)
        usable += len(suited)
        free += sum(gpu.uuid in space.free for gpu in suited)
        kept += sum(gpu.uuid in space.kept for gpu in suited)
        strangers += sum(gpu.uuid in space.strangers for gpu in suited)
    return Tally(total, free, kept, usable - free - kept - strangers, strangers, total - usable)
