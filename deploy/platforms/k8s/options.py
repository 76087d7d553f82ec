"""Options of Kubernetes: what a deployment may say of its place in a cluster (`platform`), and what the operator says
of all (settings).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from common.asked_media import DENY
from common.settings import Settings

DEFAULT_GPU_RESOURCE = "nvidia.com/gpu"
DEFAULT_STARTUP_SECONDS = 1800
# The user of Dockerfile.worker.
DEFAULT_RUN_AS_USER = 10001


@dataclass(frozen=True, slots=True)
class Storage:
    """Where model files are: in a volume claim of the namespace, or below a folder that all cluster nodes have.

    `path` is where the servers see the files. A host path is seen at its own place.
    """

    path: str
    claim: str = ""

    @property
    def is_host_path(self) -> bool:
        return not self.claim


@dataclass(frozen=True, slots=True)
class IngressOptions:
    """How a deployment is reached from outside: by this host name, over TLS when `tls_secret` has its certificate."""

    host: str
    ingress_class: str = ""
    tls_secret: str = ""

    @property
    def url(self) -> str:
        return f"{'https' if self.tls_secret else 'http'}://{self.host}"


@dataclass(frozen=True, slots=True)
class PlatformOptions:
    """A deployment's `platform`, checked."""

    node_selector: dict[str, str] = field(default_factory=dict)
    tolerations: tuple[dict[str, Any], ...] = ()
    storage: Storage | None = None
    ingress: IngressOptions | None = None
    service_account: str = ""
    gpu_resource: str = DEFAULT_GPU_RESOURCE
    cpu: str = ""
    run_as_user: int = DEFAULT_RUN_AS_USER
    startup_seconds: int = DEFAULT_STARTUP_SECONDS


@dataclass(frozen=True, slots=True)
class ClusterOptions:
    """What the operator says of all deployments in the cluster."""

    image: str
    image_pull_secret: str = ""
    env_secret: str = ""
    media_urls: str = DENY


def cluster_options(settings: Settings) -> ClusterOptions:
    """The part of the settings that shapes objects."""
    return ClusterOptions(
        settings.k8s_image, settings.k8s_image_pull_secret, settings.k8s_env_secret, settings.media_urls
    )


def platform_options(platform: Mapping[str, Any]) -> PlatformOptions:
    """The typed form of a `platform` in which `platform_problems` finds nothing."""
    given = {key: value for key, value in platform.items() if value is not None}
    typed: dict[str, Any] = {"tolerations": tuple(given.get("tolerations", ()))}
    if "storage" in given:
        typed["storage"] = _storage(given["storage"])
    if "ingress" in given:
        typed["ingress"] = _ingress(given["ingress"])
    return PlatformOptions(**given | typed)


def _storage(given: Mapping[str, str]) -> Storage:
    if given.get("claim"):
        return Storage(given["mount_path"], given["claim"])
    return Storage(given["host_path"])


def _ingress(given: Mapping[str, str]) -> IngressOptions:
    return IngressOptions(given["host"], given.get("class", ""), given.get("tls_secret", ""))
