"""An old store becomes one of this release: step by step, by one at a time, whoever dies meanwhile."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from common.settings import Settings
from common.states import FINAL
from common.store import Store, keys, open_store
from common.store.consistency import inconsistencies
from common.store.migrations import ALL, VERSION, Migration, migrations_after
from common.store.migrations.runner import Report, migrate, migrate_again
from common.store.version import StoreVersionRefused, known_version
from tests.builders import make_job
from tests.old_stores.capture import VERSION_0, restore

pytestmark = pytest.mark.integration

DIES_AT_THE_FIRST_STEP = """
import os, signal
from common.settings import load_settings
from common.store import open_store
from common.store.migrations.runner import Report, migrate
migrate(open_store(load_settings()), lambda *_: os.kill(os.getpid(), signal.SIGKILL))
"""


@pytest.fixture
def old(store: Store) -> Store:
    restore(store.client, VERSION_0)
    return store


def told(lines: list[str]) -> Report:
    def report(migration: Migration, done: int, of: int) -> None:
        lines.append(f"{migration.name}: {done} of {of}")

    return report


def ended(store: Store) -> dict[str, int]:
    return {job_id: int(at) for job_id, at in store.client.zrange(keys.ENDED, 0, -1, withscores=True)}


def records_that_have_ended(store: Store) -> dict[str, int]:
    records = {job_id: store.client.hgetall(keys.of(job_id).record) for job_id in store.listings.all_ids()}
    return {job_id: int(job["ended_at_ms"]) for job_id, job in records.items() if job["state"] in FINAL}


def test_migrations_are_numbered_one_by_one_and_say_what_they_do() -> None:
    assert [each.version for each in migrations_after(0)] == list(range(1, VERSION + 1))
    assert all(each.what.endswith(".") for each in migrations_after(0))
    files = {path.stem for path in Path(ALL[0].__file__ or "").parent.glob("m[0-9]*.py")}
    assert files == {module.__name__.rpartition(".")[2] for module in ALL}


def test_a_new_store_has_the_version_of_this_release(store: Store) -> None:
    assert known_version(store) == VERSION
    assert migrate(store, told([])) == []


def test_an_old_store_is_migrated_and_a_consistent_one(old: Store) -> None:
    assert old.facts.read().version == 0

    lines: list[str] = []
    made = migrate(old, told(lines))

    assert ([each.version for each in made], known_version(old)) == ([1], VERSION)
    assert lines == ["indexes: 13 of 49", "indexes: 49 of 49"]  # one of the 13 is deleted and has not ended
    assert ended(old) == records_that_have_ended(old)
    assert len(ended(old)) == 12
    assert inconsistencies(old) == []
    assert not old.client.exists(keys.TASKS_ENDED)


def test_a_migration_that_was_killed_is_begun_again(old: Store, settings: Settings) -> None:
    environment = {**os.environ, "REDIS_SOCKET": str(settings.redis_socket)}
    died = subprocess.run([sys.executable, "-c", DIES_AT_THE_FIRST_STEP], env=environment, check=False)
    assert (died.returncode, old.facts.read().version) == (-9, 0)

    made = migrate(old, told([]))  # waits for the end of the turn that the dead one had

    assert ([each.version for each in made], known_version(old)) == ([1], VERSION)
    assert ended(old) == records_that_have_ended(old)


def test_of_two_at_once_one_acts(old: Store, settings: Settings) -> None:
    def another(_: int) -> int:
        opened = open_store(settings)
        made = migrate(opened, told([]))
        opened.client.close()
        return len(made)

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(another, range(2))) == VERSION

    assert known_version(old) == VERSION
    assert old.client.exists(keys.MIGRATING) == 0


def test_who_stood_still_while_another_migrated_changes_nothing_more(old: Store) -> None:
    def overtaken(*_: object) -> None:
        old.client.set(keys.MIGRATING, "another", px=300)

    reports: list[str] = []

    def report(migration: Migration, done: int, of: int) -> None:
        if not reports:
            overtaken()
        reports.append(migration.name)

    made = migrate(old, report)

    assert [each.version for each in made] == [1]
    assert reports == [
        "indexes",
        "indexes",
        "indexes",
    ]  # its first turn was taken from it before the version was written


def test_many_records_are_read_in_small_steps(store: Store) -> None:
    store.facts.read()
    jobs = [make_job(f"job-{number}") for number in range(450)]
    for job in jobs:
        store.jobs.submit(job, "accepted")
        store.jobs.cancel(job.id, "test")
    store.client.delete(keys.ENDED, keys.PROJECTS)
    store.client.hdel(keys.STORE, "version")

    lines: list[str] = []
    migrate(store, told(lines))

    assert lines == [f"indexes: {done} of 900" for done in (200, 400, 450, 650, 850, 900)]
    assert ended(store) == records_that_have_ended(store)


def test_what_a_forgotten_process_of_the_release_before_ended_is_found_again(old: Store) -> None:
    migrate(old, told([]))
    old.client.zrem(keys.ENDED, "trained")

    made = migrate_again(old, told([]))

    assert ([each.version for each in made], known_version(old)) == ([VERSION], VERSION)
    assert ended(old) == records_that_have_ended(old)


def test_a_store_of_a_newer_release_is_refused(store: Store) -> None:
    store.facts.read()
    store.client.hset(keys.STORE, "version", VERSION + 1)

    with pytest.raises(StoreVersionRefused, match=f"version {VERSION + 1}.*no later one than {VERSION}"):
        migrate(store, told([]))
