from scheduler.plan.workloads import NodeView
from tests.unit.scheduler.plan.planner_builders import (
    at,
    blocked,
    decide,
    make_gpu,
    make_job,
    make_node,
    make_running,
    placed,
)


def test_the_first_blocked_job_keeps_the_free_gpus_it_waits_for():
    decision = decide([make_job("a", gpus=2), make_job("b")], [make_node("n1", 2, leased=(0,))])

    assert placed(decision) == {}
    assert decision.reservations[0].workload_id == "a"
    assert decision.reservations[0].slots == (("n1", ("n1-1", "n1-0")),)
    assert decision.reservations[0].start_at is None
    assert blocked(decision, "b").reason == "behind_reservation"


def test_only_the_first_blocked_job_of_a_pool_gets_a_reservation():
    jobs = [make_job("a", gpus=2), make_job("b", gpus=2)]

    decision = decide(jobs, [make_node("n1", 2, leased=(0,)), make_node("n2", 2, leased=(0,))])

    assert [reservation.workload_id for reservation in decision.reservations] == ["a"]


def test_pools_that_share_no_node_have_a_reservation_each():
    jobs = [make_job("a", gpus=2, gpu_model="A100"), make_job("b", gpus=2, gpu_model="H100"), make_job("c")]
    nodes = [make_node("n1", 2, leased=(0,)), make_node("n2", 2, leased=(0,), model="NVIDIA H100")]

    decision = decide(jobs, nodes)

    assert [reservation.workload_id for reservation in decision.reservations] == ["a", "b"]
    assert placed(decision) == {}


def test_the_node_that_is_free_soonest_is_reserved():
    nodes = [make_node("n1", 2, leased=(0, 1)), make_node("n2", 2, leased=(0, 1)), make_node("n3", 2, leased=(0,))]
    running = (make_running("n1", 0, 1, ends=100), make_running("n2", 0, ends=20), make_running("n2", 1, ends=60))

    decision = decide([make_job("a", gpus=2), make_job("b")], nodes, running)

    assert decision.reservations[0].slots == (("n2", ("n2-1", "n2-0")),)
    assert decision.reservations[0].start_at == at(60)
    assert placed(decision) == {"b": ("n3-1",)}


def test_without_estimates_the_node_with_the_fewest_gpus_to_wait_for_is_reserved():
    decision = decide([make_job("a", gpus=4)], [make_node("n1", 4, leased=(0, 1)), make_node("n2", 4, leased=(0,))])

    assert decision.reservations[0].slots[0][0] == "n2"


def test_a_node_with_strangers_on_it_is_reserved_last():
    strangers = NodeView("n1", (make_gpu("n1", 0, foreign=True), make_gpu("n1", 1)))

    decision = decide([make_job("a", gpus=2)], [strangers, make_node("n2", 2, leased=(0, 1))])

    assert decision.reservations[0].slots[0][0] == "n2"


def test_work_that_ends_before_the_reserved_start_may_use_kept_gpus():
    jobs = [make_job("a", gpus=2), make_job("b", expected_seconds=60), make_job("c", expected_seconds=60)]

    decision = decide(jobs, [make_node("n1", 2, leased=(0,))], (make_running("n1", 0, ends=60),))

    assert placed(decision) == {"b": ("n1-1",)}


def test_work_that_would_overrun_the_reserved_start_waits():
    jobs = [make_job("a", gpus=2), make_job("b", expected_seconds=61), make_job("c"), make_job("d", expected_seconds=9)]

    decision = decide(jobs, [make_node("n1", 2, leased=(0,))], (make_running("n1", 0, ends=60),))

    assert placed(decision) == {"d": ("n1-1",)}
    assert blocked(decision, "b").message == "Needs 1 GPU; 0 of 2 are free, 2 are leased."


def test_work_of_any_length_may_use_gpus_that_the_reservation_does_not_need():
    nodes = [make_node("n1", 3, leased=(0, 1))]
    running = (make_running("n1", 0, 1, ends=60),)

    decision = decide([make_job("a", gpus=2), make_job("b")], nodes, running)

    assert decision.reservations[0].slots == (("n1", ("n1-0", "n1-1")),)
    assert placed(decision) == {"b": ("n1-2",)}


def test_an_overdue_estimate_lends_nothing():
    jobs = [make_job("a", gpus=2), make_job("b", expected_seconds=1)]

    decision = decide(jobs, [make_node("n1", 2, leased=(0,))], (make_running("n1", 0, ends=-5),))

    assert placed(decision) == {}
    assert decision.reservations[0].start_at == at(0)


def test_a_gang_reserves_all_its_nodes_until_the_last_is_ready():
    nodes = [make_node("n1", 1, leased=(0,)), make_node("n2", 1, leased=(0,)), make_node("n3", 1, leased=(0,))]
    running = tuple(make_running(f"n{number}", 0, ends=10 * number) for number in (1, 2, 3))

    decision = decide([make_job("a", nodes=2)], nodes, running)

    assert decision.reservations[0].slots == (("n1", ("n1-0",)), ("n2", ("n2-0",)))
    assert decision.reservations[0].start_at == at(20)


def test_short_work_of_a_shape_that_failed_before_still_gets_its_chance():
    jobs = [make_job("a", gpus=2), make_job("b"), make_job("c", expected_seconds=30)]

    decision = decide(jobs, [make_node("n1", 2, leased=(0,))], (make_running("n1", 0, ends=60),))

    assert placed(decision) == {"c": ("n1-1",)}


def test_a_job_that_is_too_large_keeps_nothing():
    decision = decide([make_job("a", gpus=3), make_job("b")], [make_node("n1", 2)])

    assert placed(decision) == {"b": ("n1-0",)}
    assert decision.reservations == ()


def test_a_job_that_backs_off_keeps_nothing():
    jobs = [make_job("a", gpus=2, not_before=at(1)), make_job("b")]

    decision = decide(jobs, [make_node("n1", 2, leased=(0,))])

    assert placed(decision) == {"b": ("n1-1",)}
    assert decision.reservations == ()


def test_a_job_that_waits_for_an_unhealthy_gpu_keeps_nothing():
    node = NodeView("n1", (make_gpu("n1", 0, healthy=False), make_gpu("n1", 1)))

    decision = decide([make_job("a", gpus=2), make_job("b")], [node])

    assert placed(decision) == {"b": ("n1-1",)}
    assert decision.reservations == ()


def test_among_equally_unknown_nodes_the_one_with_fewer_busy_gpus_is_reserved():
    nodes = [make_node("n1", 3, leased=(0, 1)), make_node("n2", 3, leased=(0,))]
    running = (make_running("n1", 0), make_running("n1", 1, ends=10), make_running("n2", 0))

    assert decide([make_job("a", gpus=3)], nodes, running).reservations[0].slots[0][0] == "n2"


def test_a_gang_that_borrows_never_gets_the_same_node_twice():
    jobs = [make_job("a", gpus=2, nodes=2), make_job("b", nodes=2, expected_seconds=30)]
    nodes = [make_node("n1", 3), make_node("n2", 2, leased=(0, 1))]

    assert placed(decide(jobs, nodes, (make_running("n2", 0, 1, ends=60),))) == {}


def two_reservations(first_node_gpus=2):
    """n1 and n2 are each reserved for a job of their own, from 20 and 60 seconds on, and have free GPUs to lend."""
    jobs = [
        make_job("a", gpus=first_node_gpus, node_names=frozenset({"n1"})),
        make_job("b", gpus=2, node_names=frozenset({"n2"})),
    ]
    nodes = [make_node("n1", first_node_gpus, leased=(0,)), make_node("n2", 2, leased=(0,))]
    return jobs, nodes, (make_running("n1", 0, ends=20), make_running("n2", 0, ends=60))


def test_work_borrows_from_the_reservation_that_starts_late_enough():
    jobs, nodes, running = two_reservations()

    assert placed(decide([*jobs, make_job("c", expected_seconds=40)], nodes, running)) == {"c": ("n2-1",)}


def test_work_borrows_where_the_fewest_gpus_are_left():
    jobs, nodes, running = two_reservations(first_node_gpus=3)

    assert placed(decide([*jobs, make_job("c", expected_seconds=10)], nodes, running)) == {"c": ("n2-1",)}


def test_a_gang_borrows_only_if_it_ends_before_all_the_reservations_it_borrows_from():
    jobs, nodes, running = two_reservations()
    too_long, short = (make_job(name, nodes=2, expected_seconds=length) for name, length in (("c", 40), ("d", 20)))

    assert placed(decide([*jobs, too_long, short], nodes, running)) == {"d": ("n1-1", "n2-1")}
