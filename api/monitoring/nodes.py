"""Nodes and their GPUs as metrics."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from common.leases import holdings
from common.nodes import NODE_STATES, Gpu, Node

_MIB = 1024 * 1024


def node_metrics(nodes: Sequence[Node], now: datetime, ttl_seconds: float) -> Iterator[Metric]:
    """Of every node that ever registered."""
    values: list[tuple[str, str, Callable[[Node], float]]] = [
        (
            "heartbeat_age_seconds",
            "Age of the worker's last heartbeat.",
            lambda node: max(0.0, node.silent_seconds(now)),
        ),
        ("ready", "Whether the node takes jobs.", lambda node: float(node.takes_work(now, ttl_seconds))),
        ("cpu_usage_ratio", "CPU in use, 0 to 1.", lambda node: node.cpu_percent / 100),
        ("memory_total_bytes", "Memory of the node.", lambda node: node.memory_total_bytes),
        ("memory_used_bytes", "Memory in use.", lambda node: node.memory_used_bytes),
        ("disk_total_bytes", "Disk of its DATA_DIR.", lambda node: node.disk_total_bytes),
        ("disk_free_bytes", "What its worker may still write there.", lambda node: node.disk_free_bytes),
    ]
    for name, text, value in values:
        family = GaugeMetricFamily(f"swift_trainer_node_{name}", text, labels=("node",))
        for node in nodes:
            family.add_metric([node.name], value(node))
        yield family
    yield _states(nodes, now, ttl_seconds)


def _states(nodes: Sequence[Node], now: datetime, ttl_seconds: float) -> Metric:
    family = GaugeMetricFamily(
        "swift_trainer_node_state", "1 for the state that the node is in, 0 for the others.", labels=("node", "state")
    )
    for node in nodes:
        for state in NODE_STATES:
            family.add_metric([node.name, state], float(node.state_at(now, ttl_seconds) == state))
    return family


def gpu_metrics(
    nodes: Sequence[Node],
    leases: Mapping[tuple[str, str], str],
    serving_ids: Collection[str],
    now: datetime,
    ttl_seconds: float,
) -> Iterator[Metric]:
    """Of every GPU; `serving_ids` are the deployments.

    What a node that is away measured last says nothing: of its GPUs only leases are shown.
    """
    info = GaugeMetricFamily(
        "swift_trainer_gpu_info", "What the GPU is; always 1.", labels=("node", "uuid", "index", "model", "kind")
    )
    leased = GaugeMetricFamily(
        "swift_trainer_gpu_leased", "Whether a job or a deployment holds it.", labels=("node", "uuid")
    )
    serving = GaugeMetricFamily("swift_trainer_gpu_serving", "Whether a deployment does.", labels=("node", "uuid"))
    for node in nodes:
        for gpu in node.gpus:
            info.add_metric([node.name, gpu.uuid, str(gpu.index), gpu.name, gpu.kind], 1)
            held = holdings(leases.get((node.name, gpu.uuid), ""))
            leased.add_metric([node.name, gpu.uuid], bool(held))
            serving.add_metric([node.name, gpu.uuid], any(each.job_id in serving_ids for each in held))
    yield info
    yield leased
    yield serving
    yield from _measured([node for node in nodes if node.is_alive(now, ttl_seconds)])


def _measured(nodes: Sequence[Node]) -> Iterator[Metric]:
    values: list[tuple[str, str, Callable[[Gpu], float | None]]] = [
        ("utilization_ratio", "Share of time with a kernel running, 0 to 1.", _utilization),
        ("memory_total_bytes", "Memory of the GPU.", lambda gpu: gpu.memory_total_mib * _MIB),
        ("memory_used_bytes", "Memory in use.", lambda gpu: gpu.memory_used_mib * _MIB),
        ("temperature_celsius", "Temperature.", lambda gpu: gpu.temperature_celsius),
        ("healthy", "Whether its driver answers.", lambda gpu: float(gpu.healthy)),
        ("foreign_processes", "Processes on it that are not of this service.", lambda gpu: len(gpu.foreign_processes)),
    ]
    for name, text, value in values:
        family = GaugeMetricFamily(f"swift_trainer_gpu_{name}", text, labels=("node", "uuid"))
        for node in nodes:
            for gpu in node.gpus:
                measured = value(gpu)
                if measured is not None:
                    family.add_metric([node.name, gpu.uuid], measured)
        yield family


def _utilization(gpu: Gpu) -> float | None:
    return None if gpu.utilization_percent is None else gpu.utilization_percent / 100
