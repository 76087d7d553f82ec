from scheduler.plan.planner import rank
from tests.unit.scheduler.plan.planner_builders import blocked, decide, make_job, make_node, placed


def test_priority_goes_before_submission_and_submission_before_id():
    jobs = [
        make_job("late", 3, priority=5),
        make_job("b-twin", 2, priority=5),
        make_job("a-twin", 2, priority=5),
        make_job("urgent", 9, priority=10),
        make_job("idle", 1, priority=0),
    ]

    assert [job.id for job in rank(jobs)] == ["urgent", "a-twin", "b-twin", "late", "idle"]


def test_the_highest_priority_gets_the_only_gpu():
    decision = decide([make_job("a"), make_job("b", priority=10)], [make_node("n1", 1)])

    assert placed(decision) == {"b": ("n1-0",)}


def test_positions_count_from_one_among_those_that_still_wait():
    decision = decide([make_job("a"), make_job("b"), make_job("c")], [make_node("n1", 1)])

    assert blocked(decision, "b").position == 1
    assert blocked(decision, "c").position == 2


def test_what_cannot_start_comes_after_those_in_line():
    jobs = [make_job("a", gpus=9, priority=10), make_job("b", gpus=2), make_job("c", gpus=2)]

    decision = decide(jobs, [make_node("n1", 2, leased=(0,))])

    assert [(answer.workload_id, answer.position) for answer in decision.blocked] == [("b", 1), ("c", 2), ("a", 3)]
