"""A plan that puts a job on two nodes, as the planner could make it, is carried out as one placement."""

import pytest

from api.language.chinese import in_chinese
from common.settings import Settings
from common.store import Store
from scheduler import scheduling_pass
from scheduler.plan.workloads import Placement, Plan
from scheduler.scheduler import Scheduler
from tests.builders import make_job
from tests.integration.store.test_job_verbs import submit
from tests.integration.store.two_nodes import PLACES, heartbeats

pytestmark = pytest.mark.integration


def test_it_is_assigned_hinted_and_told_of_as_a_whole(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    heartbeats(store)
    submit(store, make_job())
    planned = Plan((Placement("one", tuple((place.node, place.gpu_ids) for place in PLACES)),))
    monkeypatch.setattr(scheduling_pass, "plan", lambda *_: planned)
    hints: list[tuple[str, int]] = []

    scheduling_pass.run_passes(
        Scheduler(store, settings, lambda _, place, attempt: hints.append((place.node, attempt)))
    )

    assert store.jobs.get("one").places == PLACES
    assert hints == [("node-1", 1), ("node-2", 1)]
    message = store.events.newest("one", 1)[0][0].message
    assert message == "assigned GPU 0, 1 of node node-1, and GPU 0 of node node-2"
    assert in_chinese(message) == "已分配节点 node-1 的GPU 0, 1，以及节点 node-2 的GPU 0"
