"""Refuses inputs that cannot work, before a GPU is taken, as far as this process can see the nodes' files."""

from common.jobs import JobSpec
from common.settings import Settings


def check_inputs(settings: Settings, spec: JobSpec) -> None:
    """Raise InvalidInput that names each wrong field."""
