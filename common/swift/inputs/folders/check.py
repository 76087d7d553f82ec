"""The check of a folder of data: what `datasets` finds in it, and whether that is of one kind."""

import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from common.swift.data.something_else import something_else
from common.swift.data.unreadable import Unreadable
from common.swift.data.way import way_of
from common.swift.inputs.file_check import ACCEPTED, WHOLE_MAX_BYTES, check_file
from common.swift.inputs.folders.card import card_of
from common.swift.inputs.folders.columns import different
from common.swift.inputs.folders.faults import fault_of, notes_of
from common.swift.inputs.folders.files import FolderFiles, folder_files
from common.swift.inputs.records.judging import Judges
from common.swift.inputs.verdict import Verdict, together

# `datasets` finds more in a folder: compressed files, image, audio and web data sets.
IN_FOLDERS = (
    *ACCEPTED, ".gz", ".zst", ".xz", ".bz2", ".zip", ".tar", ".tsv", ".xml",
    ".png", ".jpg", ".jpeg", ".webp", ".wav", ".mp3", ".flac", ".mp4",
)  # fmt: skip
READ_HERE = (".jsonl", ".json", ".csv", ".parquet", ".arrow")
MAX_ENTRIES = 10_000
# What save_to_disk of `datasets` leaves.
SAVED, SAVED_PARTS = "state.json", "dataset_dict.json"


def check_folder(folder: Path, judges: Judges, whole_max_bytes: int | None = None) -> Verdict:
    """The verdict on a folder; more bytes than that are sampled. Raises OSError."""
    files = list(islice(_files(folder), MAX_ENTRIES))
    why = _unfit(folder, files)
    if why:
        return Verdict(str(folder), fault=f"{folder} {why}")
    card = card_of(folder)
    if why := card.fault or _script(folder):
        return Verdict(str(folder), fault=why)
    found = folder_files((path.relative_to(folder).as_posix() for path in files), card)
    read = [folder / name for name in found.read if Path(name).suffix in READ_HERE]
    why = fault_of(folder, found) or _linked(folder) or _other(folder, found) or _unread(read) or different(read)
    if why:
        return Verdict(str(folder), fault=why)
    limit = WHOLE_MAX_BYTES if whole_max_bytes is None else whole_max_bytes
    each = limit if sum(path.stat().st_size for path in read) <= limit else 0
    verdict = together(folder, (check_file(path, judges, each) for path in read))
    if len(read) < len(found.read):  # how many rows the others have is not known
        verdict = replace(verdict, rows=0, causes=())
    return replace(verdict, notes=(*verdict.notes, *notes_of(found)))


def _unfit(folder: Path, files: list[Path]) -> str:
    if not files:
        return "is empty"
    if (folder / SAVED_PARTS).is_file() or ((folder / SAVED).is_file() and any(folder.glob("*.arrow"))):
        return _saved(folder)
    if len(files) < MAX_ENTRIES and not any(path.name.lower().endswith(IN_FOLDERS) for path in files):
        return f"has no data file ({', '.join(ACCEPTED)})"
    return ""


def _linked(folder: Path) -> str:
    """Of a folder with one in it that is a link: `datasets` does not look into that."""
    for place, folders, _ in os.walk(folder):
        for name in folders:
            path = Path(place, name)
            if path.is_symlink() and folder_files(f"{name}/{inner.name}" for inner in path.iterdir()).read:
                return (
                    f"{path} is a link to a folder, which `datasets` does not look into; name it as one more data set"
                )
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


def _script(folder: Path) -> str:
    """Of a folder with a program that is called as the folder is: `datasets` would look at nothing else."""
    script = folder / f"{folder.name}.py"
    if not script.is_file():
        return ""
    return (
        f"{script} is a script, which `datasets` no longer runs, and at which it stops; rename it, or move it elsewhere"
    )


def _other(folder: Path, found: FolderFiles) -> str:
    """Of a folder with a file that is something else, as in a clone without Git LFS; what is packed is read."""
    for name in dict.fromkeys(found.read):
        path = folder / name
        if path.suffix in ACCEPTED and (other := something_else(path)):
            return f"{path} is {other}"
    return ""


def _unread(files: list[Path]) -> str:
    """Of a folder all files are opened as they are."""
    for path in files:
        try:
            if not way_of(path).is_plain:
                return f"{path} is not plain UTF-8 of one object a line, or one list; name the file itself as the path"
        except Unreadable as error:
            return f"{path}: {error}"
    return ""
