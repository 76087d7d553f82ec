"""The pod of one model server: the image, `swift deploy` by the launcher, its GPUs, files and probes; pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from common.asked_media import ANY
from common.jobs import Job
from deploy.platforms.k8s.names import ID_ANNOTATION, all_labels, object_name
from deploy.platforms.k8s.options import ClusterOptions, PlatformOptions, Storage

CONTAINER = "server"
SERVER_PORT = 8000
SERVER_KEY_FIELD = "server-key"
SERVER_KEY_VARIABLE = "SWIFT_TRAINER_SERVER_KEY"
MEDIA_URLS_VARIABLE = "SWIFT_TRAINER_MEDIA_URLS"
OWN_VARIABLES = frozenset({SERVER_KEY_VARIABLE, MEDIA_URLS_VARIABLE})

# What the image has to have, as Dockerfile.worker builds it. tini reaps: engines start processes of their own.
LAUNCHER = ("tini", "--", "/opt/swift/bin/python", "-P", "/app/common/swift/programs/serve_launcher.py")

CACHE_FOLDER = "/cache"
PROBE_SECONDS = 10
GRACE_SECONDS = 60


def pod_template(
    job: Job, options: PlatformOptions, serve_argv: Sequence[str], cluster: ClusterOptions
) -> dict[str, Any]:
    """The template of a Deployment's pods."""
    metadata = {"labels": all_labels(job.id, job.spec.serving.version), "annotations": {ID_ANNOTATION: job.id}}
    return {"metadata": metadata, "spec": _pod(job, options, serve_argv, cluster)}


def _pod(job: Job, options: PlatformOptions, serve_argv: Sequence[str], cluster: ClusterOptions) -> dict[str, Any]:
    pod: dict[str, Any] = {
        "containers": [_container(job, options, serve_argv, cluster)],
        "volumes": _volumes(options.storage),
        # A model's own code runs in the server: it gets no credentials of the cluster, and no root.
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": options.run_as_user,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "terminationGracePeriodSeconds": GRACE_SECONDS,
    }
    if options.node_selector:
        pod["nodeSelector"] = dict(options.node_selector)
    if options.tolerations:
        pod["tolerations"] = [_toleration(given) for given in options.tolerations]
    if options.service_account:
        pod["serviceAccountName"] = options.service_account
    if cluster.image_pull_secret:
        pod["imagePullSecrets"] = [{"name": cluster.image_pull_secret}]
    return pod


def _container(
    job: Job, options: PlatformOptions, serve_argv: Sequence[str], cluster: ClusterOptions
) -> dict[str, Any]:
    container: dict[str, Any] = {
        "name": CONTAINER,
        "image": cluster.image,
        "command": list(LAUNCHER),
        "args": [_literal(item) for item in serve_argv],
        "env": _environment(job, cluster),
        "ports": [{"name": "http", "containerPort": SERVER_PORT, "protocol": "TCP"}],
        "resources": _resources(job, options),
        "volumeMounts": _mounts(options.storage),
        "startupProbe": _probe(period=PROBE_SECONDS, failures=-(-options.startup_seconds // PROBE_SECONDS)),
        "readinessProbe": _probe(period=5, failures=2),
        # Patient: a server deep in a long prompt may answer late, and a restart costs minutes.
        "livenessProbe": _probe(period=PROBE_SECONDS, failures=12),
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        # The end of the log becomes the reason of a crash that others can read.
        "terminationMessagePolicy": "FallbackToLogsOnError",
    }
    if cluster.env_secret:
        container["envFrom"] = [{"secretRef": {"name": cluster.env_secret}}]
    return container


def _environment(job: Job, cluster: ClusterOptions) -> list[dict[str, Any]]:
    plain = {"XDG_CACHE_HOME": CACHE_FOLDER, "MODELSCOPE_CACHE": f"{CACHE_FOLDER}/modelscope", "PYTHONUNBUFFERED": "1"}
    asked = {name: value for name, value in sorted(job.spec.env.items()) if name not in OWN_VARIABLES}
    # What the launcher does by default is not said: it would replace every server that runs.
    media = {MEDIA_URLS_VARIABLE: ANY} if cluster.media_urls == ANY else {}
    key = {"secretKeyRef": {"name": object_name(job.id), "key": SERVER_KEY_FIELD}}
    return [
        *({"name": name, "value": _literal(value)} for name, value in (plain | asked | media).items()),
        {"name": SERVER_KEY_VARIABLE, "valueFrom": key},
    ]


def _literal(text: str) -> str:
    """Text that Kubernetes passes as it is: it would replace $(NAME) by a variable, such as the key's."""
    return text.replace("$", "$$")


def _resources(job: Job, options: PlatformOptions) -> dict[str, Any]:
    memory_mib = job.spec.serving.memory_mib
    memory = {"memory": f"{memory_mib}Mi"} if memory_mib else {}
    gpus = {options.gpu_resource: str(job.spec.gpus)} if job.spec.gpus else {}
    cpu = {"cpu": options.cpu} if options.cpu else {}
    # No limit for the CPU: it would slow a server down while cores are idle.
    return {name: wanted for name, wanted in (("requests", memory | gpus | cpu), ("limits", memory | gpus)) if wanted}


def _volumes(storage: Storage | None) -> list[dict[str, Any]]:
    volumes: list[dict[str, Any]] = [
        {"name": "cache", "emptyDir": {}},
        # Ranks of one server share tensors here; a container's own /dev/shm has 64 MiB.
        {"name": "shm", "emptyDir": {"medium": "Memory"}},
    ]
    if storage is None:
        return volumes
    if storage.is_host_path:
        return [*volumes, {"name": "models", "hostPath": {"path": storage.path, "type": "Directory"}}]
    return [*volumes, {"name": "models", "persistentVolumeClaim": {"claimName": storage.claim}}]


def _mounts(storage: Storage | None) -> list[dict[str, Any]]:
    mounts: list[dict[str, Any]] = [
        {"name": "cache", "mountPath": CACHE_FOLDER},
        {"name": "shm", "mountPath": "/dev/shm"},  # noqa: S108 - the pod's own
    ]
    return [*mounts, {"name": "models", "mountPath": storage.path, "readOnly": True}] if storage else mounts


def _probe(*, period: int, failures: int) -> dict[str, Any]:
    get = {"path": "/health", "port": "http"}
    return {"httpGet": get, "periodSeconds": period, "timeoutSeconds": PROBE_SECONDS, "failureThreshold": failures}


def _toleration(given: Mapping[str, Any]) -> dict[str, Any]:
    renamed = {"tolerationSeconds" if name == "toleration_seconds" else name: value for name, value in given.items()}
    return {"operator": "Equal"} | {name: value for name, value in renamed.items() if value not in {"", None}}
