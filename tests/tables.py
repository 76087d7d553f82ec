"""Tables of rows, as the bytes of Parquet and Arrow files."""

import io
from collections.abc import Callable
from typing import Any

import pyarrow as pa
from pyarrow import ipc, parquet


def parquet_of(rows: list[dict[str, Any]], schema: Any = None, **options: Any) -> bytes:
    return parquet_file(pa.Table.from_pylist(rows, schema=schema), **options)


def parquet_file(table: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    parquet.write_table(table, file, **options)
    return file.getvalue()


def arrow_file(table: Any) -> bytes:
    return _written(ipc.new_file, table)


def arrow_stream(table: Any) -> bytes:
    return _written(ipc.new_stream, table)


def _written(new: Callable[..., Any], table: Any) -> bytes:
    file = io.BytesIO()
    with new(file, table.schema) as writer:
        writer.write_table(table, max_chunksize=100)
    return file.getvalue()


def flipped(content: bytes, place: int) -> bytes:
    """With the bits of one byte turned round."""
    return content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]
