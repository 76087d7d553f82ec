from pathlib import Path

import pytest

from common.swift.programs.training import kept_state
from common.swift.programs.training.kept_state import keep, kept_states, state_bytes

WHOLE = {"adapter_model.safetensors": "w", "trainer_state.json": "{}", "args.json": "{}"}
STATE = {"optimizer.pt": "12345", "scheduler.pt": "1", "rng_state_0.pth": "1", "global_step5/part": "123"}


def saved(output: Path, step: int, files: dict[str, str] | None = None) -> Path:
    checkpoint = output / f"checkpoint-{step}"
    for name, text in (files or {**WHOLE, **STATE}).items():
        path = checkpoint / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return checkpoint


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_the_newest_state_is_kept_and_the_checkpoints_are_what_the_job_asked_for(tmp_path: Path) -> None:
    first, second = saved(tmp_path, 5), saved(tmp_path, 10)

    keep(first)
    kept = keep(second)

    assert kept_states(tmp_path) == [kept] == [tmp_path / "resume" / "checkpoint-10"]
    assert files(kept) == {*WHOLE, *STATE}
    assert files(first) == files(second) == set(WHOLE)
    assert not (second / "global_step5").exists()


def test_its_weights_take_no_place_of_their_own(tmp_path: Path) -> None:
    checkpoint = saved(tmp_path, 5)

    kept = keep(checkpoint)

    assert (kept / "adapter_model.safetensors").samefile(checkpoint / "adapter_model.safetensors")


def test_a_checkpoint_whose_weights_are_in_its_state_only_keeps_it(tmp_path: Path) -> None:
    checkpoint = saved(tmp_path, 5, {"trainer_state.json": "{}", **STATE})

    keep(checkpoint)

    assert files(checkpoint) == {"trainer_state.json", *STATE}


def test_what_an_earlier_cut_off_left_is_no_state_and_is_in_nobodys_way(tmp_path: Path) -> None:
    checkpoint = saved(tmp_path, 5)
    saved(tmp_path / "resume", 5, {"optimizer.pt": "of another try"})
    (tmp_path / "resume" / ".checkpoint-5").mkdir()
    (tmp_path / "resume" / ".checkpoint-4").mkdir()

    kept = keep(checkpoint)

    assert [path.name for path in (tmp_path / "resume").iterdir()] == ["checkpoint-5"]
    assert files(kept) == {*WHOLE, *STATE}


def test_cut_off_before_the_rename_the_checkpoint_has_its_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = saved(tmp_path, 5)
    monkeypatch.setattr(Path, "rename", _full)

    with pytest.raises(OSError, match="full"):
        keep(checkpoint)

    assert files(checkpoint) == {*WHOLE, *STATE}
    assert kept_states(tmp_path) == []


def test_a_disk_without_hard_links_gets_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint = saved(tmp_path, 5)
    monkeypatch.setattr(kept_state.os, "link", _full)

    assert files(keep(checkpoint)) == {*WHOLE, *STATE}


def test_what_a_state_takes_is_counted_without_the_weights(tmp_path: Path) -> None:
    assert state_bytes(saved(tmp_path, 5)) == sum(map(len, STATE.values()))


def _full(*_: object) -> None:
    raise OSError("the disk is full")
