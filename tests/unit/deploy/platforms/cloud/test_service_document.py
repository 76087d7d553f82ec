"""A deployment as SkyPilot's service."""

import re
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from common.deployments import InferBackend, Serving, Target
from common.jobs import Job
from common.settings import Settings
from deploy.platforms.cloud.options import CloudOptions
from deploy.platforms.cloud.service_document import service_document, service_name
from deploy.platforms.registry import platform_for
from deploy.platforms.serve_programs import serve_programs
from tests.builders import make_job, make_spec

CLOUD = CloudOptions(packages=("ms-swift==4.6.0",))
H100 = {"accelerator": "H100"}
ROOT = Path(__file__).parents[5]


def deployment(gpus: int = 1, env: dict[str, str] | None = None, **changes: Any) -> Job:
    deploy = Serving(**{"name": "qwen", "version": "1", "target": Target.CLOUD, "platform": H100, **changes})
    return make_job("qwen~cloud-1", spec=make_spec(gpus=gpus, env=env or {}, work=deploy))


def document(job: Job, *argv: str, cloud: CloudOptions = CLOUD) -> dict[str, Any]:
    return service_document(job, argv, {"serve_launcher.py": "print('launched')\n"}, cloud)


def test_a_small_deployment_says_little() -> None:
    made = document(deployment(), "--port=8000")

    assert {name: value for name, value in made.items() if name not in {"setup", "run"}} == {
        "name": "swift-qwen-cloud-1",
        "service": {
            "readiness_probe": {"path": "/health", "initial_delay_seconds": 3600, "timeout_seconds": 15},
            "replicas": 1,
        },
        "resources": {"accelerators": "H100:1", "ports": 8000},
        "secrets": {"SWIFT_TRAINER_SERVER_KEY": None},
    }


def test_a_large_one_says_all_of_it() -> None:
    platform = {
        **H100,
        "infra": "aws/us-east-1",
        "use_spot": True,
        "cpus": "8+",
        "disk_size_gb": 512,
        "storage": {"bucket": "s3://models/qwen", "mount_path": "/models"},
        "autoscaling": {"min_replicas": 1, "max_replicas": 3, "target_qps_per_replica": 2.5},
        "startup_seconds": 900,
    }
    made = document(
        deployment(gpus=4, env={"FPS": "2"}, memory_mib=33_000, platform=platform),
        cloud=CloudOptions(packages=("ms-swift",), secret_names=("HF_TOKEN",)),
    )

    assert made["resources"] == {
        "infra": "aws/us-east-1",
        "accelerators": "H100:4",
        "cpus": "8+",
        "memory": "33+",
        "disk_size": 512,
        "use_spot": True,
        "ports": 8000,
    }
    assert made["service"]["replica_policy"] == {"min_replicas": 1, "max_replicas": 3, "target_qps_per_replica": 2.5}
    assert made["file_mounts"] == {"/models": {"source": "s3://models/qwen", "mode": "MOUNT"}}
    assert made["envs"] == {"FPS": "2"}
    assert made["secrets"] == {"SWIFT_TRAINER_SERVER_KEY": None, "HF_TOKEN": None}
    assert made["service"]["readiness_probe"]["initial_delay_seconds"] == 900


@pytest.mark.parametrize(
    ("backend", "engine"),
    [(InferBackend.TRANSFORMERS, ""), (InferBackend.VLLM, " vllm"), (InferBackend.SGLANG, " 'sglang[all]'")],
)
def test_the_engine_is_installed_beside_ms_swift(backend: InferBackend, engine: str) -> None:
    setup = document(deployment(infer_backend=backend))["setup"]

    assert setup.endswith(f"pip install ms-swift==4.6.0{engine}\n")


def test_what_users_say_reaches_the_server_as_it_is() -> None:
    said = ["--system=it's $(id) `id` $HOME", "--x=a\nb"]

    run = document(deployment(), *said)["run"]

    assert shlex.split(run.splitlines(keepends=True)[0] + run.partition("\n")[2])[-2:] == said


def test_setup_is_a_script_that_leaves_the_launcher_and_its_rule_as_they_are(tmp_path: Path) -> None:
    programs = serve_programs()
    script = service_document(deployment(), (), programs, CLOUD)["setup"]
    until_the_installation = script.partition("python3 -m venv")[0]

    subprocess.run(
        ["bash", "-c", until_the_installation], env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}, check=True
    )

    folder = tmp_path / "swift-deploy"
    assert {path: (folder / path).read_text() for path in programs} == programs
    assert (folder / "asked_media" / "rule.py").is_file()
    assert (folder / "serving" / "engines" / "transformers.py").is_file()
    assert service_document(deployment(), (), programs, CLOUD)["setup"] == script
    assert programs["serve_launcher.py"] == (ROOT / "common/swift/programs/serve_launcher.py").read_text()


def test_only_what_is_allowed_beyond_the_default_is_said_to_the_launcher() -> None:
    assert "envs" not in document(deployment(), cloud=replace(CLOUD, media_urls="public"))
    assert document(deployment(), cloud=replace(CLOUD, media_urls="any"))["envs"] == {"SWIFT_TRAINER_MEDIA_URLS": "any"}


@pytest.mark.parametrize("name", ["qwen", "Qwen2.5-7B_Instruct", "7b", "a" * 64])
def test_names_are_short_enough_for_clouds(name: str) -> None:
    assert re.fullmatch(r"[a-z]([-a-z0-9]{0,26}[a-z0-9])?", service_name(f"{name}~cloud-12"))


def test_what_is_installed_is_what_this_service_was_tested_with(make_settings: Any) -> None:
    pinned = (ROOT / "requirements" / "swift.in").read_text()
    settings: Settings = make_settings()

    assert all(package in pinned.splitlines() for package in settings.cloud_packages)


def test_the_drivers_are_made_without_their_platforms(make_settings: Any) -> None:
    settings: Settings = make_settings()

    assert {type(platform_for(target, settings)).__name__ for target in (Target.K8S, Target.CLOUD)} == {
        "KubernetesPlatform",
        "CloudPlatform",
    }
