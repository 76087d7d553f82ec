"""Checks a deployment's `platform` for a cloud, before anything is made of it."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from deploy.platforms.check_values import (
    Checks,
    Problem,
    is_folder,
    is_whole,
    matches,
    option_problems,
    outside_storage,
    startup_seconds,
    whole_paths,
)

_ACCELERATOR = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
# cloud, cloud/region, cloud/region/zone, k8s/context
_INFRA = re.compile(r"[a-z][a-z0-9]{0,31}(/[A-Za-z0-9*][A-Za-z0-9*_.:@-]{0,127}){0,2}")
_CPUS = re.compile(r"[1-9]\d{0,3}\+?")
_BUCKET = re.compile(
    r"(s3|gs|r2|cos|oci|nebius)://[A-Za-z0-9][A-Za-z0-9._/-]{1,500}|https://[a-z0-9]+\.blob\.core\.windows\.net/[\w./-]+"
)

_AUTOSCALING_FIELDS = ("min_replicas", "max_replicas", "target_qps_per_replica")
_REPLICAS_MAX = 1000
_DISK_MAX = 64 * 1024


def platform_problems(platform: Mapping[str, Any], *, gpus: int = 0, model_paths: Sequence[str] = ()) -> list[Problem]:
    """What is wrong with the options, as (field, sentence); the field is a dotted path below `platform`.

    `gpus` is how many each server gets, `model_paths` are what it opens: absolute paths have to be inside the storage.
    """
    found = option_problems(platform, _CHECKS)
    if gpus and not platform.get("accelerator"):
        found.append(("accelerator", "is needed: which GPU, by SkyPilot's name, such as H100 or L4"))
    return found or list(_files_out_of_reach(platform.get("storage"), model_paths))


def _files_out_of_reach(storage: Mapping[str, str] | None, model_paths: Sequence[str]) -> Iterator[Problem]:
    if storage:
        yield from outside_storage(storage["mount_path"], model_paths)
        return
    for path in whole_paths(model_paths):
        yield "storage", f"is needed: {path} is a path, and servers in a cloud have no files but its"


def _accelerator(given: Any) -> Iterator[Problem]:
    if not matches(_ACCELERATOR, given):
        yield "", "must be SkyPilot's name of a GPU, such as H100; `gpus` says how many"


def _infra(given: Any) -> Iterator[Problem]:
    if not matches(_INFRA, given):
        yield "", "must be a cloud, and may name a region and a zone: aws, gcp/us-central1, k8s/my-context"


def _use_spot(given: Any) -> Iterator[Problem]:
    if not isinstance(given, bool):
        yield "", "must be true or false"


def _cpus(given: Any) -> Iterator[Problem]:
    if not matches(_CPUS, given):
        yield "", 'must be a string such as "8", or "8+" for at least so many'


def _disk_size(given: Any) -> Iterator[Problem]:
    if not is_whole(given, 1, _DISK_MAX):
        yield "", f"must be a whole number of GB up to {_DISK_MAX}"


def _storage(given: Any) -> Iterator[Problem]:
    if not isinstance(given, Mapping) or set(given) != {"bucket", "mount_path"}:
        yield "", "must have bucket and mount_path"
        return
    if not matches(_BUCKET, given["bucket"]):
        yield ".bucket", "must be the address of a bucket, such as s3://models/qwen"
    if not is_folder(given["mount_path"]):
        yield ".mount_path", "must be an absolute path without `..`, and not /"


def _autoscaling(given: Any) -> Iterator[Problem]:
    if not isinstance(given, Mapping) or set(given) != set(_AUTOSCALING_FIELDS):
        yield "", f"must have {', '.join(_AUTOSCALING_FIELDS)}"
        return
    least, most, rate = (given[name] for name in _AUTOSCALING_FIELDS)
    if not is_whole(least, 1, _REPLICAS_MAX):
        yield ".min_replicas", f"must be a whole number from 1 to {_REPLICAS_MAX}"
    elif not is_whole(most, least, _REPLICAS_MAX):
        yield ".max_replicas", f"must be a whole number from min_replicas to {_REPLICAS_MAX}"
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not math.isfinite(rate) or rate <= 0:
        yield ".target_qps_per_replica", "must be a number above 0"


_CHECKS: Checks = {
    "accelerator": _accelerator,
    "infra": _infra,
    "use_spot": _use_spot,
    "cpus": _cpus,
    "disk_size_gb": _disk_size,
    "storage": _storage,
    "autoscaling": _autoscaling,
    "startup_seconds": startup_seconds,
}
