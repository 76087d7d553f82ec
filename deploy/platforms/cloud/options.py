"""Options of a cloud: what a deployment may say of its place in one (`platform`), and what the operator says of all
(settings).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.asked_media import DENY
from common.settings import Settings

DEFAULT_STARTUP_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where model files are: in a bucket, which servers see below `mount_path`."""

    source: str
    mount_path: str


@dataclass(frozen=True, slots=True)
class Autoscaling:
    """Between so many servers, one for each so many requests per second."""

    min_replicas: int
    max_replicas: int
    target_qps_per_replica: float


@dataclass(frozen=True, slots=True)
class PlatformOptions:
    """A deployment's `platform`, checked. Empty means that SkyPilot chooses."""

    accelerator: str = ""
    infra: str = ""
    use_spot: bool = False
    cpus: str = ""
    disk_size_gb: int = 0
    bucket: Bucket | None = None
    autoscaling: Autoscaling | None = None
    startup_seconds: int = DEFAULT_STARTUP_SECONDS


@dataclass(frozen=True, slots=True)
class CloudOptions:
    """What the operator says of all deployments in clouds."""

    packages: tuple[str, ...]
    secret_names: tuple[str, ...] = ()
    media_urls: str = DENY


def cloud_options(settings: Settings) -> CloudOptions:
    """The part of the settings that shapes services."""
    return CloudOptions(settings.cloud_packages, settings.cloud_secrets, settings.media_urls)


def platform_options(platform: Mapping[str, Any]) -> PlatformOptions:
    """The typed form of a `platform` in which `platform_problems` finds nothing."""
    given = {key: value for key, value in platform.items() if value is not None}
    storage, autoscaling = given.pop("storage", None), given.pop("autoscaling", None)
    if storage:
        given["bucket"] = Bucket(storage["bucket"], storage["mount_path"])
    if autoscaling:
        given["autoscaling"] = Autoscaling(**autoscaling)
    return PlatformOptions(**given)
