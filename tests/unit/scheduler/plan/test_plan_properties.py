"""What holds for every plan (S1, S2, S10), checked against the rules spelt out by brute force."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.plan.fit import model_matches
from scheduler.plan.planner import plan, rank
from scheduler.plan.workloads import PlannerLimits
from tests.unit.scheduler.plan.planner_builders import NOW, at
from tests.unit.scheduler.plan.planner_strategies import bounded, fleets, queues

LIMITS = PlannerLimits()


def is_free(node, gpu):
    return node.accepting and gpu.healthy and not gpu.leased_by and not gpu.foreign


def suits(workload, node, gpu):
    return (
        model_matches(workload.gpu_model, gpu.model)
        and (not workload.node_names or node.name in workload.node_names)
        and set(workload.labels) <= set(node.labels.items())
    )


def fits(workload, nodes, uuids):
    enough = [
        node
        for node in nodes
        if sum(gpu.uuid in uuids and suits(workload, node, gpu) for gpu in node.gpus) >= workload.gpus
    ]
    return len(enough) >= workload.nodes


def gpus_of(slots):
    return {uuid for _, uuids in slots for uuid in uuids}


def ends_by(workload, moment):
    return moment is not None and workload.expected_seconds is not None and at(workload.expected_seconds) <= moment


@bounded
@given(queues(), fleets())
def test_every_workload_is_answered_once_in_its_order(waiting, fleet):
    nodes, running = fleet

    decision = plan(waiting, nodes, running, NOW, LIMITS)

    answered = [answer.workload_id for answer in (*decision.placements, *decision.blocked)]
    order = [workload.id for workload in rank(waiting)]
    assert sorted(answered) == sorted(order)
    in_line = [answer for answer in decision.blocked if answer.reason in ("gpus_busy", "behind_reservation")]
    assert list(decision.blocked[: len(in_line)]) == in_line
    for answers in (decision.placements, in_line, decision.blocked[len(in_line) :], decision.reservations):
        positions = [order.index(answer.workload_id) for answer in answers]
        assert positions == sorted(positions)
    assert [answer.position for answer in decision.blocked] == list(range(1, len(decision.blocked) + 1))


@bounded
@given(queues(), fleets())
def test_a_placement_is_whole_and_uses_free_suitable_gpus_once(waiting, fleet):
    nodes, running = fleet
    by_id = {workload.id: workload for workload in waiting}
    by_uuid = {gpu.uuid: (node, gpu) for node in nodes for gpu in node.gpus}

    decision = plan(waiting, nodes, running, NOW, LIMITS)

    used = Counter()
    for placement in decision.placements:
        workload = by_id[placement.workload_id]
        assert len({node for node, _ in placement.slots}) == len(placement.slots) == workload.nodes
        for node_name, uuids in placement.slots:
            assert len(uuids) == workload.gpus
            used.update(uuids)
            for node, gpu in map(by_uuid.get, uuids):
                assert node.name == node_name
                assert is_free(node, gpu)
                assert suits(workload, node, gpu)
    assert all(count == 1 for count in used.values())


@bounded
@given(queues(), fleets(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(waiting, fleet, random):
    nodes, running = fleet
    decision = plan(waiting, nodes, running, NOW, LIMITS)

    for view in (waiting, nodes, running):
        random.shuffle(view)

    assert plan(waiting, nodes, running, NOW, LIMITS) == decision


@bounded
@given(queues(), fleets())
def test_nobody_waits_who_could_have_started_in_turn(waiting, fleet):
    """No later one takes GPUs that would have let an earlier one start."""
    nodes, running = fleet
    decision = plan(waiting, nodes, running, NOW, LIMITS)
    placements = {placement.workload_id: gpus_of(placement.slots) for placement in decision.placements}
    reservations = {reservation.workload_id: reservation for reservation in decision.reservations}

    left = {gpu.uuid for node in nodes for gpu in node.gpus if is_free(node, gpu)}
    kept = {}
    for workload in rank(waiting):
        left -= placements.get(workload.id, set())
        if workload.id not in placements and not (workload.not_before and workload.not_before > NOW):
            barred = {uuid for uuid, start in kept.items() if not ends_by(workload, start)}
            assert not fits(workload, nodes, left - barred)
        if workload.id in reservations:
            kept |= dict.fromkeys(gpus_of(reservations[workload.id].slots), reservations[workload.id].start_at)


@bounded
@given(queues(), fleets())
def test_kept_gpus_are_lent_only_to_what_ends_in_time(waiting, fleet):
    nodes, running = fleet
    order = [workload.id for workload in rank(waiting)]
    by_id = {workload.id: workload for workload in waiting}

    decision = plan(waiting, nodes, running, NOW, LIMITS)

    for reservation in decision.reservations:
        for placement in decision.placements:
            borrows = gpus_of(placement.slots) & gpus_of(reservation.slots)
            if borrows and order.index(placement.workload_id) > order.index(reservation.workload_id):
                assert ends_by(by_id[placement.workload_id], reservation.start_at)


@bounded
@given(queues(with_back_off=False), fleets())
def test_the_first_that_could_ever_start_has_the_first_reservation(waiting, fleet):
    nodes, running = fleet
    decision = plan(waiting, nodes, running, NOW, LIMITS)
    started = {placement.workload_id for placement in decision.placements}
    healthy = {gpu.uuid for node in nodes for gpu in node.gpus if node.accepting and gpu.healthy}

    could = [workload.id for workload in rank(waiting) if workload.id not in started and fits(workload, nodes, healthy)]

    assert [reservation.workload_id for reservation in decision.reservations][:1] == could[:1]


@bounded
@given(queues(with_back_off=False), fleets())
def test_the_reason_agrees_with_the_nodes(waiting, fleet):
    nodes, running = fleet
    by_id = {workload.id: workload for workload in waiting}
    everything = {gpu.uuid for node in nodes for gpu in node.gpus}
    accepting = {gpu.uuid for node in nodes if node.accepting for gpu in node.gpus}

    for answer in plan(waiting, nodes, running, NOW, LIMITS).blocked:
        workload = by_id[answer.workload_id]
        if not nodes:
            assert answer.reason == "no_nodes"
        elif not fits(workload, nodes, everything):
            assert answer.reason == "too_large"
        elif not fits(workload, nodes, accepting):
            assert answer.reason == "no_nodes"
        else:
            assert answer.reason in ("gpus_busy", "behind_reservation")


@bounded
@given(queues(), fleets())
def test_an_expected_start_is_a_range_in_the_future_with_its_basis(waiting, fleet):
    nodes, running = fleet

    for answer in plan(waiting, nodes, running, NOW, LIMITS).blocked:
        assert answer.message.endswith(".")
        assert answer.basis.endswith(".")
        if answer.expected_start is not None:
            earliest, latest = answer.expected_start
            assert NOW <= earliest <= latest


@pytest.mark.parametrize("seconds", [0, -3])
def test_an_expected_length_that_makes_no_sense_counts_as_unknown(seconds):
    from tests.unit.scheduler.plan.planner_builders import decide, make_job, make_node, make_running, placed

    jobs = [make_job("a", gpus=2), make_job("b", expected_seconds=seconds)]

    assert placed(decide(jobs, [make_node("n1", 2, leased=(0,))], (make_running("n1", 0, ends=60),))) == {}
