"""What differs between the ms-swift releases that this service drives."""

import re

UNKNOWN_IS_READ_AS = (4, 0)


def release(version: str) -> tuple[int, int]:
    """Major and minor number of a version like "4.6.0" or "4.7.0.dev0"; unreadable ones are taken for current."""
    found = re.match(r"v?(\d+)\.(\d+)", version.strip())
    return (int(found[1]), int(found[2])) if found else UNKNOWN_IS_READ_AS


def tuner_option(version: str) -> str:
    """The option that chooses lora or full; each release line rejects the other's name."""
    return "tuner_type" if release(version) >= (4, 0) else "train_type"


def backend_name(backend: str, version: str) -> str:
    """How this release spells a back end: transformers was `pt` before 4.0."""
    return "pt" if backend == "transformers" and release(version) < (4, 0) else backend


def writes_answers(version: str) -> bool:
    """Whether a server of this release writes prompts and answers to a file unless it is told where."""
    return release(version) < (4, 0)
