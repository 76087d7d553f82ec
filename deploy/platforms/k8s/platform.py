"""Kubernetes as a platform: applies the objects of deployments, reads back how they are, removes them."""

import threading
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from lightkube import ApiError, Client
from lightkube.codecs import from_dict
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import Pod, Service
from lightkube.resources.core_v1 import Secret as SecretObject
from lightkube.resources.networking_v1 import Ingress
from lightkube.types import CascadeType, PatchType

from common.jobs import Job
from common.secret import Secret
from common.settings import Settings
from deploy.platforms import Health, Observation, PlatformProblem
from deploy.platforms.k8s.check_options import platform_problems
from deploy.platforms.k8s.cluster import cluster_errors, connect
from deploy.platforms.k8s.logs import newest_lines
from deploy.platforms.k8s.manifests import base_url, manifests
from deploy.platforms.k8s.names import OWN_LABEL, object_name
from deploy.platforms.k8s.options import cluster_options
from deploy.platforms.k8s.pod import SERVER_PORT
from deploy.platforms.k8s.status import observation

# Endpoints go first, what servers need goes last.
APPLIED: tuple[Any, ...] = (Ingress, Service, Deployment, SecretObject)
PLURALS: dict[Any, str] = {
    Ingress: "ingresses",
    Service: "services",
    Deployment: "deployments",
    SecretObject: "secrets",
    Pod: "pods",
}

ServeArgv = Callable[[Job, int], Sequence[str]]


class KubernetesPlatform:
    """The cluster and namespace of the settings. Safe to share between threads; connects when first used.

    `serve_argv(job, port)` are the options of `swift deploy` for a server in a container of its own, which listens on
    all interfaces at that port.
    """

    def __init__(self, settings: Settings, serve_argv: ServeArgv) -> None:
        self._settings = settings
        self._serve_argv = serve_argv
        self._connecting = threading.Lock()
        self._connected: Client | None = None

    def apply(self, job: Job, api_key: Secret) -> None:
        """Apply all objects of the deployment, taking back what others changed in them."""
        self._refuse_unusable(job)
        argv = self._serve_argv(job, SERVER_PORT)
        for document in manifests(job, api_key, argv, cluster_options(self._settings)):
            self._apply(from_dict(document))

    def observe(self, job: Job) -> Observation:
        """How its Deployment and its pods are."""
        deployment = self._get(Deployment, object_name(job.id))
        if deployment is None:
            return Observation(Health.ABSENT)
        return observation(deployment, self._list(Pod, job), base_url(job, self._client.namespace))

    def logs(self, job: Job, lines: int) -> list[str]:
        """The newest lines of all its pods, merged by time."""
        pods = self._list(Pod, job)
        with self._errors("get", "pods/log"):
            return newest_lines(self._client, pods, lines)

    def delete(self, job: Job) -> bool:
        """Delete what carries its label; True when neither objects nor pods of it are left."""
        for kind in APPLIED:
            for found in self._list(kind, job):
                if not found.metadata.deletionTimestamp:
                    self._delete(kind, found.metadata.name)
        return not any(self._list(kind, job) for kind in (*APPLIED, Pod))

    def close(self) -> None:
        """Close the connections; the next verb opens new ones."""
        with self._connecting:
            if self._connected is not None:
                self._connected.close()
            self._connected = None

    @property
    def _client(self) -> Client:
        with self._connecting:
            if self._connected is None:
                self._connected = connect(self._settings)
            return self._connected

    def _refuse_unusable(self, job: Job) -> None:
        if not self._settings.k8s_image:
            text = "K8S_IMAGE is not set: name an image that the cluster can pull, made from Dockerfile.worker"
            raise PlatformProblem(text, is_final=False)
        spec = job.spec.serving
        model_paths = [job.spec.model_path, *spec.adapters.values()]
        problems = platform_problems(spec.platform, roots=self._settings.allowed_roots, model_paths=model_paths)
        if problems:
            raise PlatformProblem("; ".join(f"platform.{name}: {message}" for name, message in problems), is_final=True)

    def _apply(self, wanted: Any) -> None:
        kind, name = type(wanted), wanted.metadata.name
        there = self._get(kind, name)
        if there is not None:
            self._refuse_foreign(kind, there)
        try:
            self._merge_fields(wanted)
        except PlatformProblem as refused:
            if there is None or not refused.is_final:
                raise
            self._replace_lists(wanted)
            self._merge_fields(wanted)

    def _merge_fields(self, wanted: Any) -> None:
        with self._errors("patch", PLURALS[type(wanted)]):
            self._client.apply(wanted, force=True)

    def _replace_lists(self, wanted: Any) -> None:
        """Put our lists in place of the ones that are there, where what others put into them cannot stand beside ours.

        An apply adds our Service's port 80 to a port 81 of the same name, which is invalid.
        """
        with self._errors("patch", PLURALS[type(wanted)]):
            self._client.patch(type(wanted), wanted.metadata.name, wanted, patch_type=PatchType.MERGE)

    def _refuse_foreign(self, kind: type, there: Any) -> None:
        if (there.metadata.labels or {}).get(OWN_LABEL) != there.metadata.name:
            text = f"the namespace has {PLURALS[kind]} of the name {there.metadata.name} that this service did not make"
            raise PlatformProblem(text, is_final=True)
        if there.metadata.deletionTimestamp:
            raise PlatformProblem("what an earlier run left in the cluster is still being deleted", is_final=False)

    def _get(self, kind: Any, name: str) -> Any:
        with self._errors("get", PLURALS[kind]):
            try:
                return self._client.get(kind, name)
            except ApiError as error:
                if error.status.code == HTTPStatus.NOT_FOUND:
                    return None
                raise

    def _list(self, kind: Any, job: Job) -> list[Any]:
        with self._errors("list", PLURALS[kind]):
            return list(self._client.list(kind, labels={OWN_LABEL: object_name(job.id)}))

    def _delete(self, kind: Any, name: str) -> None:
        with self._errors("delete", PLURALS[kind]):
            try:
                # Foreground: the Deployment is there until its pods are gone.
                self._client.delete(kind, name, cascade=CascadeType.FOREGROUND)
            except ApiError as error:
                if error.status.code != HTTPStatus.NOT_FOUND:
                    raise

    def _errors(self, verb: str, resource: str) -> Any:
        return cluster_errors(verb, resource, self._client.namespace)
