"""The records of Parquet and Arrow files, one after the other, each with its place; as records of JSON would be."""

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from common.swift.data.records import Record, read_records
from common.swift.data.shapes import TEXT_COLUMNS
from common.swift.data.unreadable import Unreadable
from common.swift.data.way import Kind, Way
from common.swift.inputs.tables.column_types import has_odd, is_json, leaves, not_text, unknown_type
from common.swift.inputs.tables.files import opened, told_as_unreadable


def records_of(path: Path, way: Way, *, whole: bool = True) -> Iterator[tuple[str, Record]]:
    """Those of any file; of tables samples unless `whole`.

    Raises OSError, and Unreadable at the first place that ms-swift could not read.
    """
    if way.kind is not Kind.OTHER:
        yield from read_records(path, way)
        return
    with opened(path) as table:
        if fault := unknown_type(table.schema):
            raise Unreadable(fault)
        for first, batch in table.batches(whole=whole):
            with told_as_unreadable(f"row {first}, or after it"):
                columns = [_values(*column) for column in zip(batch.schema.names, batch.columns, strict=True)]
            for number, cells in enumerate(zip(*columns, strict=True), start=first):
                yield f"row {number}", dict(zip(batch.schema.names, cells, strict=True))


def odd_text(path: Path, texts: Collection[str]) -> str:
    """Which of the columns called so hold what is no text. Raises OSError and Unreadable."""
    with opened(path) as table:
        return not_text(table.schema, texts)


def rows_told(path: Path) -> int | None:
    """How many rows the file says that it has; None where only reading tells. Raises OSError and Unreadable."""
    with opened(path) as table:
        return table.rows


def schema_of(path: Path) -> dict[str, Any]:
    """The types of its columns, by their names. Raises OSError and Unreadable."""
    with opened(path) as table:
        return {field.name: field.type for field in table.schema}


def _values(name: str, column: Any) -> list[Any]:
    """Nulls of a column with values that JSON does not have: they are no text to ms-swift either."""
    from pyarrow import float64, types  # noqa: PLC0415 - only who has such a file needs it

    if types.is_decimal(column.type) and name.lower() not in TEXT_COLUMNS:
        return column.cast(float64()).to_pylist()  # type: ignore[no-any-return]
    if has_odd(column.type):
        return [None] * len(column)
    values = column.to_pylist()
    return [_decoded(value, column.type) for value in values] if any(map(is_json, leaves(column.type))) else values


def _decoded(value: Any, kind: Any) -> Any:
    """With the texts of JSON in it read, as `datasets` reads them."""
    if isinstance(value, str) and is_json(kind):
        return json.loads(value)
    if isinstance(value, dict):
        return {field.name: _decoded(value[field.name], field.type) for field in kind}
    if isinstance(value, list):
        return [_decoded(one, kind.value_type) for one in value]
    return value
