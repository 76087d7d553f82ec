import pytest

from scheduler.plan.workloads import NodeView
from tests.unit.scheduler.plan.planner_builders import at, blocked, decide, make_gpu, make_job, make_node, make_running


def why(jobs, nodes, running=(), job_id="a", **limits):
    answer = blocked(decide(jobs, nodes, running, **limits), job_id)
    return answer.reason, answer.message


def test_busy_gpus_are_counted_by_what_is_on_them():
    gpus = (
        make_gpu("n1", 0, leased_by="old"),
        make_gpu("n1", 1),
        make_gpu("n1", 2, foreign=True),
        make_gpu("n1", 3, healthy=False),
    )

    assert why([make_job("a", gpus=2, gpu_model="A100")], [NodeView("n1", gpus)]) == (
        "gpus_busy",
        (
            "Needs 2 GPUs of model A100; 0 of 4 are free, 1 is kept for it, 1 is leased, "
            "1 is used by processes outside this service, 1 is unhealthy."
        ),
    )


def test_a_later_job_learns_that_gpus_are_kept_for_another():
    nodes = [make_node("n1", 2, leased=(0,)), make_node("n2", 1, leased=(0,))]

    assert why([make_job("a", gpus=2), make_job("b", gpus=2)], nodes, job_id="b") == (
        "gpus_busy",
        "Needs 2 GPUs; 0 of 3 are free, 1 is kept for a, 2 are leased.",
    )


def test_free_gpus_that_are_scattered_are_said_to_be():
    jobs = [make_job("a", gpus=2), make_job("b", gpus=2)]
    nodes = [make_node(f"n{number}", 2, leased=(0,)) for number in (1, 2, 3)]

    assert why(jobs, nodes, job_id="b") == (
        "gpus_busy",
        "Needs 2 GPUs; 2 of 6 are free, 1 is kept for a, 3 are leased, but no node has 2 free.",
    )


def test_who_waits_behind_a_reservation_is_told_for_whom_and_until_when():
    nodes = [make_node("n1", 2, leased=(0,))]

    assert why([make_job("a", gpus=2), make_job("b")], nodes, (make_running("n1", 0, ends=90),), "b") == (
        "behind_reservation",
        (
            "Needs 1 GPU; the free GPUs that would do are kept for a, which is ahead of it, "
            "until about 2025-01-01 12:01:30 UTC."
        ),
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"gpus": 8}, "Needs 8 GPUs; the largest node, n2, has 4."),
        ({"gpus": 3, "nodes": 2}, "Needs 2 nodes with 3 GPUs each; only 1 node has that many."),
        (
            {"gpu_model": "H100"},
            "Needs 1 GPU of model H100; no node has such a GPU; the nodes have NVIDIA A100-SXM4-80GB.",
        ),
        (
            {"min_memory_mib": 98304, "labels": (("zone", "b"),)},
            (
                "Needs 1 GPU with at least 96 GiB on nodes labelled zone=b; no node has such a GPU; "
                "the nodes have NVIDIA A100-SXM4-80GB."
            ),
        ),
        ({"node_names": frozenset({"n9"})}, "Needs 1 GPU on n9; there is no node n9."),
        (
            {"gpus": 3, "node_names": frozenset({"n1"})},
            "Needs 3 GPUs on n1; the largest node, n1, has 2.",
        ),
    ],
)
def test_what_can_never_fit_is_told_what_there_is(changes, message):
    assert why([make_job("a", **changes)], [make_node("n1", 2), make_node("n2", 4)]) == ("too_large", message)


def test_without_nodes_one_is_asked_for():
    assert why([make_job("a")], []) == ("no_nodes", "No node is registered; start a worker on a GPU machine.")


def test_nodes_that_do_not_accept_work_are_named():
    nodes = [make_node("n1", 1), make_node("n2", 2, accepting=False)]

    assert why([make_job("a", gpus=2)], nodes) == (
        "no_nodes",
        "Needs 2 GPUs; n2 could run it but does not accept work now.",
    )


def test_a_back_off_names_its_end():
    assert why([make_job("a", not_before=at(30))], [make_node("n1", 1)]) == (
        "backing_off",
        "The last attempt failed; it is tried again at 2025-01-01 12:00:30 UTC.",
    )


def test_a_back_off_that_is_over_no_longer_counts():
    assert decide([make_job("a", not_before=at(0))], [make_node("n1", 1)]).blocked == ()


def test_a_pause_holds_everything():
    decision = decide([make_job("a"), make_job("b", gpus=9)], [make_node("n1", 1)], paused=True)

    assert [answer.reason for answer in decision.blocked] == ["paused", "paused"]
    assert decision.reservations == ()
