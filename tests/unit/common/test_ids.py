"""Job ids: what one may be, and how one is made from an output folder."""

import re
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.deployments import Target
from common.ids import (
    DEPLOYMENT_ID_PATTERN,
    RESERVED_IDS,
    deployment_id,
    deployment_target,
    is_job_id,
    job_id_candidates,
    kind_of,
    new_task_id,
)
from common.job_specs import JobKind


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


@pytest.mark.parametrize("name", ["bot", "team/bot", "team/export-1", "deploy-1/k8s-2", "a/validate", "x" * 64 + "/y"])
@pytest.mark.parametrize("target", Target)
@pytest.mark.parametrize("replica", [1, 12])
def test_the_id_of_a_deployment_is_safe_and_tells_what_it_is(name: str, target: Target, replica: int) -> None:
    made = deployment_id(name, target, 3, replica)

    assert is_job_id(made)
    assert re.fullmatch(DEPLOYMENT_ID_PATTERN.strip("^$"), made)
    assert "/" not in made
    assert (kind_of(made), deployment_target(made)) == (JobKind.DEPLOY, target)


def test_no_other_name_gives_the_id_of_one_with_a_slash() -> None:
    names = ["team/bot", "team-bot", "team.bot", "team_bot", "bot", "team"]

    assert deployment_id("team/bot", Target.LOCAL, 1) == "team~bot~deploy-1"
    assert len({deployment_id(name, Target.LOCAL, 1) for name in names}) == len(names)


@pytest.mark.parametrize(
    "text", ["a~b", "a~b~c~deploy-1", "~b~deploy-1", "a~~deploy-1", "a~.b~deploy-1", "a~b~export-1"]
)
def test_a_tilde_elsewhere_is_no_id(text: str) -> None:
    assert not is_job_id(text)
