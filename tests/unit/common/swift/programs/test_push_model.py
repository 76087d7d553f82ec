"""The script that runs in the swift interpreter, with hubs that only take notes."""

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from common.swift.programs.push_model import main

TOKEN = "hf_never_to_be_seen"


class Hub:
    """Both hubs' clients at once."""

    def __init__(self, private: bool = True, exists: bool = False) -> None:
        self.private, self.exists = private, exists
        self.calls: list[tuple[str, Any]] = []

    def create_repo(self, repo: str, *_: Any, **options: Any) -> None:
        self.calls.append(("create_repo", options))

    def repo_exists(self, repo: str, _: str) -> bool:
        return self.exists

    def model_info(self, repo: str) -> SimpleNamespace:
        return SimpleNamespace(private=self.private)

    def get_repo(self, repo: str, _: str) -> SimpleNamespace:
        return SimpleNamespace(private=None, visibility=1 if self.private else 5)

    def upload_folder(self, *_: Any, **options: Any) -> SimpleNamespace:
        self.calls.append(("upload_folder", options))
        return SimpleNamespace(oid="abc")


@pytest.fixture
def push(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    def run(hub: Hub, name: str = "huggingface", private: str = "true") -> int:
        for module, api in (("huggingface_hub", "HfApi"), ("modelscope_hub", "HubApi")):
            monkeypatch.setitem(sys.modules, module, ModuleType(module))
            setattr(sys.modules[module], api, lambda: hub)
        return main([f"--hub={name}", "--repo=team/bot", f"--folder={tmp_path}", f"--private={private}"])

    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setenv("MODELSCOPE_API_TOKEN", TOKEN)
    monkeypatch.setenv("MODELSCOPE_UPLOAD_CACHE_ENABLED", "true")
    return run


@pytest.mark.parametrize("hub", ["huggingface", "modelscope"])
def test_a_new_repository_is_made_and_filled(push: Any, capsys: pytest.CaptureFixture[str], hub: str) -> None:
    seen = Hub()

    assert push(seen, hub) == 0

    assert [name for name, _ in seen.calls] == ["create_repo", "upload_folder"]
    upload = seen.calls[1][1]
    assert "optimizer*" in upload["ignore_patterns"]
    assert "args.json" in upload["ignore_patterns"]
    told = capsys.readouterr()
    assert TOKEN not in f"{told.out}{told.err}{seen.calls}"


@pytest.mark.parametrize("hub", ["huggingface", "modelscope"])
def test_what_is_to_be_private_is_not_put_where_all_can_read_it(
    push: Any, capsys: pytest.CaptureFixture[str], hub: str
) -> None:
    seen = Hub(private=False, exists=True)

    assert push(seen, hub) == 1

    assert "upload_folder" not in [name for name, _ in seen.calls]
    assert "team/bot exists and is public" in capsys.readouterr().err


@pytest.mark.parametrize("hub", ["huggingface", "modelscope"])
def test_a_public_repository_takes_what_may_be_public(push: Any, hub: str) -> None:
    assert push(Hub(private=False, exists=True), hub, private="false") == 0


def test_without_a_token_no_hub_is_asked(
    push: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HF_TOKEN")
    seen = Hub()

    assert push(seen) == 1

    assert seen.calls == []
    assert "HF_TOKEN is not set" in capsys.readouterr().err
