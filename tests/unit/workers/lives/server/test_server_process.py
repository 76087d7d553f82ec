from pathlib import Path
from typing import Any

import pytest

from common.deployments import InferBackend, Serving
from common.job_specs import JobSpec
from common.secret import Secret
from common.swift.command.deploy_command import DeployContext
from common.swift.programs.serve_launcher import GPU_MEMORY_FRACTION, SERVER_KEY
from tests.builders import make_spec
from workers.lives.server.start import server_argv, server_environment

KEY = "sk-secret"


def _spec(**deploy: Any) -> JobSpec:
    return make_spec(work=Serving("qwen", "1", **deploy))


def _environment(spec: JobSpec, **context: Any) -> dict[str, str]:
    served = DeployContext("4.6.0", "/m", 8100, **context)
    return server_environment({"PATH": "/bin"}, spec, served, api_key=Secret(KEY), temporary_dir=Path("/tmp/attempt"))


def test_the_command_is_the_launcher_by_its_path_and_has_no_key() -> None:
    argv = server_argv("/swift/bin/python", _spec(), DeployContext("4.6.0", "/m", 8100))

    assert argv[:2] == ("/swift/bin/python", "-P")
    assert Path(argv[2]).name == "serve_launcher.py"
    assert Path(argv[2]).is_file()
    assert not [item for item in argv if KEY in item or "api_key" in item]


def test_the_key_comes_by_the_environment_and_no_folder_has_pictures() -> None:
    assert _environment(_spec()) == {
        "PATH": "/bin",
        SERVER_KEY: KEY,
        "SWIFT_TRAINER_MEDIA_URLS": "deny",
        "SWIFT_MEDIA_ALLOWED_DIRS": "/tmp/attempt/no-media",
    }


@pytest.mark.parametrize(
    ("backend", "on_cpu", "expected"),
    [
        (InferBackend.TRANSFORMERS, False, "0.25"),
        (InferBackend.TRANSFORMERS, True, None),
        (InferBackend.VLLM, False, None),
    ],
)
def test_only_the_transformers_back_end_needs_a_limit_from_outside(
    backend: InferBackend, on_cpu: bool, expected: str | None
) -> None:
    spec = _spec(infer_backend=backend, gpu_memory_mib=20_000)

    environment = _environment(spec, gpu_memory_total_mib=80_000, on_cpu=on_cpu)

    assert environment.get(GPU_MEMORY_FRACTION) == expected
