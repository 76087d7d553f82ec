"""How a Job lies in its Redis hash: flat texts under the names of the dataclass, times in milliseconds with `_ms`
behind the name, JSON for what is nested. The places of a job are `node`, `boot_id`, `instance` and `gpu_ids`; where it
has several, `;` parts them in each of these (common/store/lua/parts/places.lua).

What is read is derived from the dataclasses: a field that is added to one of them is read, or its type is refused when
the service starts.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, asdict, fields
from datetime import datetime
from functools import cache
from itertools import zip_longest
from typing import Any, get_type_hints

from common.checkpoints import Checkpoints
from common.clock import from_ms
from common.job_specs import JobSpec
from common.jobs import Exported, Job, Phase, Progress, Served
from common.places import Place
from common.refusals import Refusal, load_refusals
from common.rows import Rows, load_rows
from common.states import JobState
from common.store.spec_record import load_spec

# What the text of a field is read as, by the field's type; a field that is not there is an empty text.
_READERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: lambda text: int(text or 0),
    bool: lambda text: text == "1",
    int | None: lambda text: int(text) if text else None,
    float | None: lambda text: float(text) if text else None,
    datetime: lambda text: from_ms(int(text)),
    datetime | None: lambda text: from_ms(int(text)) if text else None,
    tuple[str, ...]: lambda text: tuple(filter(None, text.split(","))),
    tuple[Refusal, ...]: load_refusals,
    JobState: JobState,
    Phase | None: lambda text: Phase(text) if text else None,
    Progress | None: lambda text: Progress(**json.loads(text)) if text else None,
    Rows | None: load_rows,
    dict[str, str]: lambda text: json.loads(text) if text else {},
    JobSpec: load_spec,
}
_TIMES = (datetime, datetime | None)
_PARTS = (Checkpoints, Exported, Served)
_COMPOSED = (*_PARTS, tuple[Place, ...])
_OF_A_PLACE = ("node", "boot_id", "instance", "gpu_ids")
_ALWAYS = frozenset({"id", "spec", "state", "created_at_ms"})


def dump_progress(progress: Progress) -> str:
    return json.dumps({name: value for name, value in asdict(progress).items() if value is not None})


def is_whole(record: Mapping[str, str]) -> bool:
    """Whether there is a job in the hash: one that is empty, or holds a stray field, is none."""
    return record.keys() >= _ALWAYS


def is_deleted(record: Mapping[str, str]) -> bool:
    """Whether its user deleted it: nobody sees it any more, though it may not have ended yet."""
    return bool(record.get("deleted_at_ms"))


def load_job(record: Mapping[str, str]) -> Job:
    """The Job of a hash as `HGETALL` returns it."""
    return Job(
        **_read(Job, record),
        places=load_places(record),
        checkpoints=Checkpoints(**_read(Checkpoints, record)),
        exported=Exported(**_read(Exported, record)),
        served=Served(**_read(Served, record)),
    )


def load_places(record: Mapping[str, str]) -> tuple[Place, ...]:
    """The places in a hash: none of a job that has no node."""
    if not record.get("node"):
        return ()
    columns = [record.get(name, "").split(";") for name in _OF_A_PLACE]
    return tuple(
        Place(node, boot_id, instance, tuple(filter(None, gpu_ids.split(","))))
        for node, boot_id, instance, gpu_ids in zip_longest(*columns, fillvalue="")
    )


def dump_places(places: Sequence[Place]) -> list[str]:
    """The texts of `node`, `boot_id`, `instance` and `gpu_ids`."""
    rows = [(place.node, place.boot_id, place.instance, ",".join(place.gpu_ids)) for place in places]
    return [";".join(column) for column in zip(*rows, strict=True)]


def _read(kind: type, record: Mapping[str, str]) -> dict[str, Any]:
    """What is not in the record is as in a new job."""
    return {
        name: read(record.get(key, "")) for name, key, read, optional in _plan(kind) if key in record or not optional
    }


@cache
def _plan(kind: type) -> tuple[tuple[str, str, Callable[[str], Any], bool], ...]:
    """Name, key in the hash and reader of each field that is no part, and whether it has a default."""
    hints = get_type_hints(kind)
    return tuple(
        (
            field.name,
            f"{field.name}_ms" if hints[field.name] in _TIMES else field.name,
            _READERS[hints[field.name]],
            field.default is not MISSING,
        )
        for field in fields(kind)
        if hints[field.name] not in _COMPOSED
    )


for _kind in (Job, *_PARTS):
    _plan(_kind)
