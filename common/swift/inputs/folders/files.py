"""Which files of a folder `datasets` reads as the data to train on, and which it leaves without a word: names of files
and folders decide what is for testing, and the ending that most files have is the only one that is read.

The rules are those of its data_files.py and load.py; ms-swift asks it for the split `train`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from common.swift.inputs.folders.card import Card

NO_CARD = Card()
TRAIN = "train"
KEYWORDS = {
    TRAIN: ("train", "training"),
    "validation": ("validation", "valid", "dev", "val"),
    "test": ("test", "testing", "eval", "evaluation"),
}
SHARD = re.compile(r"data/(?P<split>.*)-\d{5}-of-\d{5}[^/]*\.[^/]*")
# Between a keyword and what else is in a name.
GAP = "[-._ 0-9]"
IN_FOLDER_NAMES = (
    "(.*/)?{word}/.*",
    f"(.*/)?{{word}}{GAP}[^/]*/.*",
    f"(.*/)?[^/]*{GAP}{{word}}/.*",
    f"(.*/)?[^/]*{GAP}{{word}}{GAP}[^/]*/.*",
)
IN_FILE_NAMES = (f"(.*/)?{{word}}{GAP}[^/]*", f"(.*/)?[^/]*{GAP}{{word}}{GAP}[^/]*")
IGNORED = frozenset(
    {"README.md", "config.json", "dataset_info.json", "dataset_infos.json", "dummy_data.zip", "dataset_dict.json"}
)
READERS = {
    "json": (".json", ".jsonl", ".ndjson"),
    "csv": (".csv", ".tsv"),
    "parquet": (".parquet", ".geoparquet", ".gpq"),
    "arrow": (".arrow",),
    "text": (".txt",),
    "webdataset": (".tar",),
    "xml": (".xml",),
    "hdf5": (".hdf5", ".h5"),
    "eval": (".eval",),
    "pdffolder": (".pdf",),
    "imagefolder": (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"),
    "audiofolder": (".wav", ".mp3", ".flac", ".ogg", ".opus", ".m4a", ".aac"),
    "videofolder": (".mp4", ".mov", ".avi", ".mkv", ".webm", ".mpeg", ".mpg"),
}
READER_OF = {ending: reader for reader, endings in READERS.items() for ending in endings}
OF_MEDIA = frozenset({"imagefolder", "audiofolder", "videofolder"})
# Records may lie in these; other files are told of by nobody.
HOLDS_RECORDS = frozenset(
    {".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".parquet", ".arrow", ".xlsx", ".xls", ".txt", ".zip", ".tar"}
)
COMPRESSED = frozenset({".gz", ".bz2", ".xz", ".zst", ".lz4"})
BESIDE_RECORDS = re.compile(r"(readme|licen[sc]e|changelog|requirements|notice|citation)\b.*", re.IGNORECASE)
METADATA = frozenset({"metadata.csv", "metadata.jsonl", "metadata.parquet"})
ALLOWED = frozenset({*READER_OF, ".zip", *(ending.upper() for reader in OF_MEDIA for ending in READERS[reader])})
# Before the name of the reader of CSV whose cells are between tabs.
TABS = "tabs:"
PREFERRED = (".parquet", ".jsonl", ".json", ".csv")


@dataclass(frozen=True, slots=True)
class FolderFiles:
    """Names below the folder: `read`, in this order; `held_out` of other splits; `missed` ones that hold records, too.

    `reader` is what `datasets` calls the kind of those that are read, empty where it finds none. `clashing` has a file
    of each of two splits that are of different kinds, which ends it. `by_card` says that not the names decided, but
    what the folder's card says of them.
    """

    read: tuple[str, ...] = ()
    held_out: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    reader: str = ""
    clashing: tuple[str, ...] = ()
    by_card: bool = False

    @property
    def texts_beside(self) -> tuple[str, ...]:
        """Those of the missed that are rather somebody's notes than records."""
        return tuple(name for name in self.missed if name.endswith(".txt")) if self.reader != "text" else ()

    @property
    def not_meant(self) -> tuple[str, ...]:
        """Those of the read that are not called as files of data are, such as the copy that an editor kept."""
        known = {*READER_OF, ".zip", *COMPRESSED}
        return tuple(name for name in self.read if PurePosixPath(name).suffix.lower() not in known)


def folder_files(names: Iterable[str], card: Card = NO_CARD) -> FolderFiles:
    """What becomes of the files of a folder, by their names below it."""
    names = sorted(names)
    visible = [name for name in names if _is_visible(name)]
    if not card.configs:
        return _sorted_out(_splits(names), names)
    elsewhere = card.elsewhere(visible)
    found = _sorted_out({split: found for split, found in card.splits(visible).items() if found}, names)
    held_out = (*found.held_out, *(name for name in found.missed if name in elsewhere))
    missed = tuple(name for name in found.missed if name not in elsewhere)
    return replace(found, held_out=held_out, missed=missed, by_card=True)


def _sorted_out(by_split: Mapping[str, list[str]], names: list[str]) -> FolderFiles:
    splits = {split: [name for name in found if _has_ending(name)] for split, found in by_split.items()}
    readers = {split: _reader(found) for split, found in splits.items()}
    if len(set(readers.values())) > 1:
        return FolderFiles(clashing=tuple(splits[split][0] for split in splits if splits[split])[:2])
    reader = next(iter(readers.values()), "")
    taken = {split: tuple(name for name in found if _is_of(reader, name)) for split, found in splits.items()}
    read = taken.get(TRAIN, ())
    held_out = tuple(name for split, found in taken.items() if split != TRAIN for name in found if name not in read)
    known = {*read, *held_out}
    missed = tuple(name for name in names if name not in known and _is_visible(name) and _may_hold_records(name))
    return FolderFiles(read, held_out, missed, reader.removeprefix(TABS))


def _splits(names: list[str]) -> Mapping[str, list[str]]:
    """The files of each split, as the first rule that finds any says. A file that two patterns find is read twice."""
    visible = [name for name in names if _is_visible(name)]
    logs = {"logs": [name for name in visible if name.endswith(".eval")]}
    for splits in (_shards(visible), logs, _named(visible, IN_FOLDER_NAMES), _named(visible, IN_FILE_NAMES)):
        if any(splits.values()):
            return {split: found for split, found in splits.items() if found}
    return {TRAIN: visible}


def _shards(names: list[str]) -> dict[str, list[str]]:
    shards: dict[str, list[str]] = {}
    for name in names:
        if found := SHARD.fullmatch(name):
            shards.setdefault(found["split"], []).append(name)
    return shards


def _named(names: list[str], patterns: Iterable[str]) -> dict[str, list[str]]:
    """The files of each split whose names have one of its keywords in them."""
    return {
        split: [name for word in words for pattern in patterns for name in names if _matches(pattern, word, name)]
        for split, words in KEYWORDS.items()
    }


def _matches(pattern: str, word: str, name: str) -> bool:
    return re.fullmatch(pattern.format(word=word), name) is not None


def _is_visible(name: str) -> bool:
    path = PurePosixPath(name)
    hidden = any(part.startswith(".") for part in path.parts) or any(
        part.startswith("__") for part in path.parent.parts
    )
    return not hidden and path.name not in IGNORED


def _endings(name: str) -> list[str]:
    return [f".{part}" for part in PurePosixPath(name).name.split(".")[1:]]


def _has_ending(name: str) -> bool:
    """Whether it is looked at; endings in capitals are not, but of media."""
    return any(ending in ALLOWED for ending in _endings(name))


def _reader(names: list[str]) -> str:
    """Who reads the files of a split: of the ending that most have; empty where nobody does."""
    counts = Counter(
        (ending.lower(), PurePosixPath(name).name in METADATA) for name in names for ending in _endings(name)
    )
    for (ending, _), _count in sorted(counts.items(), key=_rank, reverse=True):
        if ending == ".tsv":
            return f"{TABS}csv"
        if ending in READER_OF:
            return READER_OF[ending]
        if ending == ".zip":
            return "zip"
    return ""


def _rank(counted: tuple[tuple[str, bool], int]) -> tuple[object, ...]:
    (ending, is_metadata), count = counted
    return (not is_metadata, count, *(ending == one for one in PREFERRED), ending)


def _is_of(reader: str, name: str) -> bool:
    """Whether the reader is given the file: `a.jsonl.gz` and `a.jsonl.bak` are, too."""
    endings = {*READERS.get(reader.removeprefix(TABS), ()), ".zip"}
    if reader in OF_MEDIA:
        endings |= {ending.upper() for ending in endings}
        if PurePosixPath(name).name in METADATA:
            return True
    return re.fullmatch(rf".*({'|'.join(map(re.escape, sorted(endings)))})(\..+)?", name) is not None


def _may_hold_records(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower() in HOLDS_RECORDS | COMPRESSED and not BESIDE_RECORDS.fullmatch(path.name)
