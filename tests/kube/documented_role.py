"""What the documentation grants the service in a cluster; the tests' service has just that."""

from pathlib import Path
from textwrap import dedent
from typing import Any

import yaml

PAGE = Path(__file__).parents[2] / "docs" / "deploy-kubernetes.md"


def documented_objects() -> list[dict[str, Any]]:
    """Namespace, account, role and binding, as a reader would apply them."""
    block = PAGE.read_text().partition("```yaml\n")[2].partition("```")[0]
    return list(yaml.safe_load_all(dedent(block)))


def documented_rules() -> list[dict[str, Any]]:
    """The rules of the role."""
    rules: list[dict[str, Any]] = next(one for one in documented_objects() if one["kind"] == "Role")["rules"]
    return rules
