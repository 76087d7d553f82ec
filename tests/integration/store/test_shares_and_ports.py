"""Shares of GPUs and ports through the planner and the scripts: what is given away fits, whoever asks and in whatever
order (S1, S2, S12).
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from common.errors import StateConflict
from common.job_specs import JobSpec
from common.jobs import Job
from common.leases import shared_mib
from common.nodes import Node
from common.reasons import Reason
from common.settings import Settings
from common.states import JobState, Verb
from common.store import Store
from common.store.consistency import inconsistencies
from common.store.outcomes import Outcome
from deploy.sources import Source
from deploy.submission import submit_deployment
from scheduler.plan.planner import plan
from scheduler.plan.workloads import Blocked
from scheduler.scheduler import Scheduler
from scheduler.scheduling_pass import run_passes
from scheduler.snapshot import take_snapshot
from tests.builders import make_deployment, make_job, make_node, make_placing, make_request

pytestmark = pytest.mark.integration

Pass = Callable[[], None]


@pytest.fixture
def run_pass(store: Store, settings: Settings) -> Pass:
    return lambda: _pass(store, settings)


def _pass(store: Store, settings: Settings) -> None:
    run_passes(Scheduler(store, settings, lambda *_: None))


def add_node(store: Store, **changes: Any) -> Node:
    """GPUs of 1000 MiB each."""
    node = make_node(**{"deploy_ports": (30000, 30009), **changes})
    assert store.nodes.heartbeat(node, 30).word == "ok"
    return node


def serve(store: Store, number: int, **changes: Any) -> str:
    job = make_deployment(f"tiny~deploy-{number}", **changes)
    store.jobs.submit(job, "accepted")
    return job.id


def placed(store: Store) -> list[str]:
    return sorted(job.id for job in store.jobs.placed())


def why(store: Store, settings: Settings, job_id: str) -> Blocked:
    seen = take_snapshot(store, settings)
    blocked = plan(seen.workloads, seen.nodes, seen.running, seen.now, seen.limits).blocked
    return next(answer for answer in blocked if answer.workload_id == job_id)


def end(store: Store, job_id: str) -> None:
    attempt = store.jobs.get(job_id).attempt
    assert store.attempts.end(job_id, attempt, Verb.STOP, Reason.CANCELLED_BY_USER, "over") is Outcome.OK


def test_shares_fill_a_gpu_and_what_does_not_fit_waits_for_room(
    store: Store, settings: Settings, run_pass: Pass
) -> None:
    add_node(store, gpus=1)
    first, second, third = (serve(store, number, gpu_memory_mib=450) for number in (1, 2, 3))
    run_pass()
    assert placed(store) == [first, second]
    assert shared_mib(store.nodes.leases()["node-1", "GPU-0"]) == 900
    waits = why(store, settings, third)
    assert (waits.reason, waits.position) == (Reason.GPUS_BUSY, 1)
    assert waits.message == (
        "Needs 0.439 GiB of a GPU and a port; 0 of 1 are free, 1 is leased; of a shared one at most 0.0977 GiB are "
        "left."
    )

    end(store, first)
    run_pass()

    assert placed(store) == [second, third]


def test_a_plan_that_is_out_of_date_gives_away_nothing_twice(store: Store) -> None:
    """The scripts decide: whole, share and port are each refused where they do not fit any more."""
    add_node(store, gpus=2)
    epoch, numbers = store.passes.begin("token"), count(1)

    def assign(gpu: str, share: int, port: int) -> Outcome:
        job_id = serve(store, next(numbers), gpu_memory_mib=share)
        placing = make_placing(epoch, gpu, ports=(port, port), share_mib=share, gpu_memory_mib=1000)
        return store.attempts.assign(job_id, placing)[0]

    assert assign("GPU-0", 600, 30000) is Outcome.OK
    assert assign("GPU-0", 401, 30001) is Outcome.GPU_TAKEN
    assert assign("GPU-0", 0, 30001) is Outcome.GPU_TAKEN
    assert assign("GPU-0", 400, 30000) is Outcome.PORT_TAKEN
    assert assign("GPU-0", 400, 30001) is Outcome.OK
    assert assign("GPU-0", 1, 30002) is Outcome.GPU_TAKEN
    assert assign("GPU-1", 1001, 30002) is Outcome.GPU_TAKEN
    assert assign("GPU-1", 0, 30002) is Outcome.OK
    assert assign("GPU-1", 1, 30003) is Outcome.GPU_TAKEN
    assert len(store.nodes.leases()) == 5  # and what was refused holds nothing


def test_a_share_takes_the_tightest_room_and_leaves_whole_gpus_alone(store: Store, run_pass: Pass) -> None:
    add_node(store, gpus=3)
    wide, narrow = serve(store, 1, gpu_memory_mib=300), serve(store, 2, gpu_memory_mib=800)
    run_pass()

    small = serve(store, 3, gpu_memory_mib=200)
    run_pass()

    gpus = {job.id: job.gpu_ids for job in store.jobs.placed()}
    assert gpus[small] == gpus[narrow] != gpus[wide]


def test_whole_gpus_and_shares_never_mix(store: Store, settings: Settings, run_pass: Pass) -> None:
    add_node(store, gpus=2)
    share = serve(store, 1, gpu_memory_mib=100)
    run_pass()
    store.jobs.submit(make_job("both", gpus=2), "accepted")
    store.jobs.submit(make_job("one", gpus=1, priority=1), "accepted")
    run_pass()

    assert placed(store) == ["one", share]
    assert why(store, settings, "both").reason is Reason.GPUS_BUSY
    late = serve(store, 2, gpu_memory_mib=100, priority=2)
    run_pass()
    assert placed(store) == ["one", share, late]
    whole, shared = store.jobs.get("one").gpu_ids, store.jobs.get(share).gpu_ids
    assert whole != shared == store.jobs.get(late).gpu_ids

    end(store, share)
    end(store, late)
    run_pass()
    assert placed(store) == ["one"]  # `both` needs two


def test_a_share_does_not_settle_on_a_gpu_that_is_kept_for_somebody_ahead(
    store: Store, settings: Settings, run_pass: Pass
) -> None:
    """Otherwise small servers could keep a training from its GPU for ever."""
    add_node(store, gpus=1)
    first = serve(store, 1, gpu_memory_mib=100)
    run_pass()
    store.jobs.submit(make_job("training"), "accepted")
    late, better = serve(store, 2, gpu_memory_mib=100), serve(store, 3, gpu_memory_mib=100, priority=1)
    run_pass()

    assert placed(store) == [first, better]
    waits = why(store, settings, late)
    assert (waits.reason, waits.position) == (Reason.BEHIND_RESERVATION, 2)
    assert waits.message.endswith("the free GPUs that would do are kept for training, which is ahead of it.")
    end(store, first)
    end(store, better)
    run_pass()
    assert placed(store) == ["training"]


def test_a_share_that_no_gpu_has_is_too_large(store: Store, settings: Settings) -> None:
    add_node(store)
    job_id = serve(store, 1, gpu_memory_mib=1001)

    waits = why(store, settings, job_id)

    assert waits.reason is Reason.TOO_LARGE
    assert waits.message == "Needs 0.978 GiB of a GPU and a port; no node has such a GPU; the nodes have H200."


def test_a_hundred_that_race_for_one_port_leave_one_with_it(store: Store, settings: Settings) -> None:
    add_node(store, gpus=128)
    over = threading.Event()

    def schedule() -> None:
        while not over.is_set():
            _pass(store, settings)

    def submit(number: int) -> str:
        source = Source(make_request("/model", name=f"model-{number}", port=4711))
        try:
            return submit_deployment(store, settings, source, "test").jobs[0].id
        except StateConflict as refusal:
            assert refusal.message.startswith("port 4711 is leased by model-")
            return ""

    schedulers = [threading.Thread(target=schedule) for _ in range(3)]
    for scheduler in schedulers:
        scheduler.start()
    with ThreadPoolExecutor(16) as pool:
        accepted = [job_id for job_id in pool.map(submit, range(100)) if job_id]
    over.set()
    for scheduler in schedulers:
        scheduler.join()
    _pass(store, settings)

    (winner,) = store.jobs.placed()
    assert winner.served.port == 4711
    waiting = [job_id for job_id in accepted if job_id != winner.id]
    assert {store.jobs.get(job_id).state for job_id in waiting} <= {JobState.QUEUED}
    for job_id in waiting[:3]:
        waits = why(store, settings, job_id)
        assert waits.reason is Reason.PORT_BUSY
        assert waits.message == (
            f"Needs 1 GPU and port 4711; port 4711 is leased by {winner.id} where it could run; it comes free when "
            "that one ends."
        )
    if waiting:
        end(store, winner.id)
        _pass(store, settings)
        (heir,) = store.jobs.placed()
        assert (heir.id, heir.served.port) == (min(waiting, key=lambda job_id: store.jobs.get(job_id).sequence), 4711)


def test_a_node_with_few_ports_serves_as_many_and_the_next_waits_for_one(
    store: Store, settings: Settings, run_pass: Pass
) -> None:
    add_node(store, gpus=8, deploy_ports=(30000, 30001))
    first, second, third, fourth = (serve(store, number) for number in (1, 2, 3, 4))
    run_pass()
    assert placed(store) == [first, second]
    for job_id in (third, fourth):
        waits = why(store, settings, job_id)
        assert waits.reason is Reason.PORT_BUSY
        assert waits.message == (
            "Needs 1 GPU and a port; all ports of the nodes that could run it (30000-30001) are leased."
        )
        assert store.jobs.get(job_id).state is JobState.QUEUED

    end(store, first)
    run_pass()

    assert placed(store) == [second, third]
    assert {job.served.port for job in store.jobs.placed()} == {30000, 30001}


def test_ports_go_round_so_that_an_attempt_never_gets_the_same_one_again(store: Store, run_pass: Pass) -> None:
    add_node(store, gpus=8, deploy_ports=(30000, 30002))
    job_id = serve(store, 1)
    ports = []
    for _ in range(4):
        run_pass()
        job = store.jobs.get(job_id)
        ports.append(job.served.port)
        store.attempts.requeue(
            job_id, job.attempt, Reason.PORT_STOLEN, "again", delay_seconds=0, counter="infra_failures"
        )
    assert ports == [30000, 30001, 30002, 30000]

    other = serve(store, 2, priority=1)
    run_pass()
    assert store.jobs.get(other).served.port == 30001  # and what is new starts behind the last one


def test_two_reasons_of_two_demands_are_not_mixed_up(store: Store, settings: Settings, run_pass: Pass) -> None:
    """Neither finds a node: one for its port, the other for its name."""
    add_node(store, deploy_ports=(30000, 30000))
    serve(store, 1)
    run_pass()
    port = serve(store, 2)
    nowhere = make_deployment("tiny~deploy-3")
    store.jobs.submit(nowhere.evolve(spec=_on(nowhere, "nobody")), "accepted")

    assert why(store, settings, port).reason is Reason.PORT_BUSY
    assert why(store, settings, nowhere.id).reason is Reason.TOO_LARGE


def _on(job: Job, node: str) -> JobSpec:
    return replace(job.spec, node_names=(node,))


OPERATIONS = st.one_of(
    st.tuples(st.just("share"), st.sampled_from((100, 250, 400, 600, 1000, 1200)), st.sampled_from((0, 30001))),
    st.tuples(st.just("server"), st.integers(1, 2), st.sampled_from((0, 0, 30000, 31000))),
    st.tuples(st.just("training"), st.integers(1, 3), st.integers(0, 2)),
    st.tuples(st.just("pass"), st.just(0), st.just(0)),
    st.tuples(st.just("end"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("requeue"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("cancel"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("reopen"), st.integers(0, 9), st.just(0)),
)


@hypothesis_settings(max_examples=40)
@given(st.lists(OPERATIONS, min_size=4, max_size=25))
def test_whatever_is_asked_for_in_whatever_order_what_is_given_fits(
    store: Store, settings: Settings, operations: list[tuple[str, int, int]]
) -> None:
    store.client.flushall()
    add_node(store, gpus=2, deploy_ports=(30000, 30002))
    add_node(store, name="node-2", gpus=1, deploy_ports=(30000, 30000))

    for number, operation in enumerate([*operations, ("pass", 0, 0)], start=1):
        _do(store, settings, number, operation)

        assert inconsistencies(store) == []
    # It comes to rest: a plan does not know which of its own ports a node will give, the next one does.
    _pass(store, settings)
    before = placed(store)
    _pass(store, settings)
    assert placed(store) == before


def _do(store: Store, settings: Settings, number: int, operation: tuple[str, int, int]) -> None:
    what, first, second = operation
    if what == "share":
        serve(store, number, gpu_memory_mib=first, port=second)
    elif what == "server":
        serve(store, number, gpus=first, port=second)
    elif what == "training":
        store.jobs.submit(make_job(f"job-{number}", gpus=first, priority=second), "accepted")
    elif what == "pass":
        _pass(store, settings)
    elif candidates := CANDIDATES[what](store):
        _move(store, candidates[first % len(candidates)], what)


CANDIDATES: dict[str, Callable[[Store], list[Job]]] = {
    "end": lambda store: store.jobs.placed(),
    "requeue": lambda store: store.jobs.placed(),
    "cancel": lambda store: store.queue.jobs(),
    "reopen": lambda store: [
        job for job in store.jobs.get_many(store.listings.all_ids()) if job.spec.model_name and job.is_final
    ],
}


def _move(store: Store, job: Job, how: str) -> None:
    match how:
        case "end":
            verb = Verb.STOP if job.spec.model_name else Verb.FAIL
            store.attempts.end(job.id, job.attempt, verb, Reason.EXIT_NONZERO, "over")
        case "requeue":
            again = Reason.RUNNER_LOST
            store.attempts.requeue(job.id, job.attempt, again, "again", delay_seconds=0, counter="infra_failures")
        case "cancel":
            store.jobs.cancel(job.id, "enough")
        case "reopen":
            assert store.deployments.reopen(job.id, "again") is Outcome.OK
