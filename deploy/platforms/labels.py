"""DNS labels as names for a deployment's objects on a platform, readable, and different for different deployments."""

import hashlib
import re

_LABEL = re.compile(r"[a-z]([a-z0-9-]*[a-z0-9])?")
_DIGEST_CHARS = 8


def dns_label(deployment_id: str, prefix: str, max_chars: int) -> str:
    """The id behind the prefix, as a DNS label that starts with a letter.

    An id that is none as it stands, but for its `~`, gets a digest of itself at the end.
    """
    plain = prefix + deployment_id.replace("~", "-", 1)
    if _LABEL.fullmatch(plain) and len(plain) <= max_chars:
        return plain
    digest = hashlib.sha256(deployment_id.encode()).hexdigest()[:_DIGEST_CHARS]
    stem = re.sub(r"[^a-z0-9]+", "-", plain.lower())[: max_chars - _DIGEST_CHARS - 1].rstrip("-")
    return f"{stem}-{digest}"
