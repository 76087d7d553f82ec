"""A verdict that is asked for: all that it depends on, so that another process can give it, and that it can be kept."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice

from common.asked_media import DENY
from common.job_specs import JobSpec
from common.swift.command.job_environment import MEDIA_FOLDER
from common.swift.inputs.data import look_at, place_of
from common.swift.inputs.folders.check import MAX_ENTRIES
from common.swift.inputs.lengths import Limit, long_rows
from common.swift.inputs.places.roots import Roots
from common.swift.inputs.records.formats import shapes_for
from common.swift.inputs.sets.check import EXPERT_DATA, judges_for, media_judge
from common.swift.inputs.verdict import LongRows, Verdict

# Raise it when the same file gets another verdict than before.
RULES = 4


@dataclass(frozen=True, slots=True)
class AskedVerdict:
    """On the data set at `path`, a file or a folder, that the job's `field` names; of a larger one samples are read.

    `has_files` says that what the records name is on this machine. With a `limit` rows are looked for that are too
    long: that is of a model, and no part of what is kept.
    """

    spec: JobSpec
    field: str
    path: str
    roots: Roots
    media_urls: str = DENY
    has_files: bool = True
    whole_max_bytes: int | None = None
    limit: Limit | None = None

    def bytes(self) -> int:
        """How much there is to read. Raises OSError."""
        return sum(stat.st_size for stat in self._stats())

    def mark(self) -> str:
        """By which a kept verdict is found; another one for a file that was changed. Raises OSError."""
        files = [(stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns) for stat in self._stats()]
        asked = [
            RULES, self.path, files, self.field == EXPERT_DATA, self.spec.training.method, str(self.spec.task_type),
            self.spec.extra_args, self.spec.env.get(MEDIA_FOLDER, ""), self.media_urls, self.has_files,
            self.whole_max_bytes,
        ]  # fmt: skip
        return sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()

    def _stats(self) -> Iterator[os.stat_result]:
        place = place_of(self.path)
        files = (path for path in sorted(place.rglob("*")) if path.is_file()) if place.is_dir() else [place]
        return (path.stat() for path in islice(files, MAX_ENTRIES))


def give_verdict(asked: AskedVerdict) -> Verdict | None:
    """Read the data set, here and now; None when there is none. Raises InputRefused for the job's own media folder."""
    media = media_judge(asked.spec, asked.roots, asked.media_urls, has_files=asked.has_files)
    verdict = look_at(asked.path, judges_for(asked.spec, asked.field, media), asked.whole_max_bytes)
    if verdict is None:
        return None
    return replace(verdict, lasting=not media.looked_at, long=None if verdict.fault else find_long_rows(asked))


def find_long_rows(asked: AskedVerdict) -> LongRows | None:
    """Rows that are too long; None where there are none, or nothing that tells."""
    place = place_of(asked.path)
    if asked.limit is None or not place.is_file():
        return None
    try:
        return long_rows(place, shapes_for(asked.spec.training.method, asked.spec.extra_args), asked.limit)
    except BaseException as error:  # what a tokenizer's library raises over a file is not even an Exception
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        return None
