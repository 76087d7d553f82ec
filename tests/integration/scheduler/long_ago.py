"""Jobs that ended long ago, for tests of retention."""

from common.clock import to_ms
from common.jobs import Job
from common.states import JobState
from common.store import Store, keys
from tests.builders import make_job
from tests.integration.store.test_job_verbs import in_state

DAY_MS = 86_400_000


def ended_long_ago(store: Store, job: Job | None = None, days: float = 200, state: JobState | None = None) -> Job:
    """A job that came to its end by the verbs; then it is said to have been so many days ago."""
    wanted = state or (JobState.STOPPED if job and job.spec.model_name else JobState.COMPLETED)
    made = in_state(store, wanted, lambda: job or make_job())
    age(store, made.id, days)
    return store.jobs.get(made.id)


def age(store: Store, job_id: str, days: float) -> None:
    """Let an ended job's whole life, an hour of it, have been so many days ago."""
    age_until(store, job_id, to_ms(store.now()) - int(days * DAY_MS))


def age_until(store: Store, job_id: str, ended_at_ms: int) -> None:
    """Let it have ended in that millisecond."""
    times = {"created_at_ms": ended_at_ms - 3_600_000, "ended_at_ms": ended_at_ms}
    store.client.hset(keys.of(job_id).record, mapping=times)
    store.client.zadd(keys.ENDED, {job_id: ended_at_ms})


def with_log(store: Store, job: Job, text: str = "step 1\n") -> None:
    """As if its follower had shipped that much."""
    store.client.set(keys.of(job.id).log_head(1), text)
    store.client.rpush(keys.of(job.id).log_tail(1), text)
    ends = {"end": 2 * len(text), "head_bytes": len(text), "tail_start": len(text), "tail_bytes": len(text)}
    store.client.hset(keys.of(job.id).log(1), mapping=ends)
    store.client.rpush(keys.of(job.id).metrics, '{"loss": 1.0}')


def below(store: Store, job: Job) -> set[str]:
    """All keys of that job."""
    return {*store.client.scan_iter(f"{keys.of(job.id).record}*")}
