"""Where a training runs that goes on from earlier jobs."""

from types import SimpleNamespace
from typing import Any

import pytest

from api.services.checks.form import Form
from api.services.going_on import GoneOn, go_on
from common.errors import JobNotFound
from common.jobs import Job
from common.states import JobState
from common.swift.inputs import Roots
from tests.builders import make_job, make_places, make_spec

BASE = "Qwen/Qwen2.5-7B-Instruct"


def left_on(node: str, job_id: str, **changes: Any) -> Job:
    values = {"state": JobState.COMPLETED, "checkpoint_path": f"/out/{job_id}/attempt-1/checkpoint-4", **changes}
    return make_job(job_id, spec=make_spec(output_dir=f"out/{job_id}"), places=make_places(node=node), **values)


def asked(*jobs: Job, form: Form | None = None, **spec: Any) -> GoneOn:
    known = {job.id: job for job in jobs}

    def get(job_id: str) -> Job:
        if job_id not in known:
            raise JobNotFound(job_id)
        return known[job_id]

    store = SimpleNamespace(jobs=SimpleNamespace(get=get), checkpoints=SimpleNamespace(of=lambda _: ()))
    settings = SimpleNamespace(allowed_roots=Roots(()), inputs_visible_to_api=False)
    return go_on(SimpleNamespace(store=store, settings=settings), make_spec(**spec), form or Form())


@pytest.fixture
def adapter() -> Job:
    return left_on("node-1", "a")


def test_who_names_no_job_gets_what_was_asked_for() -> None:
    assert asked(model_path="/models/a") == GoneOn(make_spec(model_path="/models/a"))


def test_it_runs_where_the_files_are(adapter: Job) -> None:
    found = asked(adapter, extra_args={"adapters": ["a"]})

    assert found.spec.node_names == ("node-1",)
    assert found.spec.extra_args == {"adapters": ["/out/a/attempt-1/checkpoint-4"]}
    assert found.spec.earlier_jobs == {"adapters": "a"}


def test_who_names_nodes_knows_of_a_shared_disk_and_is_told(adapter: Job) -> None:
    found = asked(adapter, extra_args={"adapters": ["a"]}, node_names=("node-2",))

    assert found.spec.node_names == ("node-2",)
    assert found.notes[1] == (
        "extra_args.adapters: that was left on node node-1; the nodes of constraints.node_names have to see it, too"
    )


def test_files_on_the_disks_of_two_nodes_are_refused_unless_nodes_are_named() -> None:
    model = left_on("node-1", "m", export_path="/out/m/attempt-1/merged")
    on_it = left_on("node-2", "a")
    on_it = on_it.evolve(spec=make_spec(model_path="/out/m/attempt-1/merged"))
    both = {"model_path": "m", "extra_args": {"adapters": ["a"]}}

    [problem] = asked(model, on_it, form=Form(moved={"extra_args.adapters": "adapters"}), **both).problems

    assert problem.field == "adapters"
    assert problem.message == (
        "the adapter of job 'a' (checkpoint-4) is on node node-2, the model of job 'm' on node node-1: name nodes that "
        "see both, in constraints.node_names"
    )
    shared = asked(model, on_it, node_names=("node-3",), **both)
    assert (shared.problems, shared.spec.node_names) == ((), ("node-3",))
    assert shared.spec.earlier_jobs == {"model_path": "m", "adapters": "a"}
