"""The client is a distribution of its own: alone, of the service's version, and with no file of the service's."""

import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[3]


def project(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    return found


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, zipfile.ZipFile]:
    """Both, by the names of their distributions."""
    folder = tmp_path_factory.mktemp("wheels")
    built = {root: next(WheelBuilder(str(root)).build(directory=str(folder))) for root in (ROOT, ROOT / "client")}
    return {project(root)["name"]: zipfile.ZipFile(path) for root, path in built.items()}


def files(wheel: zipfile.ZipFile) -> set[str]:
    return {name for name in wheel.namelist() if ".dist-info/" not in name}


def test_no_file_is_in_both_wheels(wheels: dict[str, zipfile.ZipFile]) -> None:
    service, client = files(wheels["swift-trainer"]), files(wheels["swift-trainer-client"])

    assert service & client == set()
    assert {name.partition("/")[0] for name in client} == {"swift_trainer"}
    assert {"client/stack/up.py", "client/demo/run.py", "client/stack/migrate.py"} <= service
    assert {"swift_trainer/py.typed", "swift_trainer/sdk/trainer.py", "swift_trainer/cli/commands/submit.py"} <= client
    assert [name for name in service if "swift_trainer" in name] == []


def test_the_command_is_in_the_client_alone_and_its_licence_with_it(wheels: dict[str, zipfile.ZipFile]) -> None:
    def named(wheel: zipfile.ZipFile, end: str) -> list[str]:
        return [wheel.read(name).decode() for name in wheel.namelist() if name.endswith(end)]

    assert named(wheels["swift-trainer"], "entry_points.txt") == []
    assert named(wheels["swift-trainer-client"], "entry_points.txt") == [
        "[console_scripts]\nswt = swift_trainer.cli:main\n"
    ]
    assert named(wheels["swift-trainer-client"], "licenses/LICENSE") == [(ROOT / "LICENSE").read_text()]


def test_the_service_asks_for_the_client_of_its_own_version() -> None:
    service, client = project(ROOT), project(ROOT / "client")

    assert service["version"] == client["version"]
    assert f"swift-trainer-client=={client['version']}" in service["dependencies"]


def test_the_client_needs_nothing_of_the_service() -> None:
    names = {needed.partition(">")[0] for needed in project(ROOT / "client")["dependencies"]}

    assert names == {"click", "httpx2", "rich"}
