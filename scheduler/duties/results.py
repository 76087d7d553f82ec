"""Makes Celery's results agree with the records, whoever ended a job: a worker, the rescuer, a user, the deployer.

Any number of schedulers may do it; each writes what the record said, so they write the same.
"""

import structlog
from redis.exceptions import RedisError

from common.clock import to_ms
from common.messaging.results import Results
from common.store import Store
from common.store.ended_tasks import EndedTask

log = structlog.get_logger()

# A worker writes the result itself, a moment after the record.
GRACE_SECONDS = 5.0
# And one that was held up may write its last progress over it.
WATCH_SECONDS = 60.0


def agree(store: Store, results: Results) -> None:
    """Look once at all that ended of late; write what Celery does not know."""
    now_ms = to_ms(store.now())
    ended = store.ended_tasks.before(now_ms - int(GRACE_SECONDS * 1000))
    settled = [task for task in ended if _is_told(results, task) and _is_last_word(task, now_ms)]
    store.ended_tasks.forget([task.entry_id for task in settled])


def _is_last_word(task: EndedTask, now_ms: int) -> bool:
    """Whether no worker can say anything else any more."""
    return not task.node or now_ms - task.at_ms >= WATCH_SECONDS * 1000


def _is_told(results: Results, task: EndedTask) -> bool:
    try:
        if not results.agrees(task):
            results.write(task)
            log.info("celery_result_written", job_id=task.job_id, state=str(task.state))
    except (RedisError, OSError) as exc:
        log.warning("celery_result_not_written", job_id=task.job_id, error=str(exc))
        return False
    return True
