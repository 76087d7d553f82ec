"""Links that are changed between the check and the moment at which ms-swift opens them."""

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from common.reasons import Reason
from common.swift.programs.training import links
from common.swift.programs.training.facts import STOPPED, STOPPED_EXIT
from common.swift.programs.training.orders import Orders


class DatasetLoader:
    """As ms-swift's, as far as the hook looks at it."""

    def _load_dataset_path(self, dataset_path: str, dataset_meta: str = "") -> str:
        return f"read {dataset_path} {dataset_meta}"


@pytest.fixture
def loader(monkeypatch: pytest.MonkeyPatch) -> Any:
    module = ModuleType("swift.dataset.loader")
    kind = type("Loader", (DatasetLoader,), {"_load_dataset_path": DatasetLoader._load_dataset_path})
    module.DatasetLoader = kind  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "swift.dataset.loader", module)
    return kind


@pytest.fixture
def given(tmp_path: Path) -> Orders:
    for name in ("checked", "other"):
        (tmp_path / name).touch()
    (tmp_path / "a.jsonl").symlink_to("checked")
    return Orders(str(tmp_path / "facts"), links={str(tmp_path / "a.jsonl"): str(tmp_path.resolve() / "checked")})


def lead_elsewhere(folder: Path) -> None:
    (folder / "a.jsonl").unlink()
    (folder / "a.jsonl").symlink_to("other")


def test_links_that_lead_where_they_did_are_opened(given: Orders, loader: Any) -> None:
    links.install(given)

    assert loader()._load_dataset_path("a.jsonl", dataset_meta="m") == "read a.jsonl m"


def test_a_link_that_was_changed_before_ms_swift_began_ends_the_training(
    given: Orders, loader: Any, tmp_path: Path
) -> None:
    lead_elsewhere(tmp_path)

    with pytest.raises(SystemExit) as stopped:
        links.install(given)

    assert stopped.value.code == STOPPED_EXIT
    told = json.loads((tmp_path / "facts" / STOPPED).read_text())
    assert told == {"reason": Reason.PATH_NOT_ALLOWED, "about": f"{tmp_path}/a.jsonl"}


def test_a_link_that_is_changed_while_ms_swift_begins_is_not_opened(given: Orders, loader: Any, tmp_path: Path) -> None:
    links.install(given)
    lead_elsewhere(tmp_path)

    with pytest.raises(SystemExit):
        loader()._load_dataset_path("a.jsonl")


def test_without_links_nothing_is_touched(loader: Any, tmp_path: Path) -> None:
    links.install(Orders(str(tmp_path)))

    assert loader._load_dataset_path is DatasetLoader._load_dataset_path
