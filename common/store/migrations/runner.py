"""The runner of migrations: brings the store to the version of this release; any number may try, one acts; what was cut
off is begun again.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

from common.store import Store, keys
from common.store.connection import RedisClient, translated_errors
from common.store.migrations import VERSION, Migration, migrations_after
from common.store.outcomes import Outcome
from common.store.scripts import Scripts
from common.store.version import known_version

# The turn of one that was killed ends by itself.
TURN_MS = 5_000
LOOK_SECONDS = 0.2

Report = Callable[[Migration, int, int], None]


class MovedOn(Exception):
    """Another one took the turn of a process that stood still for too long."""


def migrate(store: Store, report: Report) -> list[Migration]:
    """Run what the store lacks, waiting while another one does; returns what this call has run.

    `report` is told how far a migration is, after each step. Raises StoreVersionRefused for a store that a newer
    release has migrated.
    """
    made: list[Migration] = []
    while migrations_after(known_version(store)):
        with translated_errors(), _turn(store.client) as turn:
            if turn is None:
                time.sleep(LOOK_SECONDS)
                continue
            try:
                for migration in migrations_after(known_version(store)):
                    _run(store.client, migration, turn, report)
                    made.append(migration)
            except MovedOn:
                continue
    return made


def migrate_again(store: Store, report: Report) -> list[Migration]:
    """Run the last migration once more, for what a process of the release before has written since."""
    (last,) = migrations_after(VERSION - 1)
    known_version(store)
    while True:
        with translated_errors(), _turn(store.client) as turn:
            if turn is None:
                time.sleep(LOOK_SECONDS)
                continue
            try:
                _run(store.client, last, turn, report)
            except MovedOn:
                continue
            return [last]


def _run(client: RedisClient, migration: Migration, turn: str, report: Report) -> None:
    for done, of in migration.run(client):
        _note(client, turn)
        report(migration, done, of)
    _note(client, turn, migration.version)


def _note(client: RedisClient, turn: str, version: int | str = "") -> None:
    answer = Scripts(client).repeatable("note_migration", [keys.MIGRATING, keys.STORE], [turn, TURN_MS, version])
    if Outcome(answer) is Outcome.MOVED_ON:
        raise MovedOn


@contextmanager
def _turn(client: RedisClient) -> Iterator[str | None]:
    """Whose turn it is: a word for it, or None while it is another one's."""
    word = uuid4().hex
    if not client.set(keys.MIGRATING, word, nx=True, px=TURN_MS):
        yield None
        return
    try:
        yield word
    finally:
        if client.get(keys.MIGRATING) == word:
            client.delete(keys.MIGRATING)
