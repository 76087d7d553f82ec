"""Ports and parts of GPUs in the plan: counted while it is made, and explained."""

from dataclasses import replace

import pytest

from common.reasons import Reason
from scheduler.plan.fit import has_port
from scheduler.plan.workloads import ANY_PORT, NO_PORT, NodeView
from tests.unit.scheduler.plan.planner_builders import blocked, decide, make_job, make_node, placed


def make_server(server_id: str, **changes):
    return make_job(server_id, **{"port": ANY_PORT, **changes})


def with_ports(node: NodeView, first: int, last: int, **taken: str) -> NodeView:
    """`p30000="other"` says who has a port."""
    return replace(node, ports=(first, last), ports_taken={int(name[1:]): owner for name, owner in taken.items()})


@pytest.mark.parametrize(
    ("ports", "taken", "port", "has"),
    [
        ((1, 0), [], ANY_PORT, False),  # a node that gives none
        ((1, 0), [], 4711, True),  # but any that is asked for
        ((30000, 30001), [30000], ANY_PORT, True),
        ((30000, 30001), [30000, 30001], ANY_PORT, False),
        ((30000, 30001), [4711, 4712], ANY_PORT, True),
        ((30000, 30001), [4711], 4711, False),
        ((30000, 30001), [30000, 30001], NO_PORT, True),
    ],
)
def test_a_node_has_a_port(ports, taken, port, has) -> None:
    assert has_port(ports, taken, port) is has


def test_what_is_planned_in_one_pass_counts_its_ports() -> None:
    servers = [make_server(name) for name in "abc"]
    nodes = [with_ports(make_node("n1", 4), 30000, 30000), with_ports(make_node("n2", 4), 30000, 30000)]

    decision = decide(servers, nodes)

    assert placed(decision) == {"a": ("n1-0",), "b": ("n2-0",)}
    waits = blocked(decision, "c")
    assert (waits.reason, waits.position) == (Reason.PORT_BUSY, 1)
    assert waits.message == "Needs 1 GPU and a port; all ports of the nodes that could run it (30000-30000) are leased."
    assert waits.basis == "Nobody knows when the server that has its port ends."


def test_a_port_that_was_asked_for_is_given_once_in_a_pass_and_its_holder_named() -> None:
    servers = [make_server("a", port=4711), make_server("b", port=4711), make_server("c", port=4712)]

    decision = decide(servers, [make_node("n1", 4)])

    assert set(placed(decision)) == {"a", "c"}
    assert blocked(decision, "b").message == (
        "Needs 1 GPU and port 4711; port 4711 is leased by a where it could run; it comes free when that one ends."
    )


def test_who_waits_for_a_port_keeps_no_gpu_from_others() -> None:
    node = with_ports(make_node("n1", 1), 30000, 30000, p30000="old")

    decision = decide([make_server("a"), make_job("b")], [node])

    assert placed(decision) == {"b": ("n1-0",)}
    assert blocked(decision, "a").reason is Reason.PORT_BUSY
    assert decision.reservations == ()


def test_a_port_is_found_on_the_node_that_fits_less_well() -> None:
    tight = with_ports(make_node("n1", 1), 30000, 30000, p30000="old")
    wide = with_ports(make_node("n2", 4), 30000, 30000)

    assert placed(decide([make_server("a")], [tight, wide])) == {"a": ("n2-0",)}
    assert placed(decide([make_server("a", share_mib=10)], [tight, wide])) == {"a": ("n2-0",)}


def test_shares_count_their_ports_too() -> None:
    servers = [make_server(name, share_mib=100) for name in "ab"]
    node = with_ports(make_node("n1", 1), 30000, 30000)

    decision = decide(servers, [node])

    assert placed(decision) == {"a": ("n1-0",)}
    assert blocked(decision, "b").reason is Reason.PORT_BUSY


def test_demands_that_find_no_node_for_different_reasons_are_told_apart() -> None:
    node = with_ports(make_node("n1", 1), 30000, 30000, p30000="old")
    waiting = [make_server("a", node_names=frozenset({"nobody"})), make_server("b"), make_server("c", port=30000)]

    for order in (waiting, waiting[::-1]):
        decision = decide(order, [node])
        reasons = {name: blocked(decision, name).reason for name in "abc"}
        assert reasons == {"a": Reason.TOO_LARGE, "b": Reason.PORT_BUSY, "c": Reason.PORT_BUSY}


def test_a_share_is_not_put_on_a_gpu_that_is_kept() -> None:
    (gpu,) = make_node("n1", 1).gpus
    node = NodeView("n1", (replace(gpu, leased_by="old", shared_mib=100),))
    waiting = [make_job("a"), make_job("b", share_mib=100), make_job("c", share_mib=100, priority=9)]

    decision = decide(waiting, [node])

    assert placed(decision) == {"c": ("n1-0",)}
    assert blocked(decision, "a").reason is Reason.GPUS_BUSY
    assert blocked(decision, "b").reason is Reason.BEHIND_RESERVATION
    assert "kept for a, which is ahead of it" in blocked(decision, "b").message
