"""A FIFO where a training should have written a file, which waits for ever for somebody to open its other end."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from common.jobs import Progress
from common.swift.inputs import check_model_path
from common.swift.inputs.models.adapter import base_names, check_adapter_folder
from common.swift.inputs.models.safetensors_header import weights_of
from common.swift.inputs.models.saved_arguments import check_saved_arguments, saved_arguments
from tests.model_files import write_safetensors
from workers.attempts.log_tail import read_at, read_behind_hole, size_of
from workers.outputs.marker import read_marker
from workers.swift.artefacts import has_optimizer_state, is_complete, is_model_dir, read_trainer_state
from workers.swift.log_excerpt import last_lines
from workers.swift.metrics_tail import read_all, read_records
from workers.swift.results import final_progress, read_train_result
from workers.watchdog.signs import Signs
from workers.watchdog.stacks import write_stacks

pytestmark = pytest.mark.timeout(20)


def fifo(path: Path) -> Path:
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    return path


READERS: dict[str, tuple[Callable[[Path], object], object]] = {
    "size_of": (size_of, None),
    "read_at": (lambda path: read_at(path, 0), b""),
    "read_behind_hole": (lambda path: read_behind_hole(path, 0, 100), (0, b"")),
    "last_lines": (lambda path: last_lines(path, 100), []),
    "read_records": (lambda path: read_records(path, 0), ([], 0)),
    "read_all": (lambda path: list(read_all(path)), []),
    "write_stacks": (lambda path: write_stacks(path, "why", (), "/no/python"), None),
}


@pytest.mark.parametrize("name", READERS)
def test_a_fifo_for_a_log_is_as_none(tmp_path: Path, name: str) -> None:
    read, nothing = READERS[name]

    assert read(fifo(tmp_path / "output.log")) == nothing


def test_what_else_is_no_file_has_no_size_and_no_content(tmp_path: Path) -> None:
    (tmp_path / "zero").symlink_to("/dev/zero")

    for path in (tmp_path, tmp_path / "zero"):
        assert (size_of(path), read_at(path, 0), read_behind_hole(path, 0, 10)) == (None, b"", (0, b""))


def test_a_fifo_that_somebody_holds_open_is_as_none(tmp_path: Path) -> None:
    other_end = os.open(fifo(tmp_path / ".swift-trainer.json"), os.O_RDWR)
    try:
        assert read_at(tmp_path / ".swift-trainer.json", 0) == b""
        assert read_marker(tmp_path) is None
    finally:
        os.close(other_end)


def test_a_fifo_for_the_metrics_leaves_a_training_without_numbers(tmp_path: Path) -> None:
    fifo(tmp_path / "logging.jsonl")

    assert final_progress(tmp_path) is None
    assert read_train_result(tmp_path, {}).checkpoint is None
    assert Signs(tmp_path, fifo(tmp_path / "output.log")).look().step == Progress().step


def test_a_checkpoint_with_a_fifo_is_none(tmp_path: Path) -> None:
    for name in ("adapter_model.safetensors", "optimizer.pt", "scheduler.pt"):
        (tmp_path / name).write_bytes(b"weights")
    (tmp_path / "trainer_state.json").write_text(json.dumps({"global_step": 1, "max_steps": 1, "log_history": []}))
    assert is_complete(tmp_path)

    fifo(tmp_path / "trainer_state.json")

    assert read_trainer_state(tmp_path) is None
    assert not is_complete(tmp_path)


def test_a_fifo_tells_of_no_state_of_deepspeed(tmp_path: Path) -> None:
    fifo(tmp_path / "latest")

    assert not has_optimizer_state(tmp_path)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "model.safetensors.index.json"])
def test_a_model_with_a_fifo_is_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "config.json").write_text("{}")
    write_safetensors(tmp_path / "model.safetensors", {})
    assert is_model_dir(tmp_path)

    fifo(tmp_path / name)

    assert [problem.code for problem in check_model_path(tmp_path)] == ["model_invalid"]


@pytest.mark.parametrize("name", ["adapter_config.json", "adapter_model.safetensors", "args.json"])
def test_an_adapter_with_a_fifo_is_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "adapter_config.json").write_text('{"r": 8}')
    write_safetensors(tmp_path / "adapter_model.safetensors", {})
    assert check_adapter_folder(tmp_path) == []

    fifo(tmp_path / name)

    assert len(check_adapter_folder(tmp_path)) == 1
    assert base_names(tmp_path) == []
    assert weights_of(tmp_path) == {}


def test_saved_arguments_in_a_fifo_are_refused(tmp_path: Path) -> None:
    """Whoever feeds it could give ms-swift others than it gave to who looked."""
    fifo(tmp_path / "args.json")

    assert saved_arguments(tmp_path) == {}
    assert [problem.code for problem in check_saved_arguments(tmp_path, "checkpoint")] == ["model_invalid"]
