"""Where a roll back leads that names no version."""

import pytest

from common.models import Model
from deploy.versions import version_before


@pytest.mark.parametrize(
    ("model", "target"),
    [
        (Model("m", wanted="v2", active="v2", previous="v1"), "v1"),
        (Model("m", wanted="v1", active="v2", previous="v1"), "v1"),  # said twice
        (Model("m", wanted="v3", active="v2", previous="v1"), "v2"),  # back from one that never answered
        (Model("m", wanted="v1", active="v1"), ""),
        (Model("m", wanted="v1"), ""),
    ],
)
def test_a_roll_back_leads_from_what_never_answered_or_else_to_the_version_before(model: Model, target: str) -> None:
    assert version_before(model) == target
