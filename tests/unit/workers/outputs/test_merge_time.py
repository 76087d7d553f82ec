from pathlib import Path

import pytest

from workers.outputs.merge_time import expected_merge_seconds, note_merge


def model_of(folder: Path, size: int) -> Path:
    folder.mkdir()
    with (folder / "model-00001-of-00001.safetensors").open("wb") as file:
        file.truncate(size)
    return folder


def test_a_large_model_is_expected_to_take_longer(tmp_path: Path) -> None:
    small, large = model_of(tmp_path / "small", 1000), model_of(tmp_path / "large", 40_000_000_000)

    assert expected_merge_seconds(tmp_path, small) == 8
    assert expected_merge_seconds(tmp_path, large) == 208
    assert expected_merge_seconds(tmp_path, Path("owner/name")) == 83


def test_the_next_merge_is_expected_to_take_what_the_last_one_took_for_its_size(tmp_path: Path) -> None:
    small, large = model_of(tmp_path / "small", 1000), model_of(tmp_path / "large", 40_000_000_000)

    note_merge(tmp_path, large, 104)

    assert expected_merge_seconds(tmp_path, large) == 104
    assert expected_merge_seconds(tmp_path, small) == 4


@pytest.mark.parametrize("text", ["", "[]", '{"factor": "x"}', '{"factor": 1e9}', '{"factor": -1}', '{"factor": NaN}'])
def test_what_a_disk_made_of_it_is_no_harm(tmp_path: Path, text: str) -> None:
    (tmp_path / "merge_time.json").write_text(text)

    assert 1 <= expected_merge_seconds(tmp_path, model_of(tmp_path / "small", 1000)) <= 160


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    note_merge(tmp_path / "none", tmp_path, 5)
