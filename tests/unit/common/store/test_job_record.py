"""Every field of a job that lies in its hash is read, whatever is added to the dataclasses."""

from dataclasses import fields
from datetime import UTC, datetime

import pytest

from common.checkpoints import Checkpoints
from common.jobs import Exported, Job, Phase, Progress, Served
from common.places import Place
from common.refusals import Refusal
from common.rows import Rows
from common.states import JobState
from common.store.job_record import dump_places, load_job, load_places
from common.store.spec_record import dump_spec
from tests.builders import make_spec

WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MS = str(int(WHEN.timestamp() * 1000))
REFUSAL = Refusal("gpu-1", "i", 1, "path_not_found", "gone")
# What is no plain text, number or moment.
WRITTEN = {
    "spec": (dump_spec(make_spec()), make_spec()),
    "state": ("running", JobState.RUNNING),
    "held": ("1", True),
    "phase": ("serve", Phase.SERVE),
    "progress": ('{"step": 3}', Progress(step=3)),
    "rows": ('{"given": 3, "used": 2}', Rows(3, 2)),
    "links": ('{"wandb": "https://tracker/run"}', {"wandb": "https://tracker/run"}),
    "refused_by": (
        '[{"node": "gpu-1", "instance": "i", "session": 1, "reason": "path_not_found", "message": "gone"}]',
        (REFUSAL,),
    ),
}


def written(name: str, hint: str) -> tuple[str, str, object]:
    """Key in the hash, its text, and what it is to be read as: a value of its own for each field."""
    if name in WRITTEN:
        return name, *WRITTEN[name]
    if "datetime" in hint:
        return f"{name}_ms", MS, WHEN
    number = len(name)
    if "float" in hint:
        return name, f"{number}.5", number + 0.5
    return (name, str(number), number) if "int" in hint else (name, f"the {name}", f"the {name}")


def test_no_field_of_a_record_is_lost() -> None:
    parts = {"checkpoints": Checkpoints, "exported": Exported, "served": Served}
    everything = [(Job, "", field) for field in fields(Job) if field.name not in {*parts, "places"}]
    everything += [(part, name, field) for name, part in parts.items() for field in fields(part)]
    told = {(where, field.name): written(field.name, str(field.type)) for _, where, field in everything}

    job = load_job({key: text for key, text, _ in told.values()})

    for (where, name), (_, _, value) in told.items():
        holder = getattr(job, where) if where else job
        assert getattr(holder, name) == value, name


@pytest.mark.parametrize(
    ("texts", "places"),
    [
        (("gpu-1", "b", "i", "GPU-a,GPU-b"), (Place("gpu-1", "b", "i", ("GPU-a", "GPU-b")),)),
        (
            ("gpu-1;gpu-2", "b;c", "i;j", "GPU-a,GPU-b;GPU-c"),
            (Place("gpu-1", "b", "i", ("GPU-a", "GPU-b")), Place("gpu-2", "c", "j", ("GPU-c",))),
        ),
        (("k8s", "", "", ""), (Place("k8s"),)),
        (("", "", "", ""), ()),
    ],
)
def test_places_lie_in_four_fields(texts: tuple[str, ...], places: tuple[Place, ...]) -> None:
    record = dict(zip(("node", "boot_id", "instance", "gpu_ids"), texts, strict=True))

    assert load_places(record) == places
    assert not places or dump_places(places) == list(texts)


def test_a_place_that_an_earlier_release_wrote_names_no_disk() -> None:
    assert load_places({"node": "gpu-1", "boot_id": "b", "gpu_ids": "GPU-a"}) == (Place("gpu-1", "b", "", ("GPU-a",)),)


def test_what_is_not_there_is_as_in_a_new_job() -> None:
    job = load_job({"id": "one", "spec": dump_spec(make_spec()), "state": "pending", "created_at_ms": MS})

    assert (job.exported, job.served, job.progress, job.gpu_ids) == (Exported(), Served(), None, ())
