"""What Redis refuses with is judged by its class, and by its word where redis-py has no class for it."""

import pytest
from redis import exceptions

from common.errors import StoreFull, StoreUnavailable
from common.store.connection import translated_errors
from common.store.refusals import is_our_mistake

IN_A_SCRIPT = "script: on @user_script:1."
OF_REDIS_6 = "Error running script (call to f_0): @user_script:3: @user_script: 3: -OOM command not allowed"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (exceptions.OutOfMemoryError("command not allowed when used memory > 'maxmemory'."), StoreFull),
        (exceptions.ResponseError("MISCONF Errors writing to the AOF file: No space left on device"), StoreFull),
        (exceptions.ResponseError(OF_REDIS_6, status_code="ERR"), StoreFull),
        (exceptions.ReadOnlyError(f"You can't write against a read only replica. {IN_A_SCRIPT}"), StoreUnavailable),
        (exceptions.MasterDownError("Link with MASTER is down"), StoreUnavailable),
        (exceptions.ClusterDownError("The cluster is down"), StoreUnavailable),
        (exceptions.ResponseError(f"NOREPLICAS Not enough good replicas to write. {IN_A_SCRIPT}"), StoreUnavailable),
        (exceptions.ResponseError("BUSY Redis is busy running a script."), StoreUnavailable),
        (exceptions.BusyLoadingError("Redis is loading the dataset in memory"), StoreUnavailable),
        (exceptions.ConnectionError("max number of clients reached", status_code="ERR"), StoreUnavailable),
        (exceptions.AuthenticationError("invalid username-password pair"), StoreUnavailable),
        (exceptions.NoPermissionError("User u has no permissions to run the 'set' command"), StoreUnavailable),
        (exceptions.ExecAbortError("Transaction discarded because of previous errors."), StoreUnavailable),
        (exceptions.ResponseError(f"Script killed by user. {IN_A_SCRIPT}", status_code="ERR"), StoreUnavailable),
        (exceptions.ResponseError("some word that no version has had yet"), StoreUnavailable),
        (exceptions.InvalidResponse("Protocol Error"), StoreUnavailable),
    ],
)  # fmt: skip
def test_every_refusal_of_redis_means_that_it_is_away(error: Exception, kind: type[Exception]) -> None:
    with pytest.raises(StoreUnavailable) as told, translated_errors():
        raise error

    assert type(told.value) is kind
    assert told.value.__cause__ is error


@pytest.mark.parametrize(
    "error",
    [
        exceptions.ResponseError(f"WRONGTYPE Operation against a key holding the wrong kind of value {IN_A_SCRIPT}"),
        exceptions.ResponseError("Error compiling script (new function): user_script:1: '=' expected near 'is'"),
        exceptions.ResponseError(f"user_script:1: attempt to index local 'a' (a nil value) {IN_A_SCRIPT}"),
        exceptions.ResponseError(f"user_script:51: too many results to unpack {IN_A_SCRIPT}"),
        exceptions.ResponseError("Command # 2 (HSET OOM) of pipeline caused error: WRONGTYPE Operation against"),
        exceptions.DataError("Invalid input of type: 'NoneType'"),
    ],
)  # fmt: skip
def test_a_mistake_of_ours_stays_what_it_is(error: exceptions.RedisError) -> None:
    assert is_our_mistake(error)
    with pytest.raises(type(error)), translated_errors():
        raise error
