"""Two names, one model?"""

from pathlib import Path

import pytest

from common.swift.inputs import Roots
from common.swift.inputs.models.same import is_same_model


@pytest.fixture
def roots(tmp_path: Path) -> Roots:
    for name in ("a/model", "b/model", "a/models--org--Tiny/snapshots/abc"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "a/model")
    return Roots((tmp_path,))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a/model", "{root}/a/model", True),
        ("link", "a/model", True),
        ("a/model", "b/model", False),
        ("org/Tiny", "hf::org/tiny", True),
        ("org/Tiny", "other/Tiny", False),
        ("org/Tiny", "a/models--org--Tiny/snapshots/abc", True),
        ("org/Tiny", "a/model", False),
        ("~/nobody's", "~/nobody's", True),
    ],
)
def test_folders_are_what_is_there_and_ids_are_ids(
    tmp_path: Path, roots: Roots, one: str, other: str, same: bool
) -> None:
    assert is_same_model(one, other.format(root=tmp_path), roots) is same
