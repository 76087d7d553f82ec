from datetime import timedelta

import pytest

from common.job_specs import OnNodeLost
from scheduler.plan.finished_training import node_with_result
from scheduler.plan.workloads import Workload
from tests.builders import NOW, make_job, make_spec
from tests.builders import make_node as make_registered
from tests.unit.scheduler.plan.planner_builders import blocked, decide, make_node

TTL = 30.0


def found(on_node_lost=OnNodeLost.WAIT, lost=(), silent_seconds=0, nodes=None, **changes):
    node = make_registered("gpu-1", heartbeat_at=NOW - timedelta(seconds=silent_seconds), instance="disk-1")
    trained = {"trained_attempt": 1, "trained_node": "gpu-1", "trained_instance": "disk-1"}
    job = make_job(spec=make_spec(on_node_lost=on_node_lost), **{**trained, **changes})
    return node_with_result(job, {"gpu-1": node} if nodes is None else nodes, lost, NOW, TTL)


def test_a_job_waits_for_the_node_that_has_its_finished_training_however_long_it_is_silent():
    assert found() == found(silent_seconds=1_000_000) == "gpu-1"


@pytest.mark.parametrize(
    "gone",
    [
        {"trained_attempt": 0, "trained_node": "", "trained_instance": ""},
        {"lost": {"disk-1"}},
        {"trained_instance": "the disk before"},
        {"nodes": {}},
        {"on_node_lost": OnNodeLost.REQUEUE, "silent_seconds": TTL},
    ],
    ids=["nothing is finished", "declared lost", "another disk", "forgotten", "silent, and its policy is requeue"],
)
def test_it_may_run_anywhere_when_there_is_nothing_to_wait_for(gone):
    assert found(**gone) == ""


def test_its_policy_does_not_matter_while_the_node_speaks():
    assert found(on_node_lost=OnNodeLost.REQUEUE, silent_seconds=TTL - 1) == "gpu-1"


def test_it_is_told_for_which_node_it_waits_and_why():
    waiting = [Workload("a", 5, 1, node_names=frozenset({"n1"}), has_result=True)]

    answer = blocked(decide(waiting, [make_node("n1", 1, leased=(0,)), make_node("n2", 1)]), "a")

    assert answer.message == ("Waits for n1, which has its finished training; 0 of 1 are free, 1 is leased.")
