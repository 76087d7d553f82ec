"""What clients such as kubectl ask first: which groups, versions and kinds there are."""

from typing import Any

from tests.kube.fake.kinds import KINDS, SUBRESOURCES, Kind

VERBS = ["create", "delete", "get", "list", "patch"]


def discovered(path: str) -> dict[str, Any] | None:
    """The answer to a path of discovery; None for any other path."""
    if path == "/version":
        return {"major": "1", "minor": "37", "gitVersion": "v1.37.0"}
    if path == "/api":
        return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}
    if path == "/apis":
        groups = sorted({kind.api_version for kind in KINDS if kind.group})
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [_group(version) for version in groups]}
    here = [kind for kind in KINDS if kind.path == path]
    return _resources(here) if here else None


def _group(api_version: str) -> dict[str, Any]:
    name, _, version = api_version.partition("/")
    preferred = {"groupVersion": api_version, "version": version}
    return {"name": name, "versions": [preferred], "preferredVersion": preferred}


def _resources(kinds: list[Kind]) -> dict[str, Any]:
    listed = [
        {"name": name, "singularName": "", "namespaced": True, "kind": kind.name, "verbs": VERBS}
        for kind in kinds
        for name in (kind.plural, *(f"{kind.plural}/{below}" for below in SUBRESOURCES.get(kind, ())))
    ]
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": kinds[0].api_version, "resources": listed}
