"""What keeps a node from being ready, found and found repaired."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from common.settings import Settings
from common.store import Store
from tests.integration.workers.local_node import make_local_node
from tests.real_stack import FAKE_SWIFT
from workers.node import self_check as module
from workers.node.local import InstalledSwift, LocalNode
from workers.node.self_check import SelfCheck

pytestmark = pytest.mark.integration

Look = Callable[[str], tuple[str, ...]]


@pytest.fixture
def node(settings: Settings, store: Store) -> Iterator[LocalNode]:
    made = make_local_node(replace(settings, swift_python=str(FAKE_SWIFT)), store, swift=InstalledSwift())
    made.folder.mkdir(parents=True)
    yield made
    made.detach.set()


def problems(node: LocalNode) -> tuple[str, ...]:
    check = SelfCheck(node)
    check.look()
    return check.problems()


def test_a_node_with_all_it_needs_has_no_problem_and_knows_its_ms_swift(node: LocalNode) -> None:
    assert problems(node) == ()
    assert node.swift_version == "4.6.0"


def test_an_interpreter_that_is_missing_is_found_again_when_it_is_there(node: LocalNode, tmp_path: Path) -> None:
    python = tmp_path / "python"
    node = replace(node, settings=replace(node.settings, swift_python=str(python)))
    check = SelfCheck(node)

    check.look()
    assert check.problems() == (f"SWIFT_PYTHON {python} does not exist",)

    python.symlink_to(FAKE_SWIFT)
    check.look()
    assert check.problems() == ()


@pytest.mark.parametrize(
    ("mode", "text", "problem"),
    [
        (0o644, "", "cannot be executed"),
        (0o755, "#!/bin/sh\nexit 1\n", "has no ms-swift, or does not answer"),
        (0o755, "#!/bin/sh\necho\n", "has no ms-swift, or does not answer"),
    ],
)
def test_an_interpreter_that_runs_no_ms_swift_is_told(
    node: LocalNode, tmp_path: Path, mode: int, text: str, problem: str
) -> None:
    python = tmp_path / "python"
    python.write_text(text)
    python.chmod(mode)

    assert problems(replace(node, settings=replace(node.settings, swift_python=str(python)))) == (
        f"SWIFT_PYTHON {python} {problem}",
    )


def test_a_disk_that_cannot_be_written_is_told(node: LocalNode, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    node = replace(node, settings=replace(node.settings, data_dir=tmp_path / "file"))

    assert problems(node) == (f"DATA_DIR {tmp_path / 'file'} cannot be written: Not a directory",)


@pytest.mark.parametrize(("seconds", "words"), [(7200, "7200 s ahead of that of Redis"), (-90, "90 s behind Redis's")])
def test_a_clock_that_is_off_is_told(
    node: LocalNode, monkeypatch: pytest.MonkeyPatch, seconds: int, words: str
) -> None:
    monkeypatch.setattr(module, "now", lambda: node.store.now() + timedelta(seconds=seconds))

    assert problems(node) == (f"its clock is {words}",)
