"""Numbers of rows, given before ms-swift shuffles, samples and drops them: that of the data set, then the row's own."""

from typing import Any

# The column of the numbers. ms-swift drops columns that are not among its standard ones.
ROW = "swift_trainer_row"
# So many rows can one data set have.
ROWS_MAX = 1 << 40


def numbered(dataset: Any, source: int, offset: int = 0) -> Any:
    """The data set with the column; `source` counts the data sets of the job from 0, `offset` its rows before these."""
    start = source * ROWS_MAX + offset
    if hasattr(dataset, "__len__"):
        return dataset.add_column(ROW, range(start, start + len(dataset)))
    return dataset.map(_with_number, with_indices=True, fn_kwargs={"start": start})


def has_numbers(dataset: Any) -> bool:
    """Whether the column is there."""
    return ROW in (getattr(dataset, "column_names", None) or ())


def without_numbers(dataset: Any) -> Any:
    """The data set as ms-swift would have it."""
    return dataset.remove_columns(ROW) if has_numbers(dataset) else dataset


def place_of(number: int) -> tuple[int, int]:
    """(data set, row): the data set counted from 0, the row from 1."""
    source, row = divmod(number, ROWS_MAX)
    return source, row + 1


def _with_number(row: dict[str, Any], index: int, start: int) -> dict[str, Any]:
    return {**row, ROW: start + index}
