import json
import shlex
from typing import Any

import pytest

from swift_trainer.cli.deployed import examples

MADE = {
    "job_id": "bot~deploy-1",
    "status": "pending",
    "port": None,
    "message": "deployment was created",
    "name": "bot",
    "version": "v1",
    "api_key": "sk-secret",
    "replica_ids": ["bot~deploy-1"],
}
JOB = "/jobs/bot~deploy-1"


@pytest.fixture
def accepted(service: Any) -> Any:
    service.on_deploy("POST", "/jobs", (201, MADE))
    return service


def test_options_become_the_body(swt: Any, accepted: Any) -> None:
    line = (
        "deploy training_001 --name bot --version v3 --type mllm --gpus 2 --gpu-memory 16GB --memory 8GB --port 30007 "
        "--priority 5 --backend vllm --adapter a=/lora/1 --adapter b=2 --replicas 3 --max-model-len 4096 "
        "--checkpoint best --set temperature=0.2 --target k8s --platform namespace=models --platform replicas=2 --hold"
    )

    assert swt(*line.split()).exit_code == 0
    assert accepted.bodies == [
        {
            "model_path": "training_001",
            "name": "bot",
            "checkpoint": "best",
            "version": "v3",
            "deploy_type": "mllm",
            "gpus": 2,
            "resources": {"gpu_memory": "16GB", "memory": "8GB"},
            "port": 30007,
            "priority": 5,
            "infer_backend": "vllm",
            "adapters": {"a": "/lora/1", "b": "2"},
            "replicas": 3,
            "max_model_len": 4096,
            "extra_args": {"temperature": 0.2},
            "deploy_target": "k8s",
            "platform": {"namespace": "models", "replicas": 2},
            "auto_start": False,
        }
    ]


def test_what_was_not_given_is_not_sent(swt: Any, accepted: Any) -> None:
    swt("deploy", "org/model")

    assert accepted.bodies == [{"model_path": "org/model"}]


def test_the_key_is_alone_on_its_line_after_what_was_accepted(swt: Any, accepted: Any) -> None:
    result = swt("deploy", "training_001")

    assert result.stdout.splitlines() == ["bot~deploy-1 pending: deployment was created", "sk-secret"]
    assert "not shown again" in result.stderr


def test_json_and_quiet(swt: Any, accepted: Any) -> None:
    assert json.loads(swt("deploy", "training_001", "-o", "json").stdout) == MADE
    assert swt("deploy", "training_001", "-q").output == "bot~deploy-1\n"


def test_wait_shows_the_way_to_the_model_once_it_answers(swt: Any, accepted: Any, make_deployment: Any) -> None:
    views = [make_deployment(status=status) for status in ("queued", "assigned", "starting", "running")]
    accepted.on_deploy("GET", JOB, *views)

    result = swt("--api-key", "k", "--gateway", "http://gateway.test", "deploy", "training_001", "--wait")

    assert result.exit_code == 0
    assert result.stdout.startswith("sk-secret\nbot~deploy-1 answers as bot, version v1\n")
    assert "http://n1:30000/v1" in result.stdout
    assert "curl http://gateway.test/v1/chat/completions" in result.stdout
    assert "bot~deploy-1: starting" in result.stderr


@pytest.mark.parametrize(("status", "code"), [("failed", 1), ("stopped", 3)])
def test_wait_of_one_that_never_answers_is_a_failure(
    swt: Any, accepted: Any, make_deployment: Any, status: str, code: int
) -> None:
    view = make_deployment(status=status, reason="start_failed", error_message="no such option")
    accepted.on_deploy("GET", JOB, make_deployment(status="starting"), view)

    result = swt("deploy", "training_001", "--wait", "--timeout", "1m")

    assert result.exit_code == code
    assert f"bot~deploy-1 {status} (start_failed): no such option" in result.stdout
    assert swt("deploy", "training_001", "--wait", "-q").exit_code == code
    assert swt("deploy", "training_001", "--wait", "-o", "json").exit_code == code


def test_wait_with_json_is_one_document_with_the_key(swt: Any, accepted: Any, make_deployment: Any) -> None:
    accepted.on_deploy("GET", JOB, make_deployment())

    result = swt("deploy", "training_001", "--wait", "-o", "json")

    assert json.loads(result.stdout) == {**make_deployment(), "api_key": "sk-secret"}


def test_a_timeout_is_124_and_it_goes_on(swt: Any, accepted: Any, make_deployment: Any) -> None:
    accepted.on_deploy("GET", JOB, make_deployment(status="starting", restarts=2))

    result = swt("deploy", "training_001", "--wait", "--timeout", "1m")

    assert result.exit_code == 124
    assert "starting, restarted 2 times" in result.stderr
    assert "swt stop bot~deploy-1" in result.stderr


def test_a_refusal_names_the_fields(swt: Any, service: Any) -> None:
    errors = [{"field": "port", "message": "must be between 1024 and 65535"}]
    service.on_deploy("POST", "/jobs", (422, {"detail": "1 field is wrong", "code": "invalid_input", "errors": errors}))

    result = swt("deploy", "training_001", "--port", "80")

    assert result.exit_code == 4
    assert "port: must be between 1024 and 65535" in result.stderr


@pytest.mark.parametrize(
    "options", [["--hold", "--wait"], ["--timeout", "1m"], ["--adapter", "path"], ["--target", "moon"], ["--gpus", "0"]]
)
def test_options_that_make_no_sense_are_wrong_usage(swt: Any, options: list[str]) -> None:
    assert swt("deploy", "training_001", *options).exit_code == 2


def test_the_examples_can_be_pasted_and_hold_no_key() -> None:
    lines = examples("bot", "http://gateway.test/v1", needs_key=True)

    start = next(number for number, line in enumerate(lines) if line.startswith("  curl"))
    curl = shlex.split("\n".join(lines[start : start + 4]))
    assert curl[:2] == ["curl", "http://gateway.test/v1/chat/completions"]
    assert "Authorization: Bearer $SWIFT_TRAINER_API_KEY" in curl
    assert json.loads(curl[-1])["model"] == "bot"
    compile("\n".join(line.strip() for line in lines[-3:]), "example", "exec")


def test_a_service_without_a_key_needs_none() -> None:
    assert "SWIFT_TRAINER_API_KEY" not in "\n".join(examples("bot", "http://gateway.test/v1", needs_key=False))
