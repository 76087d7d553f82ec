import json
from pathlib import Path

import pytest

from tests.model_files import write_safetensors
from workers.swift.artefacts import (
    TRAINER_STATE_WHOLE_BYTES,
    TrainerState,
    has_optimizer_state,
    is_complete,
    is_model_dir,
    last_checkpoint,
    read_trainer_state,
)
from workers.swift.metrics_tail import FILE_NAME
from workers.swift.results import read_train_result


def test_the_link_names_the_last_checkpoint_not_the_highest_number(tmp_path: Path) -> None:
    whole = _checkpoint(tmp_path, 10)
    (tmp_path / "checkpoint-20").mkdir()
    (tmp_path / "last-checkpoint").symlink_to("checkpoint-10")

    assert last_checkpoint(tmp_path) == whole.resolve()


def test_without_a_link_there_is_no_checkpoint(tmp_path: Path) -> None:
    _checkpoint(tmp_path, 10)

    assert last_checkpoint(tmp_path) is None
    assert last_checkpoint(tmp_path / "missing") is None


def test_a_link_to_elsewhere_is_no_checkpoint(tmp_path: Path) -> None:
    elsewhere = _checkpoint(tmp_path / "other", 10)
    output = tmp_path / "output"
    output.mkdir()
    (output / "last-checkpoint").symlink_to(elsewhere)

    assert last_checkpoint(output) is None


@pytest.mark.parametrize("missing", ["adapter_model.safetensors", "trainer_state.json"])
def test_a_torn_checkpoint_is_not_complete(tmp_path: Path, missing: str) -> None:
    checkpoint = _checkpoint(tmp_path, 10)
    assert is_complete(checkpoint)

    (checkpoint / missing).write_bytes(b"")

    assert not is_complete(checkpoint)
    (tmp_path / "last-checkpoint").symlink_to("checkpoint-10")
    assert last_checkpoint(tmp_path) is None


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"global_step": "x", "max_steps": 1, "log_history": []}', "[" * 9999]
)
def test_an_unreadable_trainer_state_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "trainer_state.json").write_text(content)

    assert read_trainer_state(tmp_path) is None


def test_a_checkpoint_without_optimizer_or_schedule_cannot_be_resumed(tmp_path: Path) -> None:
    checkpoint = _checkpoint(tmp_path, 10)
    assert not has_optimizer_state(checkpoint)

    (checkpoint / "optimizer.pt").write_bytes(b"x")
    assert not has_optimizer_state(checkpoint)

    (checkpoint / "scheduler.pt").write_bytes(b"x")
    assert has_optimizer_state(checkpoint)


def test_deepspeed_keeps_the_optimizer_in_a_folder_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "latest").write_text("global_step10")
    assert not has_optimizer_state(tmp_path)

    (tmp_path / "global_step10").mkdir()
    assert has_optimizer_state(tmp_path)


def test_a_model_folder_has_all_that_its_index_names(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    assert not is_model_dir(tmp_path)

    write_safetensors(tmp_path / "model-00001-of-00002.safetensors", {})
    (tmp_path / "model.safetensors.index.json").write_text(
        json.dumps({"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}})
    )
    assert not is_model_dir(tmp_path)

    write_safetensors(tmp_path / "model-00002-of-00002.safetensors", {})
    assert is_model_dir(tmp_path)


def test_the_result_knows_the_last_step_from_the_log_and_the_checkpoint_from_the_link(tmp_path: Path) -> None:
    checkpoint = _checkpoint(tmp_path, 10)
    (tmp_path / "last-checkpoint").symlink_to("checkpoint-10")
    (tmp_path / FILE_NAME).write_text(
        '{"loss": 1.0, "global_step/max_steps": "12/13"}\n{"train_runtime": 1, "global_step/max_steps": "13/13"}\n'
    )

    result = read_train_result(tmp_path, {"max_epochs": 2})

    assert (result.checkpoint, result.global_step, result.max_steps) == (str(checkpoint.resolve()), 13, 13)
    assert (result.metrics[0]["loss"], result.may_stop_early) == (1.0, True)


def test_without_a_log_the_checkpoint_tells_the_steps(tmp_path: Path) -> None:
    _checkpoint(tmp_path, 10)
    (tmp_path / "last-checkpoint").symlink_to("checkpoint-10")

    result = read_train_result(tmp_path, {})

    assert (result.global_step, result.max_steps, result.metrics) == (10, 13, ({"loss": 2.0},))


def _checkpoint(output: Path, step: int) -> Path:
    checkpoint = output / f"checkpoint-{step}"
    checkpoint.mkdir(parents=True)
    (checkpoint / "adapter_model.safetensors").write_bytes(b"weights")
    state = {"global_step": step, "max_steps": 13, "log_history": [{"loss": 2.0}]}
    (checkpoint / "trainer_state.json").write_text(json.dumps(state))
    return checkpoint


def test_a_trainer_state_of_a_very_long_training_is_read_without_its_history(tmp_path: Path) -> None:
    history = [{"global_step": 7, "loss": 1.5, "step": step} for step in range(250_000)]
    state = {"best_metric": None, "global_step": 250_000, "log_history": history, "max_steps": 250_000, "zero": True}
    whole = json.dumps(state, indent=2, sort_keys=True) + "\n"
    assert len(whole) > TRAINER_STATE_WHOLE_BYTES

    (tmp_path / "trainer_state.json").write_text(whole)
    assert read_trainer_state(tmp_path) == TrainerState(250_000, 250_000)
    (tmp_path / "trainer_state.json").write_text(whole[:-100_000])
    assert read_trainer_state(tmp_path) is None
