"""The states of a job and of a deployment, the arrows between them, and who owns each arrow.

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
                         | complete, fail (worker, scheduler), cancel (api before a start, worker after);
                         | fail (scheduler) also leaves the states that wait, when every node has refused the job
                         v
         completed  |  failed  |  cancelled          final: nothing leaves

A deployment goes the same way as far as `assigned`, and then (its starter is a worker, or the deployer for a platform
beyond our nodes):

         assigned -- start --> starting -- ready --> running       requeue leads back to queued from all three
                                  ^                     |
                                  +------ restart ------+
         stop (api before a start, its starter after) --> stopped,  fail --> failed
         reopen (api): stopped | failed --> pending
"""

from enum import StrEnum


class JobState(StrEnum):
    """Where a job is in its life. Wishes are fields, causes are reasons: neither is a state."""

    PENDING = "pending"
    QUEUED = "queued"
    ASSIGNED = "assigned"
    STARTING = "starting"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    STOPPED = "stopped"


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
    READY = "ready"
    RESTART = "restart"
    STOP = "stop"
    REOPEN = "reopen"


WAITING = frozenset({JobState.PENDING, JobState.QUEUED})
PLACED = frozenset({JobState.ASSIGNED, JobState.STARTING, JobState.RUNNING})
FINAL = frozenset({JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED, JobState.STOPPED})

JOB_STATES = tuple(state for state in JobState if state not in {JobState.STARTING, JobState.STOPPED})
DEPLOYMENT_STATES = tuple(state for state in JobState if state not in {JobState.COMPLETED, JobState.CANCELLED})

Arrows = dict[Verb, tuple[frozenset[JobState], JobState]]

_JOB_PLACED = frozenset({JobState.ASSIGNED, JobState.RUNNING})

_UNTIL_ASSIGNED: Arrows = {
    Verb.HOLD: (WAITING, JobState.PENDING),
    Verb.RELEASE: (frozenset({JobState.PENDING}), JobState.PENDING),
    Verb.QUEUE: (frozenset({JobState.PENDING}), JobState.QUEUED),
    Verb.ASSIGN: (WAITING, JobState.ASSIGNED),
}
ARROWS: Arrows = _UNTIL_ASSIGNED | {
    Verb.START: (frozenset({JobState.ASSIGNED}), JobState.RUNNING),
    Verb.COMPLETE: (frozenset({JobState.RUNNING}), JobState.COMPLETED),
    Verb.FAIL: (WAITING | _JOB_PLACED, JobState.FAILED),
    Verb.CANCEL: (WAITING | _JOB_PLACED, JobState.CANCELLED),
    Verb.REQUEUE: (_JOB_PLACED, JobState.QUEUED),
}
DEPLOYMENT_ARROWS: Arrows = _UNTIL_ASSIGNED | {
    Verb.START: (frozenset({JobState.ASSIGNED}), JobState.STARTING),
    Verb.READY: (frozenset({JobState.STARTING}), JobState.RUNNING),
    Verb.RESTART: (frozenset({JobState.STARTING, JobState.RUNNING}), JobState.STARTING),
    Verb.FAIL: (WAITING | PLACED, JobState.FAILED),
    Verb.STOP: (WAITING | PLACED, JobState.STOPPED),
    Verb.REQUEUE: (PLACED, JobState.QUEUED),
    Verb.REOPEN: (frozenset({JobState.STOPPED, JobState.FAILED}), JobState.PENDING),
}
