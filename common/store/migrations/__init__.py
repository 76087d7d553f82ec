"""Migrations of the store, from each version of its format to the next, and their runner; which versions a release
works on at all is in common/store/version.

Each is a module, numbered by the version that it leads to, with one function `migrate`: it works in small steps that
Redis does not notice, and says after each how far it is. It may be killed anywhere and begun again, and runs beside
processes that work. It adds what the code of its version reads, and takes away nothing that the code of the version
before reads: that one may be at work still.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType

from common.store.connection import RedisClient
from common.store.migrations import m0001_indexes

ALL: tuple[ModuleType, ...] = (m0001_indexes,)

# What this release writes, and the earliest that it reads: that of the release before, so that an upgrade may go
# through the machines one by one.
VERSION = len(ALL)
EARLIEST = max(0, VERSION - 1)


@dataclass(frozen=True, slots=True)
class Migration:
    """One of them: the version that it leads to, its name, what it does, and the function that does it."""

    version: int
    name: str
    what: str
    run: Callable[[RedisClient], Iterator[tuple[int, int]]]


def migrations_after(version: int) -> list[Migration]:
    """What a store of that version lacks, in order."""
    return [_described(module) for module in ALL[version:]]


def _described(module: ModuleType) -> Migration:
    number, _, name = module.__name__.rpartition(".")[2].removeprefix("m").partition("_")
    return Migration(int(number), name, (module.__doc__ or "").strip().partition("\n")[0], module.migrate)
