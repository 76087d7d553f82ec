"""SkyPilot's own loader takes our services. Needs an environment with SkyPilot: `make skypilot-env`."""

import csv
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from common.deployments import InferBackend, Serving, Target
from common.settings import Settings
from deploy.platforms import PlatformProblem
from deploy.platforms.cloud.options import cloud_options
from deploy.platforms.cloud.service_document import service_document
from deploy.platforms.cloud.skypilot import ask
from deploy.platforms.serve_argv import serve_argv
from tests.builders import make_job, make_spec

pytestmark = pytest.mark.integration

PYTHON = Path(os.environ.get("SKYPILOT_PYTHON") or ".venv-skypilot/bin/python").absolute()
SECRETS = {"SWIFT_TRAINER_SERVER_KEY": "sk-1"}
# Without a cloud's catalogue, which SkyPilot downloads; its form alone is checked for these.
FROM_CATALOGUES = {"infra": "aws/us-east-1"}
EVERYTHING = {
    "accelerator": "H100",
    "use_spot": True,
    "cpus": "8+",
    "disk_size_gb": 512,
    "storage": {"bucket": "s3://models/qwen", "mount_path": "/models"},
    "autoscaling": {"min_replicas": 1, "max_replicas": 3, "target_qps_per_replica": 2.5},
    "startup_seconds": 900,
}
CHECK_FORMS = """
import json, sys
from sky.utils import common_utils, schemas
task = json.load(sys.stdin)
common_utils.validate_schema(task["service"], schemas.get_service_schema(), "service: ")
common_utils.validate_schema(task["resources"], schemas.get_resources_schema(), "resources: ")
common_utils.validate_schema(task, schemas.get_task_schema(), "task: ")
for mount in task["file_mounts"].values():
    common_utils.validate_schema(mount, schemas.get_storage_schema(), "storage: ")
"""


@pytest.fixture
def settings(make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    if not PYTHON.exists():
        pytest.skip("no SkyPilot: `make skypilot-env`, or name its interpreter in SKYPILOT_PYTHON")
    monkeypatch.setenv("HOME", str(tmp_path))
    said = "from sky.skylet.constants import CATALOG_SCHEMA_VERSION as v; print(v)"
    version = subprocess.run([PYTHON, "-c", said], capture_output=True, text=True, check=True).stdout.strip()
    common = tmp_path / ".sky" / "catalogs" / version / "common"
    common.mkdir(parents=True)
    _write(common / "accelerators.csv", ["AcceleratorName", "Clouds"], ["H100", "['AWS']"])
    _write(common / "metadata.csv", ["GPU", "MemoryGB", "Manufacturer"], ["H100", "80", "NVIDIA"])
    return make_settings(SKYPILOT_PYTHON=PYTHON)


def _write(path: Path, *rows: list[str]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)


def document(settings: Settings, gpus: int = 2, **changes: Any) -> dict[str, Any]:
    deploy = Serving(**{"name": "qwen", "version": "1", "target": Target.CLOUD, **changes})
    job = make_job("qwen~cloud-1", spec=make_spec(gpus=gpus, env={"FPS": "2"}, work=deploy))
    return service_document(job, serve_argv(job, 8000), {"serve_launcher.py": "print()\n"}, cloud_options(settings))


@pytest.mark.parametrize("platform", [{"accelerator": "H100"}, EVERYTHING])
def test_skypilot_reads_our_service_as_it_is_meant(settings: Settings, platform: dict[str, Any]) -> None:
    made = document(settings, platform=platform, memory_mib=33_000, infer_backend=InferBackend.VLLM)

    read = ask(settings, "check", task=made, secrets=SECRETS)["task"]

    assert read["name"] == "swift-qwen-cloud-1"
    assert read["resources"]["accelerators"] == {"H100": 2}
    assert (read["resources"]["memory"], read["resources"]["ports"]) == ("33+", ["8000"])
    assert read["service"]["readiness_probe"]["path"] == "/health"
    assert (read["setup"], read["run"].strip()) == (made["setup"], made["run"].strip())


def test_servers_may_be_none(settings: Settings) -> None:
    made = document(settings, platform={"accelerator": "H100"}, replicas=0)

    assert ask(settings, "check", task=made, secrets=SECRETS)["task"]["service"]["replica_policy"]["min_replicas"] == 0


def test_skypilot_takes_secrets_beside_the_document(settings: Settings) -> None:
    made = document(settings, platform={"accelerator": "H100"})

    assert ask(settings, "check", task=made, secrets=SECRETS)["secrets"] == ["SWIFT_TRAINER_SERVER_KEY"]


def test_a_document_that_is_none_is_refused_for_good(settings: Settings) -> None:
    made = {**document(settings, platform={"accelerator": "H100"}), "nonsense": 1}

    with pytest.raises(PlatformProblem, match="nonsense") as refused:
        ask(settings, "check", task=made, secrets=SECRETS)

    assert refused.value.is_final


def test_what_only_clouds_can_check_has_the_right_form(settings: Settings) -> None:
    made = document(settings, platform=EVERYTHING | FROM_CATALOGUES)

    checked = subprocess.run(
        [PYTHON, "-c", CHECK_FORMS], input=json.dumps(made), capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stderr
