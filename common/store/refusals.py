"""What an error of Redis means: that it is full, that it is away, or that we asked for nonsense.

redis-py takes the code off the text of the errors that have a class of their own; the others keep it in front. What a
script's command was refused with may stand in the middle: behind the number of a pipeline's command, or (Redis 6.2)
behind the name of the script.
"""

import re

from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    ClusterError,
    ConnectionError,
    DataError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TimeoutError,
    TryAgainError,
)

from common.errors import StoreFull, StoreUnavailable

_FULL = re.compile(r"\b(OOM|MISCONF)\b")
_NO_WRITES = re.compile(r"\b(READONLY|NOREPLICAS|MASTERDOWN|CLUSTERDOWN|BUSY|TRYAGAIN|FAILOVER|UNBLOCKED)\b")
_SILENT = re.compile(r"\b(LOADING)\b")
# A script whose command is not allowed is told without the code, which redis-py took or (Redis 6.2) was never there.
_NO_ENTRY = re.compile(
    r"\b(NOPERM|NOAUTH|WRONGPASS)\b|ACL failure in script|user executing the script can't (run|access)"
)
# A command or a script that no Redis would take, however well it is: the same call fails again.
_NONSENSE = re.compile(
    r"WRONGTYPE|compiling script|[Uu]nknown (Redis |Valkey )?command|[Ww]rong number of arg|"
    r"not an integer|not a valid float|out of range|no such key|syntax error|[Ii]nvalid stream ID|"
    r"user_script:\d+: (?![A-Z]{3,} )"
)
_KILLED = re.compile(r"Script killed")
_OF_A_PIPELINE = re.compile(r"^Command # \d+ .* of pipeline caused error: ", re.DOTALL)


def is_our_mistake(error: RedisError) -> bool:
    """Whether a call was wrong in itself. Whoever waits for Redis to come round would wait for ever."""
    if isinstance(error, DataError):
        return True
    text = _told(error)
    if type(error) is not ResponseError or _KILLED.search(text):
        return False
    refused = any(words.search(text) for words in (_FULL, _NO_WRITES, _SILENT, _NO_ENTRY))
    return not refused and _NONSENSE.search(text) is not None


def as_ours(error: RedisError) -> StoreUnavailable:
    """The error in words of the domain; whatever is not known means that Redis is away."""
    text = _told(error)
    if isinstance(error, OutOfMemoryError) or _FULL.search(text):
        return StoreFull("Redis refuses writes: its memory or disk is full")
    if isinstance(error, AuthenticationError | AuthorizationError | NoPermissionError) or _NO_ENTRY.search(text):
        return StoreUnavailable("Redis does not let this service in: its user or password, or what that user may do")
    if isinstance(error, ConnectionError | TimeoutError) or _SILENT.search(text):
        return StoreUnavailable("Redis does not answer; nothing was lost, try again in a moment")
    if isinstance(error, ReadOnlyError | ClusterError | TryAgainError) or _NO_WRITES.search(text):
        return StoreUnavailable("Redis does not take writes now, try again in a moment")
    return StoreUnavailable(f"Redis failed: {type(error).__name__}")


def _told(error: RedisError) -> str:
    """What Redis said, without the command of a pipeline that redis-py puts in front: it may hold any words."""
    return _OF_A_PIPELINE.sub("", str(error))
