"""Places a job on two nodes, as no body can ask for yet."""

from common.jobs import Job
from common.places import Place
from common.store import Store
from common.store.outcomes import Outcome
from tests.builders import make_node, make_places, make_placing
from tests.integration.store.test_job_verbs import submit

SECOND = {"boot_id": "boot-2", "instance": "instance-2"}
PLACES = make_places("GPU-0", "GPU-1") + make_places("GPU-0", node="node-2", **SECOND)
LEASED = {("node-1", "GPU-0"), ("node-1", "GPU-1"), ("node-2", "GPU-0")}


def heartbeats(store: Store) -> None:
    store.nodes.heartbeat(make_node(), 30)
    store.nodes.heartbeat(make_node("node-2", **SECOND), 30)


def assign(store: Store, job: Job, places: tuple[Place, ...] = PLACES, **changes: object) -> tuple[Outcome, int]:
    submit(store, job)
    epoch = store.passes.begin("token")
    store.passes.end("token")
    return store.attempts.assign(job.id, make_placing(epoch, places=places, **changes))


def place_on_both(store: Store, job: Job, places: tuple[Place, ...] = PLACES) -> Job:
    heartbeats(store)
    assert assign(store, job, places) == (Outcome.OK, 1)
    return store.jobs.get(job.id)
