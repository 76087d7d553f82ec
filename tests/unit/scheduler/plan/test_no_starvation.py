"""Passes in a row (S10, L2): a reservation holds, and whoever can start starts in the end."""

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.scheduler.plan.planner_builders import make_job, make_node
from tests.unit.scheduler.plan.planner_strategies import bounded, lengths
from tests.unit.scheduler.plan.planner_world import World, seconds_until

shapes = st.tuples(st.integers(1, 4), st.sampled_from((1, 1, 2)), st.integers(1, 60), st.booleans(), st.integers(0, 2))
sizes = st.lists(st.integers(2, 4), min_size=2, max_size=3)


def make_world(sizes, shapes, measured):
    nodes = [make_node(f"n{number}", size) for number, size in enumerate(sizes)]
    world = World(nodes, {}, measured)
    for number, (gpus, gang, length, is_known, priority) in enumerate(shapes):
        job_id = f"job-{number:02}"
        world.lengths[job_id] = length
        known = length if is_known and measured else None
        world.waiting.append(
            make_job(job_id, number + 1, gpus=gpus, nodes=gang, expected_seconds=known, priority=priority)
        )
    return world


def rank_key(workload):
    return (-workload.priority, workload.sequence)


def first_fit_without(world, workload, behind):
    """When the workload could start if nothing behind it ever started: brute force over the ends of what runs."""
    ends = {uuid: world.ends[owner] for uuid, owner in world.busy.items() if owner not in behind}
    for moment in sorted({world.clock, *ends.values()}):
        ready = [sum(ends.get(gpu.uuid, 0) <= moment for gpu in node.gpus) for node in world.nodes]
        if sum(count >= workload.gpus for count in ready) >= workload.nodes:
            return moment
    return None


@bounded
@given(sizes, st.lists(shapes, min_size=3, max_size=14))
def test_the_first_blocked_starts_no_later_than_without_backfill(sizes, shapes):
    world = make_world(sizes, shapes, measured=True)
    promised = {}

    while True:
        by_id = {workload.id: workload for workload in world.waiting}
        decision = world.run_pass()
        for reservation in decision.reservations[:1]:
            head = by_id[reservation.workload_id]
            behind = {job_id for job_id, job in by_id.items() if rank_key(job) > rank_key(head)}
            without = first_fit_without(world, head, behind)
            if reservation.start_at is not None:
                promised.setdefault(head.id, seconds_until(reservation.start_at))
                assert without <= seconds_until(reservation.start_at) <= promised[head.id]
            if all(by_id[placement.workload_id].expected_seconds for placement in decision.placements):
                assert seconds_until(reservation.start_at) == without
        if not world.advance():
            break

    assert all(world.started[job_id] <= start for job_id, start in promised.items())


@bounded
@given(sizes, st.lists(shapes, min_size=3, max_size=14), st.booleans())
def test_all_that_fits_starts_in_the_end(sizes, shapes, measured):
    world = make_world(sizes, shapes, measured)

    world.run_pass()
    while world.advance():
        world.run_pass()

    for workload in world.waiting:
        assert sum(size >= workload.gpus for size in sizes) < workload.nodes


@bounded
@given(
    sizes, st.lists(st.tuples(st.integers(1, 2), st.integers(1, 10), lengths), min_size=40, max_size=40), st.booleans()
)
def test_a_large_job_starts_although_small_ones_never_stop_coming(sizes, small, measured):
    """Each GPU it lacks takes at most one small job's length to come free, since what comes free is kept."""
    large, longest = max(sizes), 10
    world = make_world(sizes, [(1, 1, 5, False, 0)] * (sum(sizes) - 1), measured)
    world.run_pass()
    world.waiting.append(make_job("large", 500, gpus=large))
    world.lengths["large"] = 1

    for number, (gpus, length, _) in enumerate(small):
        world.waiting.append(make_job(f"small-{number:02}", 1000 + number, gpus=gpus))
        world.lengths[f"small-{number:02}"] = length
        world.run_pass()
        if "large" in world.started or not world.advance():
            break

    assert world.started["large"] <= large * longest
