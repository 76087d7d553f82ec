"""Consistency checks: whether the store's records, indexes and leases tell the same story. Tests run it after every
scenario.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import TypeAlias

from common.clock import to_ms
from common.jobs import Job
from common.leases import PORT_PREFIX, KeptLeases, holdings, shared_mib
from common.states import PLACED, WAITING
from common.store import Store, keys
from common.store.project_index import project_member

Lease: TypeAlias = tuple[str, str, str, int, int | None]  # node, GPU or port, job, attempt, MiB


def inconsistencies(store: Store) -> list[str]:
    """Every broken invariant as a sentence; empty when all is well. Reads without a lock: ask a quiet system."""
    ids = store.listings.all_ids()
    deleted = {job.id: job for job in store.jobs.deleting()}
    jobs = {job.id: job for job in store.jobs.get_many(ids)} | deleted
    return [
        *_records(ids, jobs),
        *_deleted(store, ids, deleted),
        *_waiting(store, jobs),
        *_by_state(store, jobs),
        *(_since_version_1(store, jobs) if store.facts.read().version else ()),
        *_leases(store, jobs),
    ]


def _records(ids: list[str], jobs: dict[str, Job]) -> list[str]:
    return [f"{job_id} is indexed and has no record" for job_id in ids if job_id not in jobs]


def _deleted(store: Store, ids: list[str], deleted: dict[str, Job]) -> Iterator[str]:
    """What was deleted is in no index that people read, waits for nothing, and is known until it is forgotten."""
    for job_id in store.client.zrange(keys.JOBS_DELETING, 0, -1):
        if job_id not in deleted:
            yield f"{job_id} is to be forgotten and has no record"
    for job in deleted.values():
        if job.deleted_at is None:
            yield f"{job.id} is to be forgotten and was not deleted"
        if job.id in ids:
            yield f"{job.id} was deleted and is listed"
        if job.state in WAITING:
            yield f"{job.id} was deleted and waits"


def _waiting(store: Store, jobs: dict[str, Job]) -> list[str]:
    """An accepted job is in exactly one of waiting, leased, final."""
    waiting = (keys.JOBS_WAITING, keys.DEPLOYMENTS_FOR_PLATFORMS)
    indexed = {job_id for index in waiting for job_id in store.client.zrange(index, 0, -1)}
    placed = set(store.client.smembers(keys.JOBS_PLACED))
    should_wait = {job.id for job in jobs.values() if job.state in WAITING and not job.held}
    should_be_placed = {job.id for job in jobs.values() if job.state in PLACED}
    problems = [f"{job_id}: the waiting index and its record disagree" for job_id in indexed ^ should_wait]
    return problems + [f"{job_id}: the placed index and its record disagree" for job_id in placed ^ should_be_placed]


def _by_state(store: Store, jobs: dict[str, Job]) -> list[str]:
    indexed = {member for index in keys.INDEX_BY_STATE.values() for member in store.client.zrange(index, 0, -1)}
    expected = {f"{job.state}:{job.sequence:016d}:{job.id}" for job in jobs.values() if job.deleted_at is None}
    return [f"{member}: the index by state is wrong" for member in indexed ^ expected]


def _since_version_1(store: Store, jobs: dict[str, Job]) -> list[str]:
    """The indexes that older stores do not have."""
    return [*_ended(store, jobs), *_projects(store, jobs)]


def _projects(store: Store, jobs: dict[str, Job]) -> list[str]:
    """Everything that people see is in the index by project. (An API key goes from its record first, by itself.)"""
    datasets, _ = store.datasets.page(1_000_000, 0)
    expected = {
        project_member(job.project, job.spec.kind, job.sequence, job.id) for job in jobs.values() if not job.deleted_at
    }
    expected |= {project_member(each.project, "dataset", to_ms(each.created_at), each.id) for each in datasets}
    expected |= {project_member(each.project, "key", to_ms(each.created_at), each.id) for each in store.api_keys.all()}
    expected |= {project_member(model.project, "model", 0, model.name) for model in store.models.all()}
    indexed = set(store.client.zrange(keys.PROJECTS, 0, -1))
    return [f"{one}: the index by project is wrong" for one in sorted(indexed ^ expected)]


def _ended(store: Store, jobs: dict[str, Job]) -> list[str]:
    indexed = dict(store.client.zrange(keys.ENDED, 0, -1, withscores=True))
    expected = {job.id: job.ended_at and to_ms(job.ended_at) for job in jobs.values() if job.is_final}
    wrong = {job_id for job_id, at in indexed.items() ^ expected.items()}
    return [f"{job_id}: the index of what has ended and its record disagree" for job_id in sorted(wrong)]


def _leases(store: Store, jobs: dict[str, Job]) -> list[str]:
    """Leases and placed attempts match one to one, and the parts of a shared GPU fit into it.

    Besides there are the leases that were kept when their jobs were ended by force.
    """
    kept = store.nodes.kept()
    holders_kept = {lease.holder for lease in kept}
    all_held = Counter(
        (node, what, holding.job_id, holding.attempt, holding.mib)
        for (node, what), value in store.nodes.leases().items()
        for holding in holdings(value)
    )
    held = Counter({lease: count for lease, count in all_held.items() if f"{lease[2]}:{lease[3]}" not in holders_kept})
    expected = Counter(lease for job in jobs.values() if job.state in PLACED for lease in _leases_of(job))
    problems = [f"{lease} is leased and should not be" for lease in (held - expected).elements()]
    problems += [f"{lease} should be leased and is not" for lease in (expected - held).elements()]
    problems += list(_kept(kept, all_held))
    holders = Counter((node, what) for node, what, *_ in expected.elements())
    whole = {(node, what) for node, what, *_, mib in expected if mib is None}
    doubled = [(slot, count) for slot, count in holders.items() if count > 1 and slot in whole]
    problems += [f"{slot} is given to {count} attempts" for slot, count in doubled]
    return problems + _overfull(store)


def _kept(kept: Collection[KeptLeases], held: Iterable[Lease]) -> Iterator[str]:
    """What is noted as kept is leased, and nothing besides."""
    found: dict[str, set[str]] = {lease.holder: set() for lease in kept}
    for node, what, job_id, attempt, _ in held:
        found.get(f"{job_id}:{attempt}", set()).add(f"{node}/{what}")
    noted: dict[str, set[str]] = {lease.holder: set() for lease in kept}
    for lease in kept:
        ports = {f"{PORT_PREFIX}{lease.port}"} if lease.port else set()
        noted[lease.holder] |= {f"{lease.node}/{what}" for what in {*lease.gpu_ids} | ports}
    for holder, slots in noted.items():
        if found[holder] != slots:
            yield f"{holder} keeps {sorted(slots)}, and {sorted(found[holder])} is leased"


def _leases_of(job: Job) -> Iterator[Lease]:
    share = job.spec.share_mib or None
    for place in job.places:
        for gpu in place.gpu_ids:
            yield place.node, gpu, job.id, job.attempt, share
    if job.served.port:
        yield job.node, f"{PORT_PREFIX}{job.served.port}", job.id, job.attempt, None


def _overfull(store: Store) -> list[str]:
    leases = store.nodes.leases()
    return [
        f"more memory of {node.name}/{gpu.uuid} is given away than it has"
        for node in store.nodes.all()
        for gpu in node.gpus
        if (taken := shared_mib(leases.get((node.name, gpu.uuid), ":0"))) is not None and taken > gpu.memory_total_mib
    ]
