"""Why a pod does not serve, as a sentence for the user; pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lightkube.models.core_v1 import ContainerStateTerminated, ContainerStateWaiting, ContainerStatus
from lightkube.resources.core_v1 import Pod

from common.truncated import truncated
from deploy.platforms.k8s.pod import CONTAINER

# With the cluster's back-off, so many crashes take about five minutes: another try will not help.
CRASHES_MAX = 5
# Of a sentence that quotes the cluster.
MESSAGE_MAX = 1000

# The sentence may end right behind the name.
_INSUFFICIENT = re.compile(r"Insufficient ([\w/-]+(?:\.[\w/-]+)*)")
_IMAGE_REASONS = {"ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "RegistryUnavailable"}
_OUT_OF_MEMORY = "OOMKilled"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What keeps a pod from serving. `is_final` when waiting will not help."""

    message: str
    is_final: bool = False


def trouble_of(pod: Pod) -> Trouble | None:
    """What the cluster says of a pod that is not ready; None when it is merely on its way."""
    return next(iter(_troubles(pod)), None)


def _troubles(pod: Pod) -> Iterator[Trouble]:
    container = _server(pod)
    if container:
        yield from _crash(container)
        yield from _cannot_start(container)
    yield from _no_place(pod)
    if pod.status and pod.status.phase == "Failed":
        said = ": ".join(filter(None, (pod.status.reason, pod.status.message)))
        yield Trouble(truncated(f"the cluster ended the server ({said or 'without a reason'})", MESSAGE_MAX))


def _server(pod: Pod) -> ContainerStatus | None:
    statuses = (pod.status.containerStatuses if pod.status else None) or []
    return next((status for status in statuses if status.name == CONTAINER), None)


def _crash(container: ContainerStatus) -> Iterator[Trouble]:
    now = container.state.terminated if container.state else None
    before = container.lastState.terminated if container.lastState else None
    end = now or before
    if end:
        crashes = container.restartCount + (1 if now else 0)
        yield Trouble(truncated(_crash_in_words(end, crashes), MESSAGE_MAX), is_final=crashes >= CRASHES_MAX)


def _crash_in_words(end: ContainerStateTerminated, crashes: int) -> str:
    times = "once" if crashes == 1 else f"{crashes} times"
    if end.reason == _OUT_OF_MEMORY:
        return f"the server needed more main memory than it may use ({_OUT_OF_MEMORY}), {times}: ask for more memory"
    how = f"signal {end.signal}" if end.signal else f"exit code {end.exitCode}"
    said = f": {_last_lines(end.message)}" if end.message else f" ({end.reason})" if end.reason else ""
    return f"the server ended {times}, last with {how}{said}"


def _last_lines(text: str) -> str:
    return text.strip()[-MESSAGE_MAX // 2 :]


def _cannot_start(container: ContainerStatus) -> Iterator[Trouble]:
    waiting = container.state.waiting if container.state else None
    reason = waiting.reason if waiting else None
    if waiting is None or reason in {None, "ContainerCreating", "PodInitializing"}:
        return
    if reason == "InvalidImageName":
        yield Trouble(f"{container.image} is no name of an image: set K8S_IMAGE right", is_final=True)
    elif reason in _IMAGE_REASONS:
        yield Trouble(truncated(f"the image {container.image} cannot be pulled: {_said(waiting)}", MESSAGE_MAX))
    else:
        yield Trouble(truncated(f"the cluster cannot start the server: {_said(waiting)}", MESSAGE_MAX))


def _said(waiting: ContainerStateWaiting) -> str:
    return ": ".join(filter(None, (waiting.reason, waiting.message)))


def _no_place(pod: Pod) -> Iterator[Trouble]:
    for condition in (pod.status.conditions if pod.status else None) or []:
        if condition.type == "PodScheduled" and condition.status == "False":
            said = condition.message or condition.reason or ""
            lacking = " and ".join(sorted(set(_INSUFFICIENT.findall(said))))
            why = f"no node has enough {lacking} free" if lacking else "no node fits"
            yield Trouble(truncated(f"waits for a node: {why} ({said})", MESSAGE_MAX))
