import pytest

from scheduler.plan.fit import closest, model_matches
from scheduler.plan.workloads import NodeView
from tests.unit.scheduler.plan.planner_builders import (
    blocked,
    decide,
    make_gpu,
    make_job,
    make_node,
    make_running,
    placed,
)


def uuids(gpus):
    return [gpu.uuid for gpu in gpus]


@pytest.mark.parametrize(
    ("wanted", "model", "matches"),
    [
        ("A100", "NVIDIA A100-SXM4-80GB", True),
        ("a100 80gb", "NVIDIA A100-SXM4-80GB", True),
        ("A10", "NVIDIA A100-SXM4-80GB", False),
        ("", "anything", True),
        ("H100", "", False),
    ],
)
def test_a_model_matches_by_whole_words(wanted, model, matches):
    assert model_matches(wanted, model) is matches


def test_the_node_left_with_the_fewest_free_gpus_is_chosen():
    decision = decide(
        [make_job("a", gpus=2)], [make_node("n1", 8), make_node("n2", 4, leased=(0,)), make_node("n3", 4)]
    )

    assert placed(decision) == {"a": ("n2-1", "n2-2")}


def test_the_best_fit_is_found_again_after_nodes_have_shrunk():
    jobs = [make_job("a", gpus=3), make_job("b"), make_job("c")]

    decision = decide(jobs, [make_node("n1", 2), make_node("n2", 4)])

    assert placed(decision) == {"a": ("n2-0", "n2-1", "n2-2"), "b": ("n2-3",), "c": ("n1-0",)}


def test_equal_nodes_are_taken_by_name():
    assert placed(decide([make_job("a")], [make_node("n2", 1), make_node("n1", 1)])) == {"a": ("n1-0",)}


def test_gpus_of_one_numa_node_are_taken_together():
    gpus = [make_gpu("n1", index, numa_node=index % 2) for index in range(4)]

    assert uuids(closest(gpus, 2)) == ["n1-0", "n1-2"]


def test_a_numa_node_that_fits_exactly_is_preferred():
    gpus = [make_gpu("n1", index, numa_node=0 if index < 3 else 1) for index in range(5)]

    assert uuids(closest(gpus, 2)) == ["n1-3", "n1-4"]


def test_adjacent_gpus_are_taken_together():
    gpus = [make_gpu("n1", index) for index in (0, 2, 5, 6)]

    assert uuids(closest(gpus, 2)) == ["n1-5", "n1-6"]


def test_among_equally_close_gpus_the_least_used_is_taken():
    gpus = [make_gpu("n1", index, memory_used_mib=900 - 100 * index) for index in range(3)]

    assert uuids(closest(gpus, 1)) == ["n1-2"]


@pytest.mark.parametrize(
    "changes",
    [
        {"leased_by": "other"},
        {"foreign": True},
        {"healthy": False},
        {"memory_used_mib": 8193},  # over 10 %
        {"memory_total_mib": 2048, "memory_used_mib": 100},  # under 2 GB free
    ],
)
def test_a_gpu_that_is_not_free_is_not_taken(changes):
    node = NodeView("n1", (make_gpu("n1", 0, **changes), make_gpu("n1", 1)))

    decision = decide([make_job("a"), make_job("b")], [node], gpu_memory_free_threshold_gb=2)

    assert placed(decision) == {"a": ("n1-1",)}


def test_a_gpu_at_the_limits_is_free():
    node = NodeView("n1", (make_gpu("n1", 0, memory_used_mib=8192),))

    assert placed(decide([make_job("a")], [node], gpu_memory_free_threshold_gb=72)) == {"a": ("n1-0",)}


def test_a_gpu_that_running_work_names_is_busy_even_without_its_lease():
    assert placed(decide([make_job("a")], [make_node("n1", 1)], (make_running("n1", 0),))) == {}


def test_a_cpu_slot_counts_as_a_gpu():
    node = NodeView("laptop", (make_gpu("cpu", 0, model="cpu", memory_total_mib=0),))

    assert placed(decide([make_job("a")], [node], gpu_memory_free_threshold_gb=8)) == {"a": ("cpu-0",)}


@pytest.mark.parametrize(
    ("constraint", "node"),
    [
        ({"gpu_model": "H100"}, "n2"),
        ({"min_memory_mib": 90000}, "n2"),
        ({"node_names": frozenset({"n3", "gone"})}, "n3"),
        ({"labels": (("zone", "b"), ("disk", "ssd"))}, "n4"),
    ],
)
def test_constraints_narrow_the_nodes(constraint, node):
    nodes = [
        make_node("n1", 1),
        make_node("n2", 2, model="NVIDIA H100", memory_total_mib=95000),
        make_node("n3", 2, labels={"zone": "b"}),
        make_node("n4", 2, labels={"zone": "b", "disk": "ssd"}),
    ]

    assert placed(decide([make_job("a", **constraint)], nodes)) == {"a": (f"{node}-0",)}


def test_a_node_that_does_not_accept_work_gets_none():
    decision = decide([make_job("a")], [make_node("n1", 1, accepting=False), make_node("n2", 2)])

    assert placed(decision) == {"a": ("n2-0",)}


def test_a_gang_gets_all_its_nodes_in_order_of_name():
    decision = decide([make_job("a", gpus=2, nodes=2)], [make_node("n3", 2), make_node("n2", 8), make_node("n1", 3)])

    assert decision.placements[0].slots == (("n1", ("n1-0", "n1-1")), ("n3", ("n3-0", "n3-1")))


def test_a_gang_that_lacks_one_node_gets_nothing():
    decision = decide([make_job("a", gpus=2, nodes=2)], [make_node("n1", 2), make_node("n2", 2, leased=(0,))])

    assert placed(decision) == {}
    assert blocked(decision, "a").reason == "gpus_busy"


def test_a_node_that_a_failed_gang_looked_at_serves_the_next():
    broken = NodeView("n2", (make_gpu("n2", 0), make_gpu("n2", 1, healthy=False)))

    decision = decide([make_job("a", gpus=2, nodes=2), make_job("b", gpus=2)], [make_node("n1", 2), broken])

    assert placed(decision) == {"b": ("n1-0", "n1-1")}
