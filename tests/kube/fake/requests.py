"""One request to the API: found by its path, checked for access, carried out on the objects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.kube.fake.access import check_access
from tests.kube.fake.controllers import settle
from tests.kube.fake.kinds import POD, Place, place_of
from tests.kube.fake.patches import changed
from tests.kube.fake.refusals import Refused, not_found
from tests.kube.fake.store import Document, Objects

VERBS = {"GET": "get", "POST": "create", "PATCH": "patch", "DELETE": "delete"}
APPLY = "application/apply-patch+yaml"


@dataclass(frozen=True, slots=True)
class Request:
    """What the API is asked. `body` is nothing where there is none."""

    method: str
    path: str
    user: str
    query: Mapping[str, str] = field(default_factory=dict)
    content_type: str = ""
    body: Any = None


def answer(request: Request, objects: Objects, logs: Mapping[str, list[str]]) -> tuple[int, Any]:
    """Status code and JSON, or the text of a log. Raises Refused."""
    place = place_of(request.path)
    if place is None:
        raise Refused(404, "NotFound", "the server could not find the requested resource")
    verb = "list" if request.method == "GET" and not place.name else VERBS[request.method]
    check_access(request.user, verb, place)
    if request.method == "GET":
        here = objects if place.namespace == objects.namespace else Objects(place.namespace)
        return 200, _read(request, here, place, logs)
    if place.namespace != objects.namespace:
        raise not_found(None, place.namespace)
    try:
        return _write(request, objects, place)
    finally:
        settle(objects)


def _read(request: Request, objects: Objects, place: Place, logs: Mapping[str, list[str]]) -> Any:
    if place.subresource == "log":
        return _log(objects.get(place.kind, place.name), logs.get(place.name, []), request.query)
    if place.subresource == "scale":
        return _scale(objects.get(place.kind, place.name))
    if place.name:
        return objects.get(place.kind, place.name)
    items = objects.all(place.kind, request.query.get("labelSelector", ""))
    return {"apiVersion": place.kind.api_version, "kind": f"{place.kind.name}List", "metadata": {}, "items": items}


def _log(pod: Document, lines: list[str], query: Mapping[str, str]) -> str:
    container = next(iter(pod["status"].get("containerStatuses", [])), None)
    if container is None or ("waiting" in container["state"] and not container.get("lastState")):
        where = f'container "{query.get("container")}" in pod "{pod["metadata"]["name"]}"'
        raise Refused(400, "BadRequest", f"{where} is waiting to start: ContainerCreating")
    return "".join(f"{line}\n" for line in lines[-int(query.get("tailLines", "1000000")) :])


def _scale(deployment: Document) -> Document:
    metadata = {name: deployment["metadata"][name] for name in ("name", "namespace", "uid", "resourceVersion")}
    spec = {"replicas": deployment["spec"]["replicas"]}
    status = {"replicas": deployment.get("status", {}).get("replicas", 0)}
    return {"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": metadata, "spec": spec, "status": status}


def _write(request: Request, objects: Objects, place: Place) -> tuple[int, Any]:
    kind, name, manager = place.kind, place.name, request.query.get("fieldManager", "unknown")
    if request.method == "DELETE":
        foreground = request.query.get("propagationPolicy") == "Foreground"
        objects.delete(kind, name, foreground=foreground, now=request.query.get("gracePeriodSeconds") == "0")
        return 200, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    if request.method == "POST":
        return 201, objects.create(kind, request.body, manager)
    if request.content_type == APPLY:
        return _apply(request, objects, place)
    if place.subresource == "status":
        return 200, objects.set_status(POD, name, changed(objects.get(kind, name), request.body)["status"])
    patch = {"spec": {"replicas": request.body["spec"]["replicas"]}} if place.subresource == "scale" else request.body
    document = objects.update(kind, name, lambda live: changed(live, patch), manager)
    return 200, _scale(document) if place.subresource == "scale" else document


def _apply(request: Request, objects: Objects, place: Place) -> tuple[int, Any]:
    if "fieldManager" not in request.query:
        why = "fieldManager: Required value: is required for apply patch"
        raise Refused(422, "Invalid", f'PatchOptions.meta.k8s.io "" is invalid: {why}')
    if not any(one["metadata"]["name"] == place.name for one in objects.all(place.kind)):
        check_access(request.user, "create", place)
    force, manager = request.query.get("force") == "true", request.query["fieldManager"]
    document, is_new = objects.apply(place.kind, place.name, request.body, manager, force=force)
    return 201 if is_new else 200, document
