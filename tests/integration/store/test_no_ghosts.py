"""No verb makes a record that is not there: a late write to a deleted job leaves nothing behind."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.errors import JobNotFound
from common.job_specs import JobKind
from common.store import Store
from common.store.scripts import once, source
from tests.builders import make_job
from tests.integration.store.test_job_verbs import submit

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]
LUA = ROOT / "common" / "store" / "lua"
# Those that make the record.
MAKERS = {"submit_job", "register_deployment", "create_key"}
RECORDS = re.compile(r"^-- KEYS: 1 (source )?(job|model|dataset|key)\b", re.MULTILINE)
WRITES = {"set", "hset", "hsetnx", "hincrby", "xadd", "expire", "pexpire", "rpush", "lpush", "sadd"}


def verbs() -> Iterator[str]:
    for path in sorted(LUA.glob("*.lua")):
        if path.stem not in MAKERS and RECORDS.search(path.read_text()):
            yield path.stem


def writes_to_records(path: Path) -> Iterator[str]:
    """Commands of the client itself that write to the record of a job or a model, or to what hangs below it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).rpartition(".")[2]
            words = [called, *(argument.value for argument in node.args if isinstance(argument, ast.Constant))]
            is_write = any(word in WRITES for word in words if isinstance(word, str))
            if is_write and re.search(r"keys\.(job|job_\w+|model)\(", ast.unparse(node)):
                yield f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("verb", list(verbs()))
@pytest.mark.parametrize("word", ["1", "0"])
def test_a_verb_over_a_missing_record_writes_nothing(store: Store, verb: str, word: str) -> None:
    names, values = [f"key-{number}" for number in range(1, 17)], [word] * 16
    # So that no other refusal comes first.
    if verb == "assign_job":
        store.client.set("key-9", word)

    store.client.eval(source(verb), len(names), *names, *values)

    assert set(store.client.keys("*")) <= {"key-9"}


def test_there_are_verbs_to_look_at() -> None:
    assert {"report_attempt", "overdue_attempt", "note_attempt", "end_job", "start_again"} <= set(verbs())


def test_only_scripts_write_to_records() -> None:
    found = [where for path in (ROOT / "common" / "store").glob("*.py") for where in writes_to_records(path)]

    assert found == []


def test_a_job_that_is_deleted_while_it_is_rescued_stays_deleted(store: Store) -> None:
    job = submit(store)
    store.jobs.cancel(job.id, "cancelled")
    store.jobs.delete(job.id)

    assert store.attempts.overdue([job.id], 10**13, 1) == []

    with pytest.raises(JobNotFound):
        store.jobs.get(job.id)
    assert store.client.keys("st:job:one*") == []


def test_a_stray_field_is_no_job_and_keeps_no_id(store: Store) -> None:
    """As an older version left them."""
    store.client.hset("st:job:one", "seen_at_ms", 1)
    with pytest.raises(JobNotFound):
        store.jobs.get("one")
    assert store.jobs.get_many(["one"]) == []
    assert store.pulses.read(["one"]) == {}

    assert store.jobs.submit(make_job(), "accepted") == "one"

    assert store.listings.page(0, 9, kind=JobKind.TRAIN)[1] == 1
    assert "seen_at_ms" not in store.client.hgetall("st:job:one")


def test_every_verb_is_wrapped_so_that_it_runs_once() -> None:
    assert all(once(path.stem).count("local function verb()") == 1 for path in LUA.glob("*_job.lua"))
