"""Files of data that ms-swift cannot open, opened by what the checks know of them: other encodings, byte order marks,
lists within an object, endings in capitals, other separators.

ms-swift names the file's ending to `datasets` as its kind; it is given a normal copy, which lies in the job's temporary
folder.
"""

import functools
import logging
import tempfile
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

from ...data.normal import copy_of, needs_copy
from ...data.way import Kind, way_of
from .orders import Orders

COPIES = "swift-trainer-data"  # the folder that they lie in
# In the name of a file `datasets` finds others by them, or none.
PATTERN_CHARACTERS = frozenset("*?[")
LOADER = "swift.dataset.loader"
NAME = "hf_load_dataset"
# What `datasets` calls the kinds of the endings that are not its own word for them.
KINDS = {".jsonl": "json", ".json": "json", ".txt": "text", ".csv": "csv", ".parquet": "parquet", ".arrow": "arrow"}


def install(_orders: Orders) -> None:
    """Take the place of `datasets.load_dataset` where ms-swift opens a file. Raises where there is none such."""
    loader = import_module(LOADER)
    setattr(loader, NAME, opening(getattr(loader, NAME)))


def opening(load: Callable[..., Any]) -> Callable[..., Any]:
    """`load`, with what it cannot read made readable first."""

    @functools.wraps(load)
    def load_readable(kind: str, *args: Any, data_files: Any = None, **kwargs: Any) -> Any:
        if not isinstance(data_files, str):
            return load(kind, *args, **({"data_files": data_files} if data_files else {}), **kwargs)
        kind, data_files, further = readable(kind, data_files)
        return load(kind, *args, data_files=data_files, **_without(kwargs, kind), **further)

    return load_readable


def readable(kind: str, name: str) -> tuple[str, str, dict[str, Any]]:
    """The kind and the name under which `datasets` reads the file, and further options."""
    path = Path(name)
    kind = KINDS.get(path.suffix.lower(), kind)
    way = way_of(path)
    copies = Path(tempfile.gettempdir(), COPIES)
    if way.kind is Kind.TEXT or not needs_copy(path, way):
        further = {"encoding": way.encoding.codec} if way.kind is Kind.TEXT and not way.encoding.is_plain else {}
        return kind, str(_literal(path, copies)), further
    copy = copy_of(path, way, copies)
    logging.getLogger(__name__).info("%s is read by way of %s", path, copy)
    return "json", str(copy), {}


def _literal(path: Path, folder: Path) -> Path:
    """The file by a name that `datasets` takes for no pattern: a link where it would."""
    if not set(str(path)) & PATTERN_CHARACTERS:
        return path
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / f"{sha256(str(path).encode()).hexdigest()[:16]}{path.suffix}"
    with suppress(FileExistsError):  # of another rank
        link.symlink_to(path)
    return link


def _without(kwargs: dict[str, Any], kind: str) -> dict[str, Any]:
    """ms-swift's options for CSV belong to no other kind."""
    return kwargs if kind == "csv" else {name: value for name, value in kwargs.items() if name != "na_filter"}
