"""Puts what has ended, of every kind, into the index of what has ended, scored by when."""

from collections.abc import Iterator

from common.states import FINAL
from common.store import keys
from common.store.connection import RedisClient
from common.store.scripts import Scripts

STEP = 200


def migrate(client: RedisClient) -> Iterator[tuple[int, int]]:
    """Read the indexes by state, final states only; yields how many ids it has looked at, of how many.

    Whether a job has ended is asked of its record, and noted, in one script: it may be reopened meanwhile.
    """
    pages = [*_by_state(client), client.zrange(keys.JOBS_DELETING, 0, -1)]
    ids = [job_id for page in pages for job_id in page]
    for start in range(0, len(ids), STEP):
        step = ids[start : start + STEP]
        Scripts(client).repeatable(
            "index_ended", [keys.ENDED, *(keys.of(job_id).record for job_id in step)], [*step, *sorted(FINAL)]
        )
        yield min(start + STEP, len(ids)), len(ids)
    client.unlink(keys.TASKS_ENDED)  # whose work the outbox does


def _by_state(client: RedisClient) -> Iterator[list[str]]:
    """Pages of ids; a member is `<state>:<submission number>:<id>`."""
    for index in keys.INDEX_BY_STATE.values():
        for state in sorted(FINAL):
            after, end = f"[{state}:", f"({state};"  # `;` is the character behind `:`
            while members := client.zrange(index, after, end, bylex=True, offset=0, num=STEP):
                yield [member.split(":", 2)[2] for member in members]
                after = f"({members[-1]}"
