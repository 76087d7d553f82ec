"""What is told of the files in a folder that would not be read, or would be besides: a refusal, or a note."""

from pathlib import Path, PurePosixPath

from common.swift.inputs.folders.files import OF_MEDIA, READER_OF, FolderFiles
from common.swift.inputs.records.columns import shown

SEVERAL = "give them as data sets of their own"
NAME_IT = "name the file itself as the path"
# `datasets` looks for the files by a pattern that begins with the name of the folder.
PATTERN_CHARACTERS = "*?["


def fault_of(folder: Path, found: FolderFiles) -> str:
    """What refuses a folder of which files that hold records would be left out; empty when none would."""
    if set(str(folder)) & set(PATTERN_CHARACTERS):
        return f"{folder} has one of {PATTERN_CHARACTERS} in its name, which `datasets` takes for a pattern; rename it"
    if found.clashing:
        first, second = found.clashing
        return f"{folder / first} and {folder / second} are of two kinds, of which `datasets` reads one; {SEVERAL}"
    missed = [name for name in found.missed if name not in found.texts_beside]
    if not found.read:
        return _nothing(folder, found, missed)
    if found.not_meant:
        return f"{folder / found.not_meant[0]} would be read, too, whatever its name ends in; move it elsewhere"
    if missed:
        return _missed(folder, found, missed)
    return _two_separators(folder, found)


def notes_of(found: FolderFiles) -> list[str]:
    """What is left out as its name says."""
    notes = []
    if found.held_out:
        count, names = len(found.held_out), shown(found.held_out)
        if found.by_card:
            notes.append(f"read without {count} that README.md has in other splits ({names})")
        else:
            notes.append(f"read without {count} not to train on by name ({names}); val_dataset can name such a file")
    if found.texts_beside:
        notes.append(f"read without {len(found.texts_beside)} of text beside the records ({shown(found.texts_beside)})")
    return notes


def _nothing(folder: Path, found: FolderFiles, missed: list[str]) -> str:
    if found.by_card:
        return f"{folder} has nothing to train on: its README.md names no file that is there for `train`; {NAME_IT}"
    if found.held_out:
        return _held_out(folder, found, missed)
    first = folder / missed[0] if missed else folder
    ending = PurePosixPath(first.name).suffix
    if not found.reader and missed and ending.lower() in READER_OF:
        lower = first.with_suffix(ending.lower()).name
        return f"{first} would not be read: of a folder `datasets` reads no ending in capitals; call it {lower}"
    return f"{first} would not be read: `datasets` goes by the names of the other files there; {NAME_IT}"


def _held_out(folder: Path, found: FolderFiles, missed: list[str]) -> str:
    held_out, others = _first(found.held_out), _first(missed) if missed else ""
    if not missed:
        return f"{folder} has nothing to train on: {held_out} is by its name for something else; {NAME_IT}"
    return (
        f"{folder} has nothing to train on: {held_out} is by its name for something else, and where a name says so,"
        f" `datasets` leaves out {others}, whose name says nothing; {NAME_IT}"
    )


def _missed(folder: Path, found: FolderFiles, missed: list[str]) -> str:
    why = _why_missed(found, PurePosixPath(missed[0]).suffix)
    way_out = f"name {folder / missed[0]} itself as the path" if found.reader in OF_MEDIA else SEVERAL
    return f"in {folder} only {_first(found.read)} would be read, and not {_first(missed)}: {why}; {way_out}"


def _why_missed(found: FolderFiles, ending: str) -> str:
    if found.by_card:
        return "its README.md names the files to read (`data_files`)"
    if ending in {PurePosixPath(name).suffix for name in found.read}:
        return "where some names say `train`, or what to test with, the others do not count"
    return "`datasets` takes the files of one ending alone, that which most have"


def _two_separators(folder: Path, found: FolderFiles) -> str:
    endings = {PurePosixPath(name).suffix: name for name in found.read}
    if found.reader != "csv" or len(endings) < 2:
        return ""
    first, second = sorted(endings.values())[:2]
    return f"{folder / first} and {folder / second} have other separators, of which `datasets` takes one; {SEVERAL}"


def _first(names: list[str] | tuple[str, ...]) -> str:
    return f"{names[0]} and {len(names) - 1} more" if len(names) > 1 else names[0]
