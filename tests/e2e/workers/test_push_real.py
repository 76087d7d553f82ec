"""Pushes with the client of Hugging Face that ms-swift brings, to a hub on loopback."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.exports import HubPush
from common.swift.command.export_command import push_arguments
from common.swift.programs import push_model
from tests.e2e.conftest import PHASE_SECONDS
from tests.fakes.hub_server import HubServer
from workers.swift.log_excerpt import error_line

pytestmark = pytest.mark.e2e

TOKEN = "hf_0123456789abcdefghijklmnopqrstuvwx"


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer(owner="team") as server:
        yield server


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "merged"
    folder.mkdir()
    for name in ("config.json", "model.safetensors", "args.json", "optimizer.pt", "trainer_state.json"):
        (folder / name).write_bytes(b"{}")
    return folder


def push(python: str, hub: HubServer, model: Path, repo: str, private: bool = True) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(model.parent), "HF_ENDPOINT": hub.url, "HF_TOKEN": TOKEN}
    arguments = push_arguments(HubPush(repo, private), model, "huggingface")
    command = [python, "-P", push_model.__file__, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PHASE_SECONDS, check=False)
    assert TOKEN not in f"{command}{done.stdout}{done.stderr}"
    return done


def test_a_model_arrives_with_the_token_and_without_what_only_a_training_needs(
    swift_python: str, hub: HubServer, model: Path
) -> None:
    for _ in range(2):  # the second time the repository is there
        done = push(swift_python, hub, model, "team/bot")
        assert done.returncode == 0, done.stderr

    repository = hub.repositories["team/bot"]
    assert repository["private"] is True
    assert repository["files"] == {"config.json": b"{}", "model.safetensors": b"{}"}
    assert hub.tokens == {f"Bearer {TOKEN}"}
    assert sorted(path.name for path in model.iterdir()) == [
        "args.json", "config.json", "model.safetensors", "optimizer.pt", "trainer_state.json",
    ]  # fmt: skip


def test_what_is_to_be_private_stays_out_of_a_public_repository(swift_python: str, hub: HubServer, model: Path) -> None:
    hub.repositories["team/open"] = {"private": False, "files": {}}

    done = push(swift_python, hub, model, "team/open")

    assert done.returncode == 1
    assert "team/open exists and is public" in done.stderr
    assert hub.repositories["team/open"]["files"] == {}
    assert push(swift_python, hub, model, "team/open", private=False).returncode == 0


def test_a_hub_that_refuses_is_quoted(swift_python: str, hub: HubServer, model: Path) -> None:
    done = push(swift_python, hub, model, "others/bot")

    assert done.returncode == 1
    told = error_line(done.stderr.splitlines())
    assert told.startswith("RuntimeError: huggingface: 403 Forbidden")
    assert told.endswith("You don't have the rights to create a model under this namespace")
