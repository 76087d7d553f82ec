"""The name that a deployment's objects have in a cluster, and the labels by which they are found again."""

import re

from deploy.platforms.labels import dns_label

FIELD_MANAGER = "swift-trainer"
OWN_LABEL = "swift-trainer/deployment"
ID_ANNOTATION = "swift-trainer/id"

# Of a Service, whose name is the strictest of all that we give.
_NAME_MAX = 63
_PREFIX = "swift-"
_VALUE_MAX = 63
_VALUE_CHARS = re.compile(r"[^A-Za-z0-9._-]+")


def object_name(deployment_id: str) -> str:
    """The name of all its objects."""
    return dns_label(deployment_id, _PREFIX, _NAME_MAX)


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
    return _VALUE_CHARS.sub("-", text).strip("._-")[:_VALUE_MAX].rstrip("._-")
