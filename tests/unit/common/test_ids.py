"""Job ids: what one may be, and how one is made from an output folder."""

import re
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.ids import RESERVED_IDS, is_job_id, job_id_candidates, new_task_id


@pytest.mark.parametrize("text", ["a", "7", "training_001", "A.b-c_d", "x" * 64])
def test_these_are_ids(text: str) -> None:
    assert is_job_id(text)


@pytest.mark.parametrize(
    "text", ["", ".", "..", ".a", "-a", "_a", "a/b", "a b", "a:b", "a\n", "\na", "a\0", "é", "٣", "a%", "x" * 65]
)
def test_these_are_not(text: str) -> None:
    assert not is_job_id(text)


@pytest.mark.parametrize("folder", ["output/training_001", "/data/training_001/", "training_001", "./x/training_001"])
def test_the_last_part_of_the_output_folder_comes_first(folder: str) -> None:
    first, second = job_id_candidates(folder)

    assert first == "training_001"
    assert re.fullmatch(r"training_001-[0-9a-f]{6}", second)


@pytest.mark.parametrize("name", RESERVED_IDS)
def test_a_path_of_the_api_is_no_id_and_a_folder_of_that_name_gives_one_with_a_suffix(name: str) -> None:
    assert not is_job_id(name)
    assert not is_job_id(f"{name}~export-1")
    (only,) = job_id_candidates(f"output/{name}")
    assert re.fullmatch(rf"{name}-[0-9a-f]{{6}}", only)
    assert is_job_id(only)
    assert is_job_id(f"{name}s")
    assert is_job_id(f"{name}~deploy-1"), "a model may have this name: its deployments have more in theirs"


@pytest.mark.parametrize("folder", ["", "/", ".", "..", "a/..", "out/my run", "out/训练", "out/" + "x" * 57])
def test_a_folder_whose_name_is_no_id_gets_a_fresh_one(folder: str) -> None:
    (only,) = job_id_candidates(folder)

    assert re.fullmatch(r"train-[0-9a-hjkmnp-tv-z]{26}", only)
    assert job_id_candidates(folder) != [only]


@given(st.text(max_size=80))
def test_whatever_the_folder_every_candidate_is_an_id(folder: str) -> None:
    candidates = job_id_candidates(folder)

    assert all(is_job_id(candidate) for candidate in candidates)
    assert all(PurePosixPath(candidate).name == candidate for candidate in candidates)


def test_no_two_task_ids_are_the_same() -> None:
    assert len({new_task_id() for _ in range(1000)}) == 1000
