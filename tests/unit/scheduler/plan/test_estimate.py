from tests.unit.scheduler.plan.planner_builders import at, blocked, decide, make_job, make_node, make_running


def test_the_first_starts_when_running_work_ends():
    decision = decide([make_job("a")], [make_node("n1", 1, leased=(0,))], (make_running("n1", 0, ends=60),))

    assert blocked(decision, "a").expected_start == (at(60), at(60))
    assert blocked(decision, "a").basis == "By the measured remaining time of running work."


def test_the_next_may_start_as_soon_as_the_first_and_at_the_latest_after_it():
    jobs = [make_job("a", expected_seconds=100), make_job("b")]

    decision = decide(jobs, [make_node("n1", 1, leased=(0,))], (make_running("n1", 0, ends=60),))

    assert blocked(decision, "b").expected_start == (at(60), at(160))


def test_work_placed_in_this_pass_counts_by_its_expected_length():
    decision = decide([make_job("a", expected_seconds=30), make_job("b")], [make_node("n1", 1)])

    assert blocked(decision, "b").expected_start == (at(30), at(30))


def test_nothing_is_guessed_before_anything_was_measured():
    decision = decide([make_job("a")], [make_node("n1", 1, leased=(0,))], (make_running("n1", 0),))

    assert blocked(decision, "a").expected_start is None
    assert blocked(decision, "a").basis == "No running job has reported its remaining time yet."


def test_nothing_is_guessed_behind_work_without_an_estimate():
    nodes = [make_node("n1", 2, leased=(0, 1)), make_node("n2", 1, leased=(0,))]
    running = (make_running("n1", 0), make_running("n2", 0, ends=60))

    decision = decide([make_job("a", gpus=2)], nodes, running)

    assert blocked(decision, "a").expected_start is None
    assert blocked(decision, "a").basis == "The work it waits for has not reported its remaining time yet."


def test_nothing_is_guessed_behind_a_job_of_unknown_length():
    decision = decide(
        [make_job("a"), make_job("b")], [make_node("n1", 1, leased=(0,))], (make_running("n1", 0, ends=60),)
    )

    assert blocked(decision, "b").expected_start is None
    assert blocked(decision, "b").basis == "Nobody knows how long a workload ahead of it will run."


def test_a_gang_starts_when_its_last_node_is_ready():
    nodes = [make_node("n1", 1, leased=(0,)), make_node("n2", 1, leased=(0,))]
    running = (make_running("n1", 0, ends=10), make_running("n2", 0, ends=50))

    decision = decide([make_job("a", nodes=2, expected_seconds=5), make_job("b", nodes=2)], nodes, running)

    assert blocked(decision, "a").expected_start == (at(50), at(50))
    assert blocked(decision, "b").expected_start == (at(50), at(55))


def test_only_the_first_hundred_are_estimated():
    jobs = [make_job(f"job-{number:03}", number + 1, expected_seconds=1) for number in range(101)]

    decision = decide(jobs, [make_node("n1", 1, leased=(0,))], (make_running("n1", 0, ends=60),))

    assert decision.blocked[99].expected_start == (at(60), at(159))
    assert decision.blocked[100].expected_start is None
    assert decision.blocked[100].basis == "Only the first 100 that wait are estimated."


def test_what_cannot_start_says_so_instead_of_an_estimate():
    decision = decide([make_job("a", gpus=2)], [make_node("n1", 1, leased=(0,))], (make_running("n1", 0, ends=60),))

    assert blocked(decision, "a").expected_start is None
    assert blocked(decision, "a").basis == "It cannot start on the nodes there are."
