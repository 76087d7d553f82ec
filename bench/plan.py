"""Times one pass at the design's size (100,000 waiting x 1,000 nodes x 8 GPUs, under a second) beside a naive planner.

Run with `python -m bench.plan`. The naive planner looks at every node for every workload; it runs on a slice of the
queue and its time is scaled up. Both place the same queue, without reservations in the naive one: it does less.
Exit code 1 when a pass at full size takes longer than the limit in every round.
"""

import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from scheduler.plan.fit import closest, is_strangers, suits
from scheduler.plan.planner import plan, rank
from scheduler.plan.workloads import GpuView, NodeView, PlannerLimits, Running, Workload

WAITING, NODES, GPUS_PER_NODE = 100_000, 1_000, 8
NAIVE_WAITING = 500
# Each workload wants one of these, and every node has used them all.
MODELS = 20
MARKS = frozenset(f"model-{number}" for number in range(MODELS))
LIMIT_SECONDS = 1.0
ROUNDS = 5
NOW = datetime(2025, 1, 1, tzinfo=UTC)
LIMITS = PlannerLimits()


def main() -> int:
    queue = make_queue(WAITING)
    print(f"{WAITING:,} waiting x {NODES:,} nodes x {GPUS_PER_NODE} GPUs; best of {ROUNDS}, all rounds in brackets")
    print(f"{'GPUs leased':>12} {'placed':>7} {'plan':>8} {'naive, scaled':>14} {'ratio':>8}")
    slowest = 0.0
    for leased_share in (0.0, 0.5, 0.9, 1.0):
        nodes, running = make_fleet(leased_share)
        decision = plan(queue, nodes, running, NOW, LIMITS)
        rounds = [seconds(lambda: plan(queue, nodes, running, NOW, LIMITS)) for _ in range(ROUNDS)]  # noqa: B023 (called at once)
        naive = seconds(lambda: plan_naively(queue[:NAIVE_WAITING], nodes)) * WAITING / NAIVE_WAITING  # noqa: B023 (called at once)
        best = min(rounds)
        slowest = max(slowest, best)
        shown = " ".join(f"{one:.2f}" for one in rounds)
        print(
            f"{leased_share:>12.0%} {len(decision.placements):>7,} {best:>7.2f}s {naive:>13.1f}s {naive / best:>7.0f}x"
            f"  [{shown}]"
        )
    print(f"limit {LIMIT_SECONDS:.2f}s: {'kept' if slowest < LIMIT_SECONDS else 'MISSED'}, slowest {slowest:.2f}s")
    return 0 if slowest < LIMIT_SECONDS else 1


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def make_queue(size: int) -> list[Workload]:
    """Many shapes: sizes, gangs, models and lengths mixed, the same on every run."""
    dice = random.Random(1)
    return [
        Workload(
            f"job-{number:06}",
            dice.randrange(11),
            number,
            gpus=dice.choice((1, 1, 1, 2, 4, 8)),
            nodes=dice.choice((1,) * 18 + (2, 4)),
            gpu_model=dice.choice(("", "", "A100", "H100")),
            min_memory_mib=dice.choice((0, 0, 24_000, 40_000)),
            expected_seconds=dice.choice((None, 100.0, 1_000.0, 10_000.0)),
            inputs=(f"model-{number % MODELS}",),
        )
        for number in range(size)
    ]


def make_fleet(leased_share: float) -> tuple[list[NodeView], list[Running]]:
    dice = random.Random(2)
    nodes, running = [], []
    for number in range(NODES):
        name = f"node-{number:04}"
        model = "NVIDIA A100-SXM4-80GB" if number % 2 else "NVIDIA H100 80GB HBM3"
        gpus = []
        for index in range(GPUS_PER_NODE):
            uuid = f"GPU-{number:04}-{index}"
            is_leased = dice.random() < leased_share
            gpus.append(
                GpuView(uuid, index, model, 81_920, leased_by="old" if is_leased else None, numa_node=index // 4)
            )
            if is_leased:
                end = NOW + timedelta(seconds=dice.randrange(10, 50_000)) if dice.random() < 0.8 else None
                running.append(Running("old", name, (uuid,), end))
        nodes.append(NodeView(name, tuple(gpus), knows=MARKS))
    return nodes, running


def plan_naively(waiting: Sequence[Workload], nodes: Sequence[NodeView]) -> list[str]:
    """Priority, then order, best fit; every node is asked anew for every workload."""
    taken: set[str] = set()
    placed = []
    for workload in rank(waiting):
        offers = [(node, free) for node in nodes if len(free := _free(workload, node, taken)) >= workload.gpus]
        offers.sort(key=lambda offer: (len(offer[1]), offer[0].name))
        if len(offers) >= workload.nodes:
            for _, free in offers[: workload.nodes]:
                taken.update(gpu.uuid for gpu in closest(free, workload.gpus))
            placed.append(workload.id)
    return placed


def _free(workload: Workload, node: NodeView, taken: set[str]) -> list[GpuView]:
    return [
        gpu
        for gpu in node.gpus
        if not gpu.leased_by
        and gpu.uuid not in taken
        and suits(workload.demand, gpu.model, gpu.memory_total_mib)
        and not is_strangers(gpu, LIMITS)
    ]


if __name__ == "__main__":
    sys.exit(main())
