"""The kinds of objects that the fake knows, and where they are in the API."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. `group` is empty for the core API."""

    name: str
    plural: str
    group: str = ""
    version: str = "v1"

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def path(self) -> str:
        return f"/apis/{self.api_version}" if self.group else f"/api/{self.version}"

    @property
    def qualified(self) -> str:
        """The plural as error messages have it."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def qualified_name(self) -> str:
        return f"{self.name}.{self.group}" if self.group else self.name


POD = Kind("Pod", "pods")
SECRET = Kind("Secret", "secrets")
SERVICE = Kind("Service", "services")
DEPLOYMENT = Kind("Deployment", "deployments", "apps")
INGRESS = Kind("Ingress", "ingresses", "networking.k8s.io")
KINDS = (POD, SECRET, SERVICE, DEPLOYMENT, INGRESS)
SUBRESOURCES = {POD: ("status", "log"), DEPLOYMENT: ("scale",)}


@dataclass(frozen=True, slots=True)
class Place:
    """What a path of the API names: a kind's objects in a namespace, one of them, or a part of that."""

    kind: Kind
    namespace: str
    name: str = ""
    subresource: str = ""

    @property
    def resource(self) -> str:
        """As access rules have it."""
        return f"{self.kind.plural}/{self.subresource}" if self.subresource else self.kind.plural


def place_of(path: str) -> Place | None:
    """What the path names; None when the API has nothing there."""
    for kind in KINDS:
        base, _, rest = path.partition("/namespaces/")
        namespace, plural, name, subresource = (*rest.split("/", 3), "", "", "", "")[:4]
        if base == kind.path and plural == kind.plural and subresource in ("", *SUBRESOURCES.get(kind, ())):
            return Place(kind, namespace, name, subresource)
    return None
