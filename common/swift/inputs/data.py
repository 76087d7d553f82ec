"""Is this data set one that ms-swift can train on? Says where it is not, and how it is read where that is not plain."""

from collections.abc import Collection, Mapping
from pathlib import Path

from common.field_problem import FieldProblem
from common.reasons import Reason
from common.swift.inputs.file_check import check_file
from common.swift.inputs.folders.check import check_folder
from common.swift.inputs.places.paths import split_sample
from common.swift.inputs.records.formats import Judge, accept
from common.swift.inputs.records.judging import Judges
from common.swift.inputs.verdict import Verdict

FIELD = "data_path"


def check_data_path(
    path: str | Path,
    known_columns: Mapping[str, str] | Collection[str] = (),
    field: str = FIELD,
    judge: Judge = accept,
    min_rows_used: float = 1.0,
) -> list[FieldProblem]:
    """What keeps the data set at `path` (a file or a folder) from being trained on; empty when nothing was found.

    ms-swift's sampling suffix (`data.jsonl#1000`) is understood. `known_columns` are further names of columns that
    hold text, such as those that the option `columns` renames. `judge` finds fault with a single record
    (common.swift.inputs.records.formats); more of them than `min_rows_used` allows refuse the file.
    """
    verdict = look_at(path, Judges(judge, renamed=known_columns))
    return problems_of(verdict, field, min_rows_used, str(path))


def look_at(path: str | Path, judges: Judges, whole_max_bytes: int | None = None) -> Verdict | None:
    """The verdict on the data set at `path`; None when nothing is there. A larger one than that is sampled."""
    place = place_of(str(path))
    if not place.exists():
        return None
    check = check_folder if place.is_dir() else check_file
    try:
        return check(place, judges, whole_max_bytes)
    except OSError as error:
        return Verdict(str(place), fault=f"{place} cannot be read: {error.strerror}")


def problems_of(verdict: Verdict | None, field: str, min_rows_used: float, path: str = "") -> list[FieldProblem]:
    """What refuses the data set, as a problem of the field that names it."""
    if verdict is None:
        return [FieldProblem(field, Reason.DATA_NOT_FOUND, f"{place_of(path)} does not exist on this machine")]
    why = verdict.problem(min_rows_used)
    return [FieldProblem(field, Reason.DATA_INVALID, why)] if why else []


def place_of(path: str) -> Path:
    """The file or folder, without ms-swift's sampling suffix."""
    whole = Path(path)
    return whole if whole.exists() else Path(split_sample(path)[0])
