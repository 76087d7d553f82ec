"""The states of a job, the arrows between them, and who owns each arrow.

            submit (api)
                |
                v           hold (api)
release (api) +---------+ <------------+
   +--------> | pending |              |
   | (held)   +---------+ -----+       |
   |            |   |          | queue (scheduler)
   +------------+   |          v       |
                    |      +--------+--+
         assign     |      | queued | <-------------------+
      (scheduler)   |      +--------+                     |
                    |          | assign (scheduler)       | requeue
                    v          v                          | (worker, scheduler)
                   +------------+                         |
                   |  assigned  | ------------------------+
                   +------------+                         |
                         | start (worker)                 |
                         v                                |
                   +------------+                         |
                   |  running   | ------------------------+
                   +------------+
                         | complete, fail (worker, scheduler), cancel (api before a start, worker after)
                         v
         completed  |  failed  |  cancelled          final: nothing leaves
"""

from enum import StrEnum


class JobState(StrEnum):
    """Where a job is in its life. Wishes are fields, causes are reasons: neither is a state."""

    PENDING = "pending"
    QUEUED = "queued"
    ASSIGNED = "assigned"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Verb(StrEnum):
    """An arrow of the state chart; the same word in code, Lua, events and logs."""

    SUBMIT = "submit"
    HOLD = "hold"
    RELEASE = "release"
    QUEUE = "queue"
    ASSIGN = "assign"
    START = "start"
    COMPLETE = "complete"
    FAIL = "fail"
    CANCEL = "cancel"
    REQUEUE = "requeue"


WAITING = frozenset({JobState.PENDING, JobState.QUEUED})
PLACED = frozenset({JobState.ASSIGNED, JobState.RUNNING})
FINAL = frozenset({JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED})

ARROWS: dict[Verb, tuple[frozenset[JobState], JobState]] = {
    Verb.HOLD: (WAITING, JobState.PENDING),
    Verb.RELEASE: (frozenset({JobState.PENDING}), JobState.PENDING),
    Verb.QUEUE: (frozenset({JobState.PENDING}), JobState.QUEUED),
    Verb.ASSIGN: (WAITING, JobState.ASSIGNED),
    Verb.START: (frozenset({JobState.ASSIGNED}), JobState.RUNNING),
    Verb.COMPLETE: (frozenset({JobState.RUNNING}), JobState.COMPLETED),
    Verb.FAIL: (PLACED, JobState.FAILED),
    Verb.CANCEL: (WAITING | PLACED, JobState.CANCELLED),
    Verb.REQUEUE: (PLACED, JobState.QUEUED),
}


def may(verb: Verb, state: JobState) -> bool:
    """Whether the arrow `verb` leaves `state`."""
    return verb in ARROWS and state in ARROWS[verb][0]
