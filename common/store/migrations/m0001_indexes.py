"""Puts what has ended into the index of what has ended, and everything that people see into the index by project."""

from collections.abc import Iterator

from common.projects import DEFAULT_PROJECT
from common.states import FINAL
from common.store import keys
from common.store.connection import RedisClient
from common.store.project_index import project_member
from common.store.scripts import Scripts

STEP = 200


def migrate(client: RedisClient) -> Iterator[tuple[int, int]]:
    """Yields how many things it has looked at, of how many: ends first, then projects."""
    ended, seen = _final_ids(client), _seen(client)
    done, of = 0, len(ended) + len(seen)
    for start in range(0, len(ended), STEP):
        step = ended[start : start + STEP]
        # Whether a job has ended is asked of its record, and noted, in one script: it may be reopened meanwhile.
        names = [keys.ENDED, *(keys.of(job_id).record for job_id in step)]
        Scripts(client).repeatable("index_ended", names, [*step, *sorted(FINAL)])
        done += len(step)
        yield done, of
    for start in range(0, len(seen), STEP):
        page = seen[start : start + STEP]
        names = [keys.PROJECTS, *(record for record, _ in page)]
        Scripts(client).repeatable("index_in_project", names, [member for _, member in page])
        done += len(page)
        yield done, of
    client.unlink(keys.TASKS_ENDED)  # whose work the outbox does


def _final_ids(client: RedisClient) -> list[str]:
    pages = [*_by_state(client), client.zrange(keys.JOBS_DELETING, 0, -1)]
    return [job_id for page in pages for job_id in page]


def _by_state(client: RedisClient) -> Iterator[list[str]]:
    """Pages of ids; a member is `<state>:<submission number>:<id>`."""
    for index in keys.INDEX_BY_STATE.values():
        for state in sorted(FINAL):
            after, end = f"[{state}:", f"({state};"  # `;` is the character behind `:`
            while members := client.zrange(index, after, end, bylex=True, offset=0, num=STEP):
                yield [member.split(":", 2)[2] for member in members]
                after = f"({members[-1]}"


def _seen(client: RedisClient) -> list[tuple[str, str]]:
    """Each thing's record, and its member of the index by project: there was one project, which all was of."""
    indexes = [(str(kind), index) for kind, index in keys.INDEX.items()]
    indexes += [("dataset", keys.DATASETS), ("key", keys.API_KEYS), ("model", keys.MODELS)]
    return [
        (_record(kind, name), project_member(DEFAULT_PROJECT, kind, int(number), name))
        for kind, index in indexes
        for name, number in client.zrange(index, 0, -1, withscores=True)
    ]


def _record(kind: str, name: str) -> str:
    own = {"dataset": keys.dataset, "key": keys.api_key, "model": keys.model}
    return own[kind](name) if kind in own else keys.of(name).record
