"""Retries: what went wrong before a replica answered, and whether the request may be sent once more."""

from enum import StrEnum

TRIES_MAX = 4


class Failure(StrEnum):
    """How one try ended.

    `refused` and `unreachable`: no connection came about, so nothing was sent. `stale`: a connection that was kept from
    an earlier request was closed while this one was sent: servers close idle ones whenever they like. `lost`: a fresh
    connection ended before the first byte of an answer. `garbled`: what came was no HTTP, or not the whole head of
    an answer. `silent`: no answer in time; the server may be working on it.
    """

    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    STALE = "stale"
    LOST = "lost"
    GARBLED = "garbled"
    SILENT = "silent"


class Retry(StrEnum):
    """Where to send it once more."""

    NOWHERE = "nowhere"
    SAME = "same"
    OTHER = "other"


def next_try(failures: list[Failure]) -> Retry:
    """What may follow these failed tries, oldest first.

    A refusal costs nothing, so all replicas may refuse. A request that may have reached a server is sent to one more
    only: it could be what makes them die.
    """
    last = failures[-1]
    costly = len(failures) - failures.count(Failure.REFUSED)
    if costly >= TRIES_MAX or last in {Failure.GARBLED, Failure.SILENT}:
        return Retry.NOWHERE
    if last is Failure.STALE:
        return Retry.SAME
    if last is Failure.LOST and failures.count(Failure.LOST) > 1:
        return Retry.NOWHERE
    return Retry.OTHER


def speaks_against_replica(failure: Failure) -> bool:
    """Whether others should be asked first for a while."""
    return failure in {Failure.REFUSED, Failure.UNREACHABLE, Failure.LOST}
