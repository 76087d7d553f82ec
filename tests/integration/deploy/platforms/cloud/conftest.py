"""A cloud target over a fake SkyPilot, whose world is a file that tests look into and change."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from common.deployments import Serving, Target
from common.jobs import Job
from common.secret import Secret
from common.settings import Settings
from deploy.platforms.cloud import platform as cloud_platform
from deploy.platforms.cloud.platform import CloudPlatform
from deploy.sealing import seal
from tests.builders import make_job, make_spec

FAKE_PYTHON = Path(__file__).parents[4] / "fakes" / "sky_python"
LAUNCHER = 'print("launched")\n'


class Clouds:
    """The fake's file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def see(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self._path.read_text())
        return content

    def calls(self, verb: str) -> list[dict[str, Any]]:
        return [call for call in self.see()["calls"] if call["verb"] == verb]

    def change(self, **values: Any) -> None:
        self._path.write_text(json.dumps({**self.see(), **values}))

    def change_service(self, **values: Any) -> None:
        """Of the only service there is."""
        [(name, record)] = self.see()["services"].items()
        self.change(services={name: {**record, **values}})


@pytest.fixture
def clouds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clouds:
    path = tmp_path / "clouds.json"
    path.write_text(json.dumps({"services": {}, "requests": [], "calls": [], "logs": {}}))
    monkeypatch.setenv("FAKE_SKY", str(path))
    return Clouds(path)


@pytest.fixture
def make_target(
    clouds: Clouds, make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., CloudPlatform]:
    """Targets that ask anew each time."""
    for name in ("STATUS_SECONDS", "LOGS_SECONDS"):
        monkeypatch.setattr(cloud_platform, name, 0.0)
    monkeypatch.setattr(cloud_platform, "WAIT_SECONDS", 2.0)

    def make(**settings: Any) -> CloudPlatform:
        named = {"SKYPILOT_PYTHON": FAKE_PYTHON, **settings}
        return CloudPlatform(
            make_settings(**named),
            lambda job, port: [f"--port={port}", "--system=it's"],
            {"serve_launcher.py": LAUNCHER},
        )

    return make


@pytest.fixture
def target(make_target: Callable[..., CloudPlatform]) -> CloudPlatform:
    return make_target()


@pytest.fixture
def make_deployment(make_settings: Callable[..., Settings]) -> Callable[..., Job]:
    def make(job_id: str = "qwen~cloud-1", **changes: Any) -> Job:
        given = {
            "name": "qwen",
            "version": "1",
            "target": Target.CLOUD,
            "platform": {"accelerator": "H100"},
            "sealed_api_key": seal(make_settings(), Secret("sealed-key")),
            **changes,
        }
        return make_job(job_id, spec=make_spec(work=Serving(**given)))

    return make
