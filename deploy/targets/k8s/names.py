"""The name that a deployment's objects have in a cluster, and the labels by which they are found again."""

import hashlib
import re

FIELD_MANAGER = "swift-trainer"
OWN_LABEL = "swift-trainer/deployment"
ID_ANNOTATION = "swift-trainer/id"

# The strictest of the names that we give, a Service's: a DNS label that starts with a letter.
_LABEL = re.compile(r"[a-z]([a-z0-9-]*[a-z0-9])?")
_LABEL_MAX = 63
_PREFIX = "swift-"
_DIGEST_CHARS = 8
_LABEL_VALUE_CHARS = re.compile(r"[^A-Za-z0-9._-]+")


def object_name(deployment_id: str) -> str:
    """The name of all its objects; ids that would come to the same name differ by a digest at the end."""
    plain = _PREFIX + deployment_id.replace("~", "-", 1)
    if _LABEL.fullmatch(plain) and len(plain) <= _LABEL_MAX:
        return plain
    digest = hashlib.sha256(deployment_id.encode()).hexdigest()[:_DIGEST_CHARS]
    stem = re.sub(r"[^a-z0-9]+", "-", plain.lower())[: _LABEL_MAX - _DIGEST_CHARS - 1].rstrip("-")
    return f"{stem}-{digest}"


def own_labels(deployment_id: str) -> dict[str, str]:
    """What selects this deployment's objects and pods; never changes, since a Deployment's selector may not."""
    return {OWN_LABEL: object_name(deployment_id)}


def all_labels(deployment_id: str, version: str) -> dict[str, str]:
    """The labels of each object."""
    named = {
        "app.kubernetes.io/name": "swift-deploy",
        "app.kubernetes.io/component": "model-server",
        "app.kubernetes.io/managed-by": FIELD_MANAGER,
        "app.kubernetes.io/instance": object_name(deployment_id),
        "app.kubernetes.io/version": label_value(version),
    }
    return {key: value for key, value in named.items() if value} | own_labels(deployment_id)


def label_value(text: str) -> str:
    """The text as a label's value may be: 63 characters, with a letter or digit at both ends; perhaps empty."""
    return _LABEL_VALUE_CHARS.sub("-", text).strip("._-")[:_LABEL_MAX].rstrip("._-")
