"""A job on several nodes: all its leases or none, each node's part freed by the proof of that node."""

import pytest

from common.jobs import Job
from common.places import Place
from common.reasons import Reason
from common.states import JobState, Verb
from common.store import Store, keys
from common.store.outcomes import Outcome
from tests.builders import make_deployment, make_job, make_places, make_placing
from tests.integration.store.test_job_verbs import place
from tests.integration.store.test_recovery import keep, recover
from tests.integration.store.two_nodes import LEASED, PLACES, assign, heartbeats, place_on_both

pytestmark = pytest.mark.integration


@pytest.fixture
def job(store: Store) -> Job:
    return place_on_both(store, make_job())


def test_its_record_tells_all_of_them_and_the_first_speaks_for_it(store: Store, job: Job) -> None:
    assert job.places == PLACES
    assert (job.node, job.gpu_ids) == ("node-1", ("GPU-0", "GPU-1", "GPU-0"))
    assert job.place_on("node-2") == PLACES[1]
    assert job.place_on("node-3") is None
    assert set(store.nodes.leases()) == LEASED
    assert store.client.xrevrange(keys.TRANSITIONS, count=1)[0][1]["node"] == "node-1"


def test_a_record_of_one_node_is_written_as_before_there_were_several(store: Store) -> None:
    place(store, gpu_ids=("GPU-0", "GPU-1"))

    written = store.client.hmget(keys.of("one").record, "node", "boot_id", "instance", "gpu_ids")

    assert written == ["node-1", "boot-1", "instance-1", "GPU-0,GPU-1"]


@pytest.mark.parametrize("taken", [make_places("GPU-0"), make_places("GPU-1"), PLACES[1:]])
def test_one_gpu_that_is_taken_leaves_all_others_free(store: Store, taken: tuple[Place, ...]) -> None:
    heartbeats(store)
    assert assign(store, make_job("other"), taken) == (Outcome.OK, 1)

    assert assign(store, make_job()) == (Outcome.GPU_TAKEN, 0)

    assert set(store.nodes.leases().values()) == {"other:1"}
    assert store.jobs.get("one").places == ()


def test_a_second_node_that_is_drained_leaves_the_first_free(store: Store) -> None:
    heartbeats(store)
    store.nodes.drain("node-2", "somebody", "repair")

    assert assign(store, make_job()) == (Outcome.NODE_GONE, 0)

    assert store.nodes.leases() == {}


def test_a_port_is_one_of_the_first_node(store: Store) -> None:
    heartbeats(store)

    assign(store, make_deployment("tiny~deploy-1"), ports=(30000, 30000))

    assert set(store.nodes.leases()) == LEASED | {("node-1", "port:30000")}
    store.attempts.end("tiny~deploy-1", 1, Verb.STOP, None, "stopped")
    assert store.nodes.leases() == {}


def test_its_end_frees_it_on_all_nodes(store: Store, job: Job) -> None:
    assert store.attempts.end(job.id, 1, Verb.FAIL, Reason.NODE_LOST, "over") is Outcome.OK

    assert store.nodes.leases() == {}
    assert store.jobs.get(job.id).places == PLACES  # where it ran


def test_back_in_the_queue_it_has_no_places(store: Store, job: Job) -> None:
    outcome = store.attempts.requeue(job.id, 1, Reason.NODE_LOST, "again", delay_seconds=0, counter="infra_failures")

    assert outcome is Outcome.OK
    assert store.nodes.leases() == {}
    assert store.jobs.get(job.id).places == ()


def test_each_node_frees_its_own_part_of_one_that_was_ended_by_force(store: Store, job: Job) -> None:
    assert store.attempts.force_end(job.id, "cancelled by force") is Outcome.OK

    kept = {lease.node: lease for lease in store.nodes.kept()}
    assert {name: (lease.instance, lease.gpu_ids) for name, lease in kept.items()} == {
        "node-1": ("instance-1", ("GPU-0", "GPU-1")),
        "node-2": ("instance-2", ("GPU-0",)),
    }
    assert {(lease.job_id, lease.attempt, lease.holder) for lease in kept.values()} == {("one", 1, "one:1")}
    store.nodes.release([kept["node-2"]])
    assert set(store.nodes.leases()) == {("node-1", "GPU-0"), ("node-1", "GPU-1")}
    store.nodes.release([kept["node-1"]])
    assert store.nodes.leases() == {}


@pytest.mark.parametrize(
    ("first", "second"),
    [(("node-1", "instance-1"), ("node-2", "instance-2")), (("node-2", "instance-2"), ("node-1", "instance-1"))],
)
def test_the_first_node_that_comes_registers_all_of_it_again(store: Store, job: Job, first, second) -> None:
    kept, leases = keep(store), store.nodes.leases()
    store.client.flushall()

    assert recover(store, kept, *first) is Outcome.RECOVERED
    assert recover(store, kept, *second) is Outcome.OK

    assert store.jobs.get("one").places == PLACES
    assert store.nodes.leases() == leases


def test_another_disk_of_one_of_its_nodes_has_nothing_of_it(store: Store, job: Job) -> None:
    assert recover(store, keep(store), "node-2", "instance-3") is Outcome.UNWANTED
    assert recover(store, keep(store), "node-3", "instance-2") is Outcome.UNWANTED


def test_it_is_not_registered_again_where_another_one_has_a_gpu_of_its_second_node(store: Store, job: Job) -> None:
    kept = keep(store)
    store.client.flushall()
    heartbeats(store)
    assign(store, make_job("other"), PLACES[1:])

    assert recover(store, kept) is Outcome.LEASE_TAKEN
    assert store.nodes.leases() == {("node-2", "GPU-0"): "other:1"}


def test_an_end_that_is_told_again_takes_nothing(store: Store, job: Job) -> None:
    store.attempts.start(job.id, 1, 4711, "/log", "started")
    before = {name: store.client.dump(name) for name in store.client.keys("*")}
    store.attempts.end(job.id, 1, Verb.COMPLETE, None, "done")
    kept = keep(store)
    store.client.flushdb()
    for name, value in before.items():
        store.client.restore(name, 0, value)

    assert recover(store, kept, "node-2", "instance-2") is Outcome.RECOVERED

    assert store.jobs.get("one").state is JobState.COMPLETED
    assert store.nodes.leases() == {}


@pytest.mark.parametrize("places", [(), PLACES[:1] * 2])
def test_no_place_and_one_node_twice_are_mistakes_of_the_planner(places: tuple[Place, ...]) -> None:
    with pytest.raises(ValueError, match="a node twice"):
        make_placing(1, places=places)


def test_a_node_of_another_name_registers_what_was_on_one_node_only(store: Store, job: Job) -> None:
    place(store, make_job("single"), gpu_ids=())
    several, single = keep(store), keep(store, "single")
    store.client.flushall()

    assert recover(store, several, "node-9", "instance-1") is Outcome.UNWANTED
    assert recover(store, single, "node-9", "instance-1") is Outcome.RECOVERED
    assert store.jobs.get("single").places == make_places(node="node-9")
