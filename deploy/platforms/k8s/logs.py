"""The newest log lines of a deployment's pods, merged by the time at which they were written."""

from collections.abc import Iterable
from http import HTTPStatus

from lightkube import ApiError, Client
from lightkube.resources.core_v1 import Pod

from deploy.platforms.k8s.pod import CONTAINER

LINES_MAX = 1000
LINE_MAX_CHARS = 10_000
PODS_MAX = 16
# What the cluster answers for a container that has not started, and for a pod that is gone by now.
_NO_LOG = {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND}


def newest_lines(client: Client, pods: Iterable[Pod], lines: int) -> list[str]:
    """At most `lines` lines, oldest first. Of a container between a crash and its restart, those before the crash."""
    wanted = max(0, min(lines, LINES_MAX))
    stamped = [line for pod in list(pods)[:PODS_MAX] for line in _lines_of(client, pod, wanted)]
    # Stable, so a pod's own order stays.
    newest = sorted(stamped, key=_written_at)[max(0, len(stamped) - wanted) :]
    return [line.partition(" ")[2][:LINE_MAX_CHARS] for line in newest]


def _lines_of(client: Client, pod: Pod, lines: int) -> list[str]:
    name = pod.metadata.name if pod.metadata else None
    if not name or not lines or not (pod.spec and pod.spec.nodeName):
        return []
    try:
        return list(client.log(name, container=CONTAINER, tail_lines=lines, timestamps=True, newlines=False))
    except ApiError as error:
        if error.status.code in _NO_LOG:
            return []
        raise


def _written_at(line: str) -> str:
    """The time before the line, in a form that sorts: without the Z, which comes after every further digit."""
    return line.partition(" ")[0].removesuffix("Z")
