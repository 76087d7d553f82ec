"""The example of docs/scheduling.md, number by number."""

from scheduler.plan.planner import plan
from scheduler.plan.workloads import NodeView, PlannerLimits
from tests.unit.scheduler.plan.planner_builders import NOW, at, make_gpu, make_job, make_running

MINUTE = 60
LEASES = {"gpu-1": ("train-1", "train-1", "train-2", None), "gpu-2": ("train-3", "train-3")}


def decide_example():
    nodes = [
        NodeView(name, tuple(make_gpu(name, index, leased_by=owner) for index, owner in enumerate(owners)))
        for name, owners in LEASES.items()
    ]
    running = [
        make_running("gpu-1", 0, 1, ends=40 * MINUTE),
        make_running("gpu-1", 2, ends=10 * MINUTE),
        make_running("gpu-2", 0, 1),
    ]
    waiting = [
        make_job("huge", 1, priority=10, gpus=8),
        make_job("big", 2, priority=8, gpus=4, expected_seconds=60 * MINUTE),
        make_job("long", 3),
        make_job("pair", 4, gpus=2, expected_seconds=10 * MINUTE),
        make_job("short", 5, expected_seconds=20 * MINUTE),
    ]
    return plan(waiting, nodes, running, NOW, PlannerLimits())


def test_the_worked_example_places_and_reserves_as_documented():
    decision = decide_example()

    assert [(one.workload_id, one.slots) for one in decision.placements] == [("short", (("gpu-1", ("gpu-1-3",)),))]
    assert decision.reservations[0].workload_id == "big"
    assert decision.reservations[0].start_at == at(40 * MINUTE)


def test_the_worked_example_explains_as_documented():
    answers = {answer.workload_id: answer for answer in decide_example().blocked}

    assert {name: (answer.position, answer.reason.value, answer.message) for name, answer in answers.items()} == {
        "big": (1, "gpus_busy", "Needs 4 GPUs; 0 of 6 are free, 6 are leased."),
        "long": (2, "gpus_busy", "Needs 1 GPU; 0 of 6 are free, 6 are leased."),
        "pair": (3, "gpus_busy", "Needs 2 GPUs; 0 of 6 are free, 6 are leased."),
        "huge": (4, "too_large", "Needs 8 GPUs; the largest node, gpu-1, has 4."),
    }
    assert answers["big"].expected_start == (at(40 * MINUTE), at(40 * MINUTE))
    assert answers["long"].expected_start == (at(40 * MINUTE), at(100 * MINUTE))
    assert answers["pair"].expected_start == (at(40 * MINUTE), at(100 * MINUTE))
    assert answers["huge"].expected_start is None
