"""The container files: valid by the Compose specification, and every file they copy is there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]


def test_the_compose_file_is_valid() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


def test_no_secret_has_a_default_and_flower_listens_on_loopback() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]

    for name in ("REDIS_PASSWORD", "API_KEY"):
        assert services["api"]["environment"][name].startswith(f"${{{name}:?")
    assert services["flower"]["environment"]["FLOWER_BASIC_AUTH"].startswith("admin:${FLOWER_PASSWORD:?")
    assert services["flower"]["ports"] == ["127.0.0.1:5555:5555"]
    assert services["flower"]["command"][:3] == ["python", "-m", "api.flower"]  # asks for it before everything
    assert "ports" not in services["redis"]


def test_the_gateway_listens_inside_its_container_with_the_key_that_this_needs() -> None:
    gateway = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["gateway"]

    assert gateway["environment"]["GATEWAY_HOST"] == "0.0.0.0"
    assert gateway["environment"]["API_KEY"].startswith("${API_KEY:?")
    assert gateway["ports"] == ["${GATEWAY_PORT:-8001}:8001"]


@pytest.mark.parametrize(
    ("name", "module"), [("scheduler", "scheduler.main"), ("deployer", "deploy.main"), ("duties", "scheduler.duties")]
)
def test_what_answers_nobody_runs_from_the_image_of_the_api(name: str, module: str) -> None:
    service = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"][name]

    assert (service["image"], service["command"]) == ("swift-trainer-api", ["python", "-m", module])
    assert "ports" not in service


@pytest.mark.parametrize("name", ["Dockerfile.api", "Dockerfile.worker"])
def test_every_file_that_an_image_copies_is_there_and_it_runs_as_a_user(name: str) -> None:
    text = (ROOT / name).read_text()
    sources = [source for line in re.findall(r"^COPY (.+)$", text, re.MULTILINE) for source in line.split()[:-1]]

    assert sources
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert re.search(r"^USER swift-trainer$", text, re.MULTILINE)


@pytest.mark.parametrize("name", ["Dockerfile.api", "Dockerfile.worker"])
def test_an_image_has_every_package(name: str) -> None:
    text = (ROOT / name).read_text()
    packages = [path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name not in {"tests", "bench"}]

    assert [package for package in packages if f"COPY {package} {package}" not in text] == []
