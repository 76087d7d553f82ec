"""Forcing a stop: ending the record of what is placed on a node that does not answer; its GPUs stay leased until its
end is proved.
"""

from collections.abc import Iterable, Mapping

import structlog

from api.services import Services
from api.services.hints import tell_cancelled
from common.errors import StateConflict
from common.job_specs import ended_by_user
from common.jobs import Job
from common.nodes import Node
from common.places import UNKNOWN, names_of
from common.store.outcomes import Outcome

log = structlog.get_logger()


def force_end(services: Services, job: Job, actor: str) -> bool:
    """End a job or deployment now, whatever its node says; False when it is not placed any more.

    Raises StateConflict for one that no node of ours runs.
    """
    if not job.needs_node:
        why = (
            f"'{job.id}' runs on a platform, which nothing but its own answer proves the end of: stop it without force"
        )
        raise StateConflict(why, job_id=job.id)
    _, state = ended_by_user(job.spec.kind)
    by = actor or "the user"
    nodes = names_of(job.places)
    message = f"{state} by {by}, by force; its GPUs stay leased until node {nodes} has proved that it is gone"
    if services.store.attempts.force_end(job.id, message) is not Outcome.OK:
        return False
    tell_cancelled(services, job)
    log.warning("job_ended_by_force", job_id=job.id, attempt=job.attempt, node=job.node, actor=actor)
    return True


def ended_by_force(job: Job) -> str:
    """What to tell whoever ended it so."""
    nodes = names_of(job.places)
    return (
        f"job was ended by force: its GPUs stay leased until node '{nodes}' has proved that nothing of it runs, "
        "or was declared lost"
    )


def stops_when_back(services: Services, job: Job) -> str:
    """What to tell whoever stopped it without force while nobody speaks for one of its disks; else nothing."""
    silent = on_silent_nodes(services, [job])
    if not silent:
        return ""
    node = silent[job.id]
    return f"node '{node}' does not answer: job is stopped when it is back; stop it with force to end its record now"


def on_silent_nodes(services: Services, jobs: Iterable[Job]) -> dict[str, str]:
    """Of the jobs for one of whose disks nobody speaks: id -> the first such node."""
    now, ttl = services.store.now(), services.settings.node_ttl_seconds
    speaking = {node.name: node for node in services.store.nodes.all() if node.is_alive(now, ttl)}
    placed = [job for job in jobs if job.needs_node]
    return {job.id: name for job in placed if (name := _first_silent(speaking, job)) is not None}


def _first_silent(speaking: Mapping[str, Node], job: Job) -> str | None:
    for place in job.places or UNKNOWN:
        node = speaking.get(place.node)
        if node is None or not node.is_instance(place.instance):
            return place.node
    return None
