"""Whether an object is one: Kubernetes' own schemas, and those of its further rules that a deployment can break."""

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.kube.fake.kinds import DEPLOYMENT, SERVICE, Kind
from tests.kube.fake.refusals import Refused, invalid

VERSION = "v1.37.0-local-strict"
DNS_1035 = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
DNS_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")
LABEL_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])?")
MEMORY = re.compile(r"\d+(Mi|Gi)")


def check(kind: Kind, wanted: dict[str, Any], before: dict[str, Any] | None = None) -> None:
    """Raise what the server answers to an object that it does not take."""
    for problem in schema_validator(kind.name, kind.api_version).iter_errors(wanted):
        where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in problem.absolute_path)
        raise Refused(500, "", f"failed to create typed patch object: {where}: {problem.message[:300]}")
    name = wanted["metadata"]["name"]
    problems = [*_metadata(kind, wanted), *_RULES.get(kind, _no_rules)(wanted, before)]
    if problems:
        raise invalid(kind, name, problems)


@cache
def schema_validator(kind: str, api_version: str) -> Draft202012Validator:
    """What checks objects of that kind, strictly: an unknown field is an error."""
    folder = files("kubernetes_validate") / "kubernetes-json-schema" / VERSION
    short = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", api_version)
    schema = json.loads((folder / f"{kind.lower()}-{short}.json").read_text())
    return Draft202012Validator(schema, registry=_registry())


@cache
def _registry() -> Registry[Any]:
    folder = files("kubernetes_validate") / "kubernetes-json-schema" / VERSION
    definitions = Resource.from_contents(json.loads((folder / "_definitions.json").read_text()))
    return definitions @ Registry()


def _metadata(kind: Kind, wanted: dict[str, Any]) -> Iterator[str]:
    name = wanted["metadata"]["name"]
    if not (DNS_1035 if kind is SERVICE else DNS_NAME).fullmatch(name):
        yield f'metadata.name: Invalid value: "{name}": must be a DNS label or name'
    yield from _labels(wanted["metadata"], "metadata")


def _labels(metadata: dict[str, Any], path: str) -> Iterator[str]:
    for value in metadata.get("labels", {}).values():
        if not LABEL_VALUE.fullmatch(value):
            yield f'{path}.labels: Invalid value: "{value}": a valid label must be an empty string or consist of …'


def _service(wanted: dict[str, Any], _: Any) -> Iterator[str]:
    names = [port.get("name") for port in wanted["spec"]["ports"]]
    for index, port in enumerate(wanted["spec"]["ports"]):
        if not 0 < port["port"] < 65536:
            yield f"spec.ports[{index}].port: Invalid value: {port['port']}: must be between 1 and 65535, inclusive"
        if names.index(port.get("name")) < index:
            yield f'spec.ports[{index}].name: Duplicate value: "{port.get("name")}"'


def _deployment(wanted: dict[str, Any], before: dict[str, Any] | None) -> Iterator[str]:
    spec = wanted["spec"]
    if before and before["spec"]["selector"] != spec["selector"]:
        yield f"spec.selector: Invalid value: {json.dumps(spec['selector'])}: field is immutable"
    labels = spec["template"]["metadata"].get("labels", {})
    if not spec["selector"]["matchLabels"].items() <= labels.items():
        yield "spec.template.metadata.labels: Invalid value: `selector` does not match template `labels`"
    yield from _labels(spec["template"]["metadata"], "spec.template")
    volumes = {volume["name"] for volume in spec["template"]["spec"].get("volumes", [])}
    for index, container in enumerate(spec["template"]["spec"]["containers"]):
        yield from _container(container, volumes, f"spec.template.spec.containers[{index}]")


def _container(container: dict[str, Any], volumes: set[str], path: str) -> Iterator[str]:
    for index, mount in enumerate(container.get("volumeMounts", [])):
        if mount["name"] not in volumes:
            yield f'{path}.volumeMounts[{index}].name: Not found: "{mount["name"]}"'
    resources = container.get("resources", {})
    for name, wanted in resources.get("requests", {}).items():
        if "/" in name and resources.get("limits", {}).get(name) != wanted:
            yield f'{path}.resources.requests: Invalid value: "{wanted}": must be equal to {name} limit'
        if name == "memory" and not MEMORY.fullmatch(wanted):
            yield f'{path}.resources.requests: Invalid value: "{wanted}": not a quantity of memory'


def _no_rules(*_: Any) -> Iterator[str]:
    return iter(())


_RULES = {SERVICE: _service, DEPLOYMENT: _deployment}
