"""Makes Celery's results agree with the records, whoever ended a job: a worker, the rescuer, a user, the deployer.

A reader of the outbox. Any number of schedulers may do it; each writes what the record said, so they write the same.
"""

from itertools import takewhile

import structlog
from redis.exceptions import RedisError

from common.clock import to_ms
from common.messaging.results import Results
from common.store import Store
from common.store.outbox import Transition

log = structlog.get_logger()

READER = "celery_results"
# A worker writes the result itself, a moment after the record.
GRACE_SECONDS = 5.0
# And one that was held up may write its last progress over it.
WATCH_SECONDS = 60.0


def agree(store: Store, results: Results) -> None:
    """Look once at all that ended of late; write what Celery does not know."""
    now_ms = to_ms(store.now())
    until_ms = now_ms - int(GRACE_SECONDS * 1000)
    done, is_behind = "", False
    for transition in takewhile(lambda one: one.at_ms < until_ms, store.outbox.unread(READER)):
        is_settled = not transition.is_end or (_is_told(results, transition) and _is_last_word(transition, now_ms))
        is_behind = is_behind or not is_settled
        if not is_behind:
            done = transition.entry_id
    if done:
        store.outbox.done_with(READER, done)


def _is_last_word(end: Transition, now_ms: int) -> bool:
    """Whether no worker can say anything else any more."""
    return not end.node or now_ms - end.at_ms >= WATCH_SECONDS * 1000


def _is_told(results: Results, end: Transition) -> bool:
    try:
        if not results.agrees(end):
            results.write(end)
            log.info("celery_result_written", job_id=end.job_id, state=str(end.target))
    except (RedisError, OSError) as exc:
        log.warning("celery_result_not_written", job_id=end.job_id, error=str(exc))
        return False
    return True
