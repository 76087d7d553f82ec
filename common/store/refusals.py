"""Refusals by Redis, as its errors tell them: that it is full, that it is away, or that we asked for nonsense.

redis-py takes the code off the text of the errors that have a class of their own; the others keep it in front. What a
script's command was refused with may stand in the middle: behind the number of a pipeline's command, or (Redis 6.2)
behind the name of the script.
"""

import re
from dataclasses import dataclass

from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    BusyLoadingError,
    ClusterError,
    ConnectionError,
    DataError,
    MasterDownError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TimeoutError,
    TryAgainError,
)

from common.errors import StoreFull, StoreUnavailable

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


@dataclass(frozen=True, slots=True)
class _Meaning:
    """`classes` are redis-py's, `words` what stands in the text of errors that have none."""

    classes: tuple[type[RedisError], ...]
    words: re.Pattern[str]
    message: str
    kind: type[StoreUnavailable] = StoreUnavailable


# The first that fits: some classes of redis-py are kinds of ConnectionError.
_MEANINGS = (
    _Meaning(
        (OutOfMemoryError,),
        re.compile(r"\bOOM\b"),
        "Redis is full: it has reached its maxmemory, give it more",
        StoreFull,
    ),
    _Meaning(
        (),
        re.compile(r"\bMISCONF\b"),
        "Redis cannot save what it is told: its disk is full or fails, make room there and see its log",
        StoreFull,
    ),
    _Meaning(
        (AuthenticationError, AuthorizationError, NoPermissionError),
        _NO_ENTRY,
        "Redis does not let this service in: its user or password, or what that user may do",
    ),
    _Meaning(
        (BusyLoadingError,),
        re.compile(r"\bLOADING\b"),
        "Redis is loading its data; nothing was lost, try again in a moment",
    ),
    _Meaning(
        (MasterDownError,),
        re.compile(r"\bMASTERDOWN\b"),
        "this Redis is a replica that has lost its master: mend that, or use its master instead",
    ),
    _Meaning(
        (ReadOnlyError,),
        re.compile(r"\bREADONLY\b"),
        "this Redis is a replica and takes no writes: use its master, or make it one (REPLICAOF NO ONE)",
    ),
    _Meaning(
        (),
        re.compile(r"\bNOREPLICAS\b"),
        "Redis takes no writes while too few replicas keep up: mend them, or lower its min-replicas-to-write",
    ),
    _Meaning(
        (ClusterError, TryAgainError),
        re.compile(r"\b(CLUSTERDOWN|BUSY|TRYAGAIN|FAILOVER|UNBLOCKED)\b"),
        "Redis does not take writes now, try again in a moment",
    ),
    _Meaning(
        (ConnectionError, TimeoutError),
        re.compile(r"(?!)"),
        "Redis does not answer; nothing was lost, try again in a moment",
    ),
)


def is_our_mistake(error: RedisError) -> bool:
    """Whether a call was wrong in itself. Whoever waits for Redis to come round would wait for ever."""
    if isinstance(error, DataError):
        return True
    text = _told(error)
    if type(error) is not ResponseError or _KILLED.search(text):
        return False
    refused = any(meaning.words.search(text) for meaning in _MEANINGS)
    return not refused and _NONSENSE.search(text) is not None


def as_ours(error: RedisError) -> StoreUnavailable:
    """The error in words of the domain; whatever is not known means that Redis is away."""
    text = _told(error)
    for meaning in _MEANINGS:
        if isinstance(error, meaning.classes) or meaning.words.search(text):
            return meaning.kind(meaning.message)
    return StoreUnavailable(f"Redis failed: {type(error).__name__}")


def _told(error: RedisError) -> str:
    """What Redis said, without the command of a pipeline that redis-py puts in front: it may hold any words."""
    return _OF_A_PIPELINE.sub("", str(error))
