"""A workload goes to a node that has the packages its options need, and is told when none has."""

from dataclasses import replace

import pytest

from scheduler.plan.workloads import NodeView
from tests.unit.scheduler.plan.planner_builders import blocked, decide, make_job, make_node

DEEPSPEED = frozenset({("deepspeed",)})
FLASH = frozenset({("flash-attn", "kernels")})


def node(name: str, *packages: str) -> NodeView:
    return replace(make_node(name, 1), packages=frozenset(packages))


def placed_on(nodes: list[NodeView], packages: frozenset[tuple[str, ...]]) -> list[str]:
    plan = decide([make_job("a", packages=packages)], nodes)
    return [slot[0] for placement in plan.placements for slot in placement.slots]


def test_it_goes_where_the_package_is() -> None:
    assert placed_on([node("n1", "torch"), node("n2", "torch", "deepspeed")], DEEPSPEED) == ["n2"]


@pytest.mark.parametrize("package", ["flash-attn", "kernels"])
def test_one_of_several_alternatives_is_enough(package: str) -> None:
    assert placed_on([node("n1", "torch"), node("n2", "torch", package)], FLASH) == ["n2"]


def test_a_node_that_has_not_said_what_it_has_is_believed_to_have_it() -> None:
    assert placed_on([node("n1", "torch"), node("n2")], DEEPSPEED) == ["n2"]


def test_without_needs_any_node_will_do() -> None:
    assert placed_on([node("n1", "torch")], frozenset()) == ["n1"]


def test_where_no_node_has_it_the_sentence_says_what_to_install() -> None:
    job = make_job("a", packages=DEEPSPEED | FLASH)
    answer = blocked(decide([job], [node("n1", "torch", "kernels")]), "a")

    assert answer.reason == "too_large"
    assert answer.message == (
        "Needs 1 GPU on nodes with deepspeed, flash-attn; no node has the package deepspeed: run "
        "`pip install deepspeed` in the environment of a node's ms-swift, and it starts within a minute."
    )


def test_a_busy_node_that_has_it_is_waited_for() -> None:
    busy = replace(make_node("n2", 1, leased=(0,)), packages=frozenset({"torch", "deepspeed"}))
    answer = blocked(decide([make_job("a", packages=DEEPSPEED)], [node("n1", "torch"), busy]), "a")

    assert answer.message == "Needs 1 GPU on nodes with deepspeed; 0 of 1 are free, 1 is leased."
