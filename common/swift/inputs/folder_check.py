"""The check of a folder of data: what `datasets` finds in it, and whether that is of one kind."""

import os
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from common.swift.data.records import read_records
from common.swift.data.unreadable import Unreadable
from common.swift.data.way import way_of
from common.swift.inputs.columns import shown
from common.swift.inputs.file_check import ACCEPTED, WHOLE_MAX_BYTES, check_file
from common.swift.inputs.judging import Judges
from common.swift.inputs.verdict import Verdict, together

# `datasets` finds more in a folder: compressed files, image, audio and web data sets.
IN_FOLDERS = (
    *ACCEPTED, ".gz", ".zst", ".xz", ".bz2", ".zip", ".tar", ".tsv", ".xml",
    ".png", ".jpg", ".jpeg", ".webp", ".wav", ".mp3", ".flac", ".mp4",
)  # fmt: skip
READ_HERE = (".jsonl", ".json", ".csv")
MAX_ENTRIES = 10_000
# What `datasets` writes beside records; and what its save_to_disk leaves.
NOT_DATA = frozenset({"dataset_infos.json", "dataset_info.json", "dataset_dict.json", "state.json"})
SAVED, SAVED_PARTS = "state.json", "dataset_dict.json"
COLUMNS_OF_ROWS = 200


def check_folder(folder: Path, judges: Judges, whole_max_bytes: int | None = None) -> Verdict:
    """The verdict on a folder; more bytes than that are sampled. Raises OSError."""
    files = list(islice(_files(folder), MAX_ENTRIES))
    why = _unfit(folder, files)
    if why:
        return Verdict(str(folder), fault=f"{folder} {why}")
    read = [path for path in _of_one_ending(files) if path.suffix in READ_HERE]
    if not read or _tells_itself(folder):
        return Verdict(str(folder))
    why = _unread(read) or _different(read)
    if why:
        return Verdict(str(folder), fault=why)
    limit = WHOLE_MAX_BYTES if whole_max_bytes is None else whole_max_bytes
    each = limit if sum(path.stat().st_size for path in read) <= limit else 0
    return together(str(folder), (check_file(path, judges, each) for path in read))


def _unfit(folder: Path, files: list[Path]) -> str:
    if not files:
        return "is empty"
    if (folder / SAVED_PARTS).is_file() or ((folder / SAVED).is_file() and any(folder.glob("*.arrow"))):
        return _saved(folder)
    if len(files) < MAX_ENTRIES and not any(path.name.lower().endswith(IN_FOLDERS) for path in files):
        return f"has no data file ({', '.join(ACCEPTED)})"
    return ""


def _saved(folder: Path) -> str:
    """Of a folder that only `load_from_disk` reads, which ms-swift does not call."""
    arrow = sorted(folder.rglob("*.arrow"))
    way_out = f"give its file {arrow[0].name} as the path" if len(arrow) == 1 and arrow[0].parent == folder else ""
    way_out = way_out or 'write one of its parts as a file: load_from_disk(…).to_json("train.jsonl")'
    return f"was written by save_to_disk of `datasets`, which ms-swift does not read; {way_out}"


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(place, name) for name in sorted(names))


def _of_one_ending(files: list[Path]) -> list[Path]:
    """`datasets` takes the files with the ending that most have."""
    data = [path for path in files if path.suffix.lower() in ACCEPTED and path.name not in NOT_DATA]
    most = Counter(path.suffix for path in data).most_common(1)
    return [path for path in data if path.suffix == most[0][0]] if most else []


def _tells_itself(folder: Path) -> bool:
    """Whether its card names the files of each part: then not all of them belong together."""
    card = folder / "README.md"
    return card.is_file() and "data_files" in card.read_text(encoding="utf-8", errors="replace")[:100_000]


def _unread(files: list[Path]) -> str:
    """Of a folder all files are opened as they are."""
    for path in files:
        try:
            if not way_of(path).is_plain:
                return f"{path} is not plain UTF-8 of one object a line, or one list; name the file itself as the path"
        except Unreadable as error:
            return f"{path}: {error}"
    return ""


def _different(files: list[Path]) -> str:
    """`datasets` decides by the first file which columns there are; a later one may have fewer, and none besides."""
    first = _columns(files[0])
    for path in files[1:]:
        if (columns := _columns(path)) - first and first:
            return (
                f"{files[0]} and {path} have different columns ({shown(sorted(first))}; {shown(sorted(columns))}); "
                "give them as data sets of their own"
            )
    return ""


def _columns(path: Path) -> set[str]:
    found: set[str] = set()
    try:
        for _, record in islice(read_records(path, way_of(path)), COLUMNS_OF_ROWS):
            found |= record.keys()
    except Unreadable:
        return found  # told when it is read
    return found
