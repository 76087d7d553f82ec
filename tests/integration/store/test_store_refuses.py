"""What a real server refuses with becomes an error of ours, from a command, a script and a pipeline alike."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from client.stack.embedded_redis import EmbeddedRedis
from common.errors import StoreFull, StoreUnavailable
from common.settings import Settings
from common.store import Store, open_store
from common.store.connection import connect, translated_errors
from tests.builders import make_job
from tests.fault.redis_refusals import REFUSALS, Refusal, refusing

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    """One of its own: a server that is made a replica loses what others wrote."""
    with EmbeddedRedis(tmp_path_factory.mktemp("refusing")) as server:
        yield server


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_it_is_away_for_every_write(store: Store, refusal: Refusal) -> None:
    kind = StoreFull if refusal.code == "store_full" else StoreUnavailable
    with refusing(store.client, refusal):
        for write in (
            store.probe_write,
            lambda: store.jobs.submit(make_job(), "accepted"),
            lambda: store.passes.pause(1, "ana"),
        ):
            with pytest.raises(StoreUnavailable) as refused:
                write()
            assert type(refused.value) is kind
    store.probe_write()


def test_who_may_not_in_is_told_that_it_is_away(store: Store, settings: Settings) -> None:
    store.client.execute_command("ACL", "SETUSER", "reader", "on", ">pw", "~*", "+get")
    reader = redis.Redis(unix_socket_path=str(settings.redis_socket), username="reader", password="pw")
    stranger = redis.Redis(unix_socket_path=str(settings.redis_socket), username="reader", password="no")

    for client in (reader, stranger):
        with pytest.raises(StoreUnavailable, match="does not let this service in"), translated_errors():
            client.set("a", "b")
        client.close()


@pytest.mark.parametrize("taken", ["-@scripting", "-evalsha", "-set"])
def test_who_may_run_no_script_or_not_what_it_does_is_told_so(store: Store, taken: str) -> None:
    store.probe_write()
    store.client.execute_command("ACL", "SETUSER", "default", taken)
    try:
        with pytest.raises(StoreUnavailable, match="does not let this service in"):
            store.probe_write()
    finally:
        store.client.execute_command("ACL", "SETUSER", "default", "+@all")
    store.probe_write()


@pytest.mark.parametrize(
    "text",
    [
        "NOPERM this user has no permissions to run the 'evalsha' command or its subcommand",
        "Error running script (call to f_1): @user_script:7: @user_script: 7: The user executing the script can't run",
        "@user_script: 7: The user executing the script can't access at least one of the keys mentioned in the command",
        "ACL failure in script: User default has no permissions to run the 'set' command script: on @user_script:7.",
    ],
)
def test_what_older_and_newer_servers_say_of_a_script_that_is_not_allowed(text: str) -> None:
    with pytest.raises(StoreUnavailable, match="does not let this service in"), translated_errors():
        raise redis.ResponseError(text)


def test_a_script_of_ours_that_is_wrong_is_no_outage(store: Store) -> None:
    store.client.set("st:job:one", "no hash")
    with pytest.raises(redis.ResponseError, match="WRONGTYPE"):
        store.jobs.cancel("one", "cancelled")
    with pytest.raises(redis.ResponseError, match="compiling"), translated_errors():
        store.client.eval("this is no lua", 0)
    store.client.delete("st:job:one")


def test_a_client_too_many_is_told_that_redis_is_away(store: Store, settings: Settings, tmp_path: Path) -> None:
    store.client.config_set("maxclients", "1")
    late = open_store(settings)
    try:
        with pytest.raises(StoreUnavailable):
            late.probe_write()
    finally:
        store.client.config_set("maxclients", "10000")
        late.client.close()
    assert connect(settings).ping()
