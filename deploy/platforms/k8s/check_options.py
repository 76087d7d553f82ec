"""Checks a deployment's `platform` for a cluster, before anything is made of it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from common.swift.inputs import Roots
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

_DNS_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DNS_NAME = re.compile(rf"(?=.{{1,253}}$){_DNS_LABEL}(\.{_DNS_LABEL})*")
_HOST = re.compile(rf"(?=.{{1,253}}$)(\*\.)?{_DNS_LABEL}(\.{_DNS_LABEL})*")
_PART = r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"
_KEY = re.compile(rf"({_DNS_LABEL}(\.{_DNS_LABEL})*/)?{_PART}")
_VALUE = re.compile(rf"({_PART})?")
_CPU = re.compile(r"(?!0+m?$)\d{1,6}m?|(?!0+\.0+$)\d{1,4}\.\d{1,3}")

_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_TOLERATION_FIELDS = ("key", "operator", "value", "effect", "toleration_seconds")
_MAX_ITEMS = 32
_USER_MAX = 2**31 - 1


def platform_problems(
    platform: Mapping[str, Any], *, roots: Roots | None = None, model_paths: Sequence[str] = ()
) -> list[Problem]:
    """What is wrong with the options, as (field, sentence); the field is a dotted path below `platform`.

    A host path has to be below one of `roots`, the allowed ones, where they are known. `model_paths` are what the
    server opens: those that are absolute paths have to be inside the storage.
    """
    found = option_problems(platform, _CHECKS)
    return found or list(_files_out_of_reach(platform.get("storage"), roots, model_paths))


def _files_out_of_reach(
    storage: Mapping[str, str] | None, roots: Roots | None, model_paths: Sequence[str]
) -> Iterator[Problem]:
    if storage:
        if "host_path" in storage and roots is not None:
            yield from _not_to_be_mounted(Path(storage["host_path"]), roots)
        yield from outside_storage(storage.get("host_path") or storage["mount_path"], model_paths)
        return
    for path in whole_paths(model_paths):
        yield "storage", f"is needed: {path} is a path, and the cluster's servers have no files but its"


def _not_to_be_mounted(host_path: Path, roots: Roots) -> Iterator[Problem]:
    """By its name, and by what its links are here: the cluster's node may be this machine."""
    if not any(host_path.is_relative_to(root) for root in roots.folders):
        yield "storage.host_path", "is not below an allowed root; the setting ALLOWED_ROOTS names them"
    elif any(roots.keeps(path) or roots.keeps_part_of(path) for path in (host_path, host_path.resolve())):
        yield "storage.host_path", "is, or has in it, a folder that the service keeps for itself"


def _node_selector(given: Any) -> Iterator[Problem]:
    if not isinstance(given, Mapping) or len(given) > _MAX_ITEMS:
        yield "", f"must be an object of at most {_MAX_ITEMS} node labels"
        return
    for key, value in given.items():
        if not matches(_KEY, key) or not matches(_VALUE, value):
            yield f".{key}", "must be a label of nodes, such as nvidia.com/gpu.product, with its value as a string"


def _tolerations(given: Any) -> Iterator[Problem]:
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) > _MAX_ITEMS:
        yield "", f"must be a list of at most {_MAX_ITEMS} tolerations"
        return
    for index, toleration in enumerate(given):
        message = _wrong_with_toleration(toleration)
        if message:
            yield f".{index}", message


def _wrong_with_toleration(given: Any) -> str:
    if not isinstance(given, Mapping) or set(given) - set(_TOLERATION_FIELDS):
        return f"must be an object with {', '.join(_TOLERATION_FIELDS)}"
    operator, key, value = given.get("operator", "Equal"), given.get("key", ""), given.get("value", "")
    seconds, effect = given.get("toleration_seconds"), given.get("effect", "")
    is_lasting = seconds is None or (is_whole(seconds, 0, _USER_MAX) and effect == "NoExecute")
    rules = (
        (operator in ("Equal", "Exists"), "operator must be Equal or Exists"),
        (effect in ("", *_EFFECTS), f"effect must be one of {', '.join(_EFFECTS)}"),
        ((key == "" or matches(_KEY, key)) and matches(_VALUE, value), "key and value must be those of a taint"),
        (value == "" if operator == "Exists" else key != "", "Equal needs a key, Exists takes no value"),
        (is_lasting, "toleration_seconds must be a whole number, and goes with effect NoExecute"),
    )
    return next((message for holds, message in rules if not holds), "")


def _storage(given: Any) -> Iterator[Problem]:
    if not isinstance(given, Mapping) or set(given) not in ({"claim", "mount_path"}, {"host_path"}):
        yield "", "must have claim and mount_path, or host_path"
        return
    if "claim" in given and not matches(_DNS_NAME, given["claim"]):
        yield ".claim", "must be the name of a PersistentVolumeClaim"
    for name in ("mount_path", "host_path"):
        if name in given and not (is_folder(given[name]) and ":" not in given[name]):
            yield f".{name}", "must be an absolute path without `..` and `:`, and not /"


def _ingress(given: Any) -> Iterator[Problem]:
    if not isinstance(given, Mapping) or set(given) - {"host", "class", "tls_secret"} or "host" not in given:
        yield "", "must have host, and may have class and tls_secret"
        return
    # A wildcard has no address of its own that could be told to clients.
    if not matches(_HOST, given["host"]) or given["host"].startswith("*"):
        yield ".host", "must be a host name in lower case, such as qwen.example.org"
    for name in ("class", "tls_secret"):
        if given.get(name) and not matches(_DNS_NAME, given[name]):
            yield f".{name}", "must be the name of an object in the cluster"


def _object_name(given: Any) -> Iterator[Problem]:
    if not matches(_DNS_NAME, given):
        yield "", "must be the name of an object in the cluster"


def _gpu_resource(given: Any) -> Iterator[Problem]:
    if not matches(_KEY, given) or "/" not in given:
        yield "", "must be a resource that nodes offer, such as nvidia.com/gpu or nvidia.com/mig-1g.10gb"


def _cpu(given: Any) -> Iterator[Problem]:
    if not matches(_CPU, given):
        yield "", 'must be a string such as "4" or "500m"'


def _run_as_user(given: Any) -> Iterator[Problem]:
    if not is_whole(given, 1, _USER_MAX):
        yield "", "must be a user id; 0 is root, which model servers do not run as"


_CHECKS: Checks = {
    "node_selector": _node_selector,
    "tolerations": _tolerations,
    "storage": _storage,
    "ingress": _ingress,
    "service_account": _object_name,
    "gpu_resource": _gpu_resource,
    "cpu": _cpu,
    "run_as_user": _run_as_user,
    "startup_seconds": startup_seconds,
}
