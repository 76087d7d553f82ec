"""Nodes that refused a job are left out for it, and those that know its inputs come first."""

from dataclasses import replace

import pytest

from common.refusals import Refusal
from scheduler.plan.refused import nodes_left, standing
from scheduler.plan.workloads import NodeView
from tests.builders import make_node as stored_node
from tests.unit.scheduler.plan.planner_builders import blocked, decide, make_gpu, make_job, make_node, placed

REFUSED = frozenset({"n1"})


def test_a_node_that_refused_a_job_is_left_out_for_it_alone():
    jobs = [make_job("a", not_on=REFUSED), make_job("b")]

    assert placed(decide(jobs, [make_node("n1", 1), make_node("n2", 1)])) == {"a": ("n2-0",), "b": ("n1-0",)}


def test_a_refused_job_waits_for_the_others_and_is_told_who_refused_it_and_why():
    job = make_job("a", not_on=REFUSED, refusals="n1: model_path: gone")
    nodes = [make_node("n1", 1), make_node("n2", 1, leased=(0,))]

    answer = blocked(decide([job], nodes), "a")

    assert answer.message == "Needs 1 GPU; 0 of 1 are free, 1 is leased. Refused by n1: model_path: gone."


def test_of_nodes_that_fit_as_well_one_that_knows_the_model_comes_first():
    nodes = [make_node("n1", 2), replace(make_node("n2", 2), knows=frozenset({"m"})), make_node("n3", 2)]

    assert placed(decide([make_job("a", inputs=("m", "d"))], nodes)) == {"a": ("n2-0",)}


def test_of_nodes_that_know_the_model_one_that_knows_the_data_too_comes_first():
    knowing = [replace(make_node(f"n{n}", 2), knows=frozenset(marks)) for n, marks in ((1, "m"), (2, "md"), (3, "d"))]

    assert placed(decide([make_job("a", inputs=("m", "d"))], knowing)) == {"a": ("n2-0",)}


def test_a_better_fit_is_not_given_up_for_one_that_knows_the_model():
    nodes = [replace(make_node("n1", 4), knows=frozenset({"m"})), make_node("n2", 1)]

    assert placed(decide([make_job("a", inputs=("m",))], nodes)) == {"a": ("n2-0",)}


def test_a_job_that_was_refused_goes_first_to_one_that_knows_its_model_whatever_is_left_there():
    nodes = [make_node("n1", 1), make_node("n2", 1), replace(make_node("n3", 4), knows=frozenset({"m"}))]

    assert placed(decide([make_job("a", inputs=("m",), not_on=REFUSED)], nodes)) == {"a": ("n3-0",)}


def test_a_pass_gives_the_known_nodes_to_several_jobs_one_after_the_other():
    nodes = [make_node("n1", 1), replace(make_node("n2", 1), knows=frozenset({"m"})), make_node("n3", 1)]
    jobs = [make_job(name, inputs=("m",)) for name in "abc"]

    assert placed(decide(jobs, nodes)) == {"a": ("n2-0",), "b": ("n1-0",), "c": ("n3-0",)}


@pytest.mark.parametrize(
    ("view", "there"),
    [
        (make_node("n2", 1), ("n2",)),
        (replace(make_node("n2", 1, accepting=False), why_not=("DATA_DIR is full",)), ("n2",)),
        (replace(make_node("n2", 1, accepting=False), present=False, why_not=("silent for 40 s",)), ()),
        (NodeView("n2", (make_gpu("n2", 0, memory_total_mib=1024),)), ()),
        (make_node("n2", 1, labels={"zone": "b"}), ()),
    ],
)
def test_who_is_left_suits_it_and_is_there_ready_or_not(view, there):
    job = make_job("a", min_memory_mib=40_000, labels=(("zone", "a"),) if view.labels else ())

    assert nodes_left(job.demand, REFUSED, [make_node("n1", 1), view]).there == there


def test_those_that_are_not_there_are_named_with_why():
    silent = replace(make_node("n2", 1, accepting=False), present=False, why_not=("silent for 40 s",))

    left = nodes_left(make_job("a").demand, REFUSED, [silent])
    assert (left.there, left.awaited, left.absent) == ((), (), ("n2 (silent for 40 s)",))


def test_those_that_are_expected_back_are_waited_for():
    drained = replace(make_node("n2", 1, accepting=False), present=False, awaited=True)

    left = nodes_left(make_job("a").demand, REFUSED, [drained])
    assert (left.there, left.awaited, left.absent) == ((), ("n2",), ())


def test_a_refusal_stands_until_the_nodes_worker_is_another_one():
    refusal = Refusal("node-1", "instance-1", 1, "model_not_found", "gone")
    nodes = {"node-1": stored_node()}

    assert standing([refusal], nodes) == {"node-1"}
    assert standing([refusal], {"node-1": stored_node(session=2)}) == frozenset()
    assert standing([refusal], {"node-1": stored_node(instance="instance-2")}) == frozenset()
    assert standing([refusal], {}) == frozenset()
