"""Checks that the store's records, indexes and leases tell the same story. Tests run it after every scenario."""

from common import keys
from common.jobs import Job
from common.states import PLACED, WAITING
from common.store import Store


def audit(store: Store) -> list[str]:
    """Every broken invariant as a sentence; empty when all is well. Reads without a lock: ask a quiet system."""
    ids = store.jobs.all_ids()
    jobs = {job.id: job for job in store.jobs.get_many(ids)}
    return [
        *_records(ids, jobs),
        *_waiting(store, jobs),
        *_by_state(store, jobs),
        *_leases(store, jobs),
    ]


def _records(ids: list[str], jobs: dict[str, Job]) -> list[str]:
    return [f"{job_id} is indexed and has no record" for job_id in ids if job_id not in jobs]


def _waiting(store: Store, jobs: dict[str, Job]) -> list[str]:
    """An accepted job is in exactly one of waiting, leased, final."""
    indexed = set(store.client.zrange(keys.JOBS_WAITING, 0, -1))
    placed = set(store.client.smembers(keys.JOBS_PLACED))
    should_wait = {job.id for job in jobs.values() if job.state in WAITING and not job.held}
    should_be_placed = {job.id for job in jobs.values() if job.state in PLACED}
    problems = [f"{job_id}: the waiting index and its record disagree" for job_id in indexed ^ should_wait]
    return problems + [f"{job_id}: the placed index and its record disagree" for job_id in placed ^ should_be_placed]


def _by_state(store: Store, jobs: dict[str, Job]) -> list[str]:
    indexed = {member for index in keys.INDEX_BY_STATE.values() for member in store.client.zrange(index, 0, -1)}
    expected = {f"{job.state}:{job.sequence:016d}:{job.id}" for job in jobs.values()}
    return [f"{member}: the index by state is wrong" for member in indexed ^ expected]


def _leases(store: Store, jobs: dict[str, Job]) -> list[str]:
    """Leases and placed attempts match one to one."""
    held = store.nodes.leases()
    expected = {
        (job.node, gpu): f"{job.id}:{job.attempt}"
        for job in jobs.values()
        if job.state in PLACED
        for gpu in job.gpu_ids
    }
    wanted = sum(len(job.gpu_ids) for job in jobs.values() if job.state in PLACED)
    problems = [
        f"lease {slot} is held by {holder}, not by {expected.get(slot)}"
        for slot, holder in held.items()
        if expected.get(slot) != holder
    ]
    problems += [f"{holder} lacks its lease on {slot}" for slot, holder in expected.items() if slot not in held]
    return problems + ([f"{wanted} GPUs are given to {len(expected)} slots"] if wanted != len(expected) else [])
