"""Is this data set one that ms-swift can train on? Reads a bounded part, so 50 GB cost what 5 MB do."""

import os
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path

from common.field_problem import FieldProblem
from common.reasons import Reason
from common.swift.inputs.formats import Judge, accept
from common.swift.inputs.paths import split_sample
from common.swift.inputs.records import check_csv_header, check_json_file, check_json_lines, check_parquet

FIELD = "data_path"
# What `datasets` loads by file suffix, which is how ms-swift calls it.
CHECKS = {".jsonl": check_json_lines, ".json": check_json_file, ".csv": check_csv_header, ".parquet": check_parquet}
ACCEPTED = (".jsonl", ".json", ".csv", ".parquet", ".arrow", ".txt")
# In a folder `datasets` finds more: compressed files, image, audio and web data sets.
IN_FOLDERS = (
    *ACCEPTED, ".gz", ".zst", ".xz", ".bz2", ".zip", ".tar", ".tsv", ".xml",
    ".png", ".jpg", ".jpeg", ".webp", ".wav", ".mp3", ".flac", ".mp4",
)  # fmt: skip
FOLDER_MAX_ENTRIES = 10_000


def check_data_path(
    path: str | Path, known_columns: Collection[str] = (), field: str = FIELD, judge: Judge = accept
) -> list[FieldProblem]:
    """What keeps the data set at `path` (a file or a folder) from being trained on; empty when nothing was found.

    ms-swift's sampling suffix (`data.jsonl#1000`) is understood. `known_columns` are further names of columns that
    hold text, such as those that the option `columns` renames. `judge` finds fault with a single record
    (common.swift.inputs.formats).
    """
    place = _place(str(path))
    if not place.exists():
        return [FieldProblem(field, Reason.DATA_NOT_FOUND, f"{place} does not exist on this machine")]
    try:
        why = _folder_problem(place) if place.is_dir() else _file_problem(place, known_columns, judge)
    except OSError as error:
        why = f"{place} cannot be read: {error.strerror}"
    return [FieldProblem(field, Reason.DATA_INVALID, why)] if why else []


def _place(path: str) -> Path:
    whole = Path(path)
    return whole if whole.exists() else Path(split_sample(path)[0])


def _file_problem(path: Path, known_columns: Collection[str], judge: Judge) -> str:
    if not os.access(path, os.R_OK):
        return f"{path} is not readable for this service"
    suffix = path.suffix.lower()
    if suffix not in ACCEPTED:
        return f"{path} ends in {suffix or 'no suffix'}; ms-swift reads {', '.join(ACCEPTED)}"
    if path.stat().st_size == 0:
        return f"{path} is empty"
    return CHECKS[suffix](path, known_columns, judge) if suffix in CHECKS else ""


def _folder_problem(folder: Path) -> str:
    files = list(islice(_files(folder), FOLDER_MAX_ENTRIES))
    if not files:
        return f"{folder} is empty"
    if len(files) < FOLDER_MAX_ENTRIES and not any(name.lower().endswith(IN_FOLDERS) for name in files):
        return f"{folder} has no data file ({', '.join(ACCEPTED)})"
    return ""


def _files(folder: Path) -> Iterator[str]:
    for _, _, names in os.walk(folder):
        yield from names
