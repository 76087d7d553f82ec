"""The allowed roots: folders below which jobs may read and write, and what below them the service keeps for itself."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

# What the service has in its DATA_DIR, and `env`, where its processes look for settings under `swt up`. All else there,
# `outputs` above all, is the jobs'.
OWN_NAMES = (
    "api_key",
    "datasets",
    "deployment_secret",
    "env",
    "flower_password",
    "logs",
    "nodes",
    "redis",
    "run",
    "stack.json",
    "verdicts",
)


@dataclass(frozen=True, slots=True)
class Roots:
    """Jobs read and write below `folders`, but nothing in `closed`; of that only the files in `opened`.

    `opened` are files that a job names by another name than their path, such as uploaded data sets. Of a folder
    `links_looked_at` entries are looked at for links that lead elsewhere; None: all, which no request can wait for.
    """

    folders: tuple[Path, ...]
    closed: tuple[Path, ...] = ()
    opened: frozenset[Path] = frozenset()
    links_looked_at: int | None = 10_000

    def opening(self, files: Iterable[Path]) -> "Roots":
        """The same, with these files of the service's own."""
        return replace(self, opened=self.opened | {file.resolve() for file in files})

    def thorough(self) -> "Roots":
        """The same, for who opens what is named: no entry is left out."""
        return replace(self, links_looked_at=None)

    def has(self, real: Path) -> bool:
        """Whether a path without symbolic links is below one of the folders."""
        return any(real.is_relative_to(root.resolve()) for root in self.folders)

    def keeps(self, real: Path) -> bool:
        """Whether it is, or lies in, what the service keeps for itself."""
        return real not in self.opened and any(_is_below(real, own.resolve()) for own in self.closed)

    def keeps_part_of(self, real: Path) -> bool:
        """Whether a folder has something in it that the service keeps for itself."""
        return any(_is_below(own.resolve(), real) and own.exists() for own in self.closed)


def own_folders(data_dir: Path) -> tuple[Path, ...]:
    """What the service keeps for itself in its DATA_DIR."""
    return tuple(data_dir / name for name in OWN_NAMES)


def _is_below(path: Path, folder: Path) -> bool:
    # Folded: on a disk that tells no `Redis` from `redis`, both names are the same folder.
    return Path(str(path).casefold()).is_relative_to(str(folder).casefold())
