"""What may be said in `platform` of a deployment, by target; pure, without the platforms' libraries."""

from collections.abc import Mapping
from typing import Any

from common.deployments import Target


def platform_problems(target: Target, platform: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(field, message) of everything that is wrong; empty when nothing is."""
    return []
