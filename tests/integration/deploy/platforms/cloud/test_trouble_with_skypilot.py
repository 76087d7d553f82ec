"""A SkyPilot that is missing, breaks, hangs or talks nonsense: said in words, and tried again."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from common.jobs import Job
from common.secret import Secret
from common.settings import Settings
from deploy.platforms import PlatformProblem
from deploy.platforms.cloud.platform import CloudPlatform
from deploy.platforms.cloud.sky_bridge import in_words
from deploy.platforms.cloud.skypilot import ask
from tests.integration.deploy.platforms.cloud.conftest import Clouds
from tests.real_stack import eventually

pytestmark = pytest.mark.integration

MakeTarget = Callable[..., CloudPlatform]
MakeDeployment = Callable[..., Job]


def trouble(target: CloudPlatform, job: Job) -> PlatformProblem:
    with pytest.raises(PlatformProblem) as raised:
        target.apply(job, Secret("the-key"))
    return raised.value


@pytest.fixture
def make_program(tmp_path: Path) -> Callable[[str], Path]:
    def make(body: str) -> Path:
        program = tmp_path / "program"
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)
        return program

    return make


def test_an_environment_that_is_missing_is_told_with_what_to_install(
    make_target: MakeTarget, make_deployment: MakeDeployment
) -> None:
    found = trouble(make_target(SKYPILOT_PYTHON="/nowhere/python"), make_deployment())

    assert found.message.startswith("/nowhere/python does not start")
    assert 'pip install "skypilot[aws]"' in found.message
    assert "SKYPILOT_PYTHON" in found.message
    assert not found.is_final


def test_an_environment_without_skypilot_is_told_with_what_to_install(
    make_target: MakeTarget, make_deployment: MakeDeployment
) -> None:
    found = trouble(make_target(SKYPILOT_PYTHON=sys.executable), make_deployment())

    assert "has no SkyPilot (No module named 'sky')" in found.message
    assert 'pip install "skypilot[aws]"' in found.message


def test_a_program_that_breaks_is_told_by_its_last_words(
    make_target: MakeTarget, make_deployment: MakeDeployment, make_program: Callable[[str], Path]
) -> None:
    program = make_program("echo 'ImportError: libfoo.so is missing' >&2; exit 3")

    found = trouble(make_target(SKYPILOT_PYTHON=program), make_deployment())

    assert found.message == "SkyPilot ended with exit code 3 and no answer; it said: ImportError: libfoo.so is missing"
    assert not found.is_final


@pytest.mark.parametrize("output", ["nonsense", "[]", '{"service": 1}', ""])
def test_an_answer_that_is_none_is_told(
    output: str, make_target: MakeTarget, make_deployment: MakeDeployment, make_program: Callable[[str], Path]
) -> None:
    program = make_program(f"cat >/dev/null; echo '{output}'")

    found = trouble(make_target(SKYPILOT_PYTHON=program), make_deployment())

    assert found.message == "SkyPilot ended with exit code 0 and no answer; it said: nothing"


def test_a_program_that_hangs_is_ended_with_its_children(
    make_target: MakeTarget, make_deployment: MakeDeployment, make_program: Callable[[str], Path], tmp_path: Path
) -> None:
    program = make_program(f"sleep 300 & echo $! > {tmp_path}/child; wait")

    found = trouble(make_target(SKYPILOT_PYTHON=program, SKYPILOT_TIMEOUT_SECONDS=3), make_deployment())

    assert found.message == "SkyPilot did not answer within 3 s (SKYPILOT_TIMEOUT_SECONDS)"
    child = int((tmp_path / "child").read_text())
    eventually(lambda: _is_alive(child), lambda alive: not alive, what="the end of its child")


def test_what_skypilot_refuses_for_now_is_tried_again(
    make_target: MakeTarget, make_deployment: MakeDeployment, clouds: Clouds
) -> None:
    clouds.change(refuses="Cloud access is not set up. Run: sky check")

    found = trouble(make_target(), make_deployment())

    assert found.message == ("SkyPilot refuses: ResourcesUnavailableError: Cloud access is not set up. Run: sky check")
    assert not found.is_final


def test_what_skypilot_quotes_of_the_secrets_is_not_told(
    make_target: MakeTarget,
    make_deployment: MakeDeployment,
    make_settings: Callable[..., Settings],
    make_program: Callable[[str], Path],
    clouds: Clouds,
) -> None:
    clouds.change(refuses="secrets: SWIFT_TRAINER_SERVER_KEY=the-key is too long")
    refused = trouble(make_target(), make_deployment())
    program = make_program("echo 'the-key is no name' >&2; exit 3")
    with pytest.raises(PlatformProblem) as broken:
        ask(make_settings(SKYPILOT_PYTHON=program), "up", secrets={"SWIFT_TRAINER_SERVER_KEY": "the-key"})

    assert refused.message.endswith("SWIFT_TRAINER_SERVER_KEY=*** is too long")
    assert broken.value.message.endswith("it said: *** is no name")


def test_a_file_that_skypilot_cannot_read_is_not_quoted() -> None:
    with pytest.raises(yaml.YAMLError) as raised:
        yaml.safe_load("one: 1\ntoken: CANARY: x")

    assert in_words(raised.value) == "a file of settings or credentials is no YAML, line 2"


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False
