"""The objects of the fake cluster, with what the server adds to them: identity, generation, defaults, finalizers."""

import copy
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

from tests.kube.fake.kinds import DEPLOYMENT, POD, SERVICE, Kind
from tests.kube.fake.refusals import Refused, not_found
from tests.kube.fake.server_side_apply import Owners, applied, updated
from tests.kube.fake.validation import check

Document = dict[str, Any]
Change = Callable[[Document], Document]


class Objects:
    """The objects of one namespace. Not locked: its server takes one request at a time."""

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace
        self._objects: dict[tuple[Kind, str], Document] = {}
        self._owners: dict[tuple[Kind, str], Owners] = {}
        self._versions = count(1)

    def get(self, kind: Kind, name: str) -> Document:
        if (kind, name) not in self._objects:
            raise not_found(kind, name)
        return self._objects[kind, name]

    def all(self, kind: Kind, selector: str = "") -> list[Document]:
        """Those with all labels of the selector: `a=b,c`."""
        wanted = [part.partition("=") for part in selector.split(",") if part]
        found = [document for (of, _), document in self._objects.items() if of is kind]
        return [document for document in found if all(_has_label(document, *part) for part in wanted)]

    def create(self, kind: Kind, document: Document, manager: str) -> Document:
        name = document["metadata"]["name"]
        if (kind, name) in self._objects:
            raise Refused(409, "AlreadyExists", f'{kind.qualified} "{name}" already exists')
        return self._store(kind, name, document, updated({}, document, {}, manager))

    def apply(self, kind: Kind, name: str, wanted: Document, manager: str, *, force: bool) -> tuple[Document, bool]:
        """The object, and whether it is new."""
        live, owners = self._objects.get((kind, name)), self._owners.get((kind, name), {})
        wanted = {"apiVersion": kind.api_version, "kind": kind.name, **wanted}
        if wanted["metadata"].get("name") != name:
            raise Refused(400, "BadRequest", "the name of the object does not match the name on the URL")
        merged, owners = applied(live or {}, wanted, owners, manager, force=force)
        return self._store(kind, name, merged, owners), live is None

    def update(self, kind: Kind, name: str, change: Change, manager: str) -> Document:
        live = self.get(kind, name)
        after = change(copy.deepcopy(live))
        return self._store(kind, name, after, updated(live, after, self._owners[kind, name], manager))

    def set_status(self, kind: Kind, name: str, status: Document) -> Document:
        """Change what nobody validates and no generation counts."""
        document = self.get(kind, name)
        if document.get("status") != status:
            document["status"] = status
            document["metadata"]["resourceVersion"] = str(next(self._versions))
        return document

    def delete(self, kind: Kind, name: str, *, foreground: bool = False, now: bool = False) -> None:
        """Remove, or mark what others have to end first: a pod with a node, a Deployment in the foreground."""
        document = self.get(kind, name)
        if (kind is POD and document["spec"].get("nodeName") and not now) or (kind is DEPLOYMENT and foreground):
            document["metadata"].setdefault("deletionTimestamp", _now())
            return
        self.forget(kind, name)

    def forget(self, kind: Kind, name: str) -> None:
        del self._objects[kind, name], self._owners[kind, name]

    def _store(self, kind: Kind, name: str, document: Document, owners: Owners) -> Document:
        before = self._objects.get((kind, name))
        document = _with_defaults(kind, {"apiVersion": kind.api_version, "kind": kind.name, **document})
        if kind is not POD:
            check(kind, _without_server_fields(document), before)
        metadata = document["metadata"]
        metadata.setdefault("uid", str(uuid.uuid4()))
        metadata.setdefault("creationTimestamp", _now())
        metadata["namespace"] = self.namespace
        if before is None or before.get("spec") != document.get("spec"):
            metadata["generation"] = metadata.get("generation", 0) + 1
        metadata["resourceVersion"] = str(next(self._versions))
        self._objects[kind, name], self._owners[kind, name] = document, owners
        return document

    def __iter__(self) -> Iterator[Document]:
        return iter(self._objects.values())


def _with_defaults(kind: Kind, document: Document) -> Document:
    document = copy.deepcopy(document)
    if kind is DEPLOYMENT:
        document["spec"].setdefault("replicas", 1)
    if kind is SERVICE:
        document["spec"].setdefault("clusterIP", "10.0.0.7")
        for port in document["spec"]["ports"]:
            port.setdefault("protocol", "TCP")
    return document


def _without_server_fields(document: Document) -> Document:
    return {name: value for name, value in document.items() if name != "status"}


def _has_label(document: Document, key: str, equals: str, value: str) -> bool:
    labels = document["metadata"].get("labels", {})
    return labels.get(key) == value.lstrip("=") if equals else key in labels


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
