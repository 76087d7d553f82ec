"""`swt` from a deployment to a conversation and back, with the real service."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from click.testing import CliRunner, Result

from client.demo.ask_openai import ask
from client.stack.readiness import answers_200
from swift_trainer.cli import main
from tests.ports import free_port
from tests.real_stack import RealStack, eventually, fake_inputs

pytestmark = pytest.mark.integration


@pytest.fixture
def gateway(stack: RealStack) -> Iterator[str]:
    """Its address; it has heard of nothing yet."""
    port = free_port()
    stack.start_process("gateway", GATEWAY_PORT=port)
    eventually(answers_200("127.0.0.1", port, "/readyz"), bool, what="a gateway")
    yield f"http://127.0.0.1:{port}/v1"
    stack.terminate("gateway")


@pytest.fixture
def swt(stack: RealStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    def run(*arguments: str, gateway: str = "") -> Result:
        options = ["--url", f"http://127.0.0.1:{stack.port}", "--gateway", gateway]
        return CliRunner().invoke(main, [*options, *arguments])

    return run


def test_a_model_is_deployed_asked_replaced_rolled_back_and_stopped(
    stack: RealStack, swt: Callable[..., Result], gateway: str
) -> None:
    model = fake_inputs(stack.folder)["model_path"]

    deployed = swt("deploy", model, "--name", "bot", "--set", "seed=7", "--wait", "-o", "json")
    assert deployed.exit_code == 0, deployed.output
    first = json.loads(deployed.stdout)
    assert (first["job_id"], first["status"], first["extra_args"]) == ("bot~deploy-1", "running", {"seed": 7})

    answer = swt("chat", "bot", "--prompt", "hello", gateway=gateway)
    assert (answer.exit_code, bool(answer.stdout.strip())) == (0, True), answer.output
    assert ask(gateway, "none", "bot", "hello") == answer.stdout.strip()
    assert "these do: bot" in swt("chat", "robot", gateway=gateway).stderr

    second = swt("deploy", model, "--name", "bot", "--wait", "-q")
    assert (second.exit_code, second.stdout) == (0, "bot~deploy-2\n")
    assert swt("models").stdout.splitlines()[1].split()[:4] == ["bot", "v2", "v2", "v1"]
    # It answers still, is being stopped or has ended: rolled back, it answers in the end.
    assert swt("rollback", "bot").exit_code == 0
    assert swt("wait", "bot~deploy-1").exit_code == 0
    assert swt("rollback", "bot", "v9").exit_code == 4
    assert "ready" in swt("events", "bot~deploy-1").stdout
    # It may answer a moment before it says so.
    eventually(lambda: swt("logs", "bot~deploy-1").stdout, lambda text: "Uvicorn running" in text)
    assert swt("lineage", "bot~deploy-1").stdout.splitlines()[1].split()[0] == "deployment"

    assert swt("stop", "bot~deploy-1", "bot~deploy-2").exit_code == 0
    stack.wait_for_deployment("bot~deploy-1", "stopped")
    assert swt("wait", "bot~deploy-1").exit_code == 3
    assert swt("start", "bot~deploy-1").exit_code == 0
    assert swt("wait", "bot~deploy-1").exit_code == 0
    assert swt("rm", "bot~deploy-1", "bot~deploy-2").exit_code == 0
    assert swt("deployments", "-o", "json").stdout == "[]\n"


def test_a_name_with_a_slash_works_from_deployment_to_rollback(
    stack: RealStack, swt: Callable[..., Result], gateway: str
) -> None:
    model = fake_inputs(stack.folder)["model_path"]
    deployed = [swt("deploy", model, "--name", "team/bot", "--wait", "-q").stdout for _ in range(2)]
    assert deployed == ["team~bot~deploy-1\n", "team~bot~deploy-2\n"]

    assert swt("chat", "team/bot", "--prompt", "hello", gateway=gateway).stdout.strip()
    with httpx2.Client(trust_env=False) as http:
        for path in ("team/bot", "team%2Fbot"):
            assert http.get(f"{gateway}/models/{path}").json()["id"] == "team/bot"
            assert stack.deploy_http.get(f"/models/{path}").json()["model"]["name"] == "team/bot"
    assert stack.deploy_http.get("/models/team/bot/rollback").status_code == 405
    assert stack.deploy_http.post("/models/team/rollback/rollback").json()["code"] == "model_not_found"

    assert swt("models", "team/bot").stdout.splitlines()[1].split()[:3] == ["v1", "before", "team~bot~deploy-1"]
    rolled_back = swt("rollback", "team/bot")
    assert (rolled_back.exit_code, "version v1 of team/bot" in rolled_back.stdout) == (0, True), rolled_back.output
    assert swt("wait", "team~bot~deploy-1").exit_code == 0
    assert swt("stop", "team~bot~deploy-1", "team~bot~deploy-2").exit_code == 0
    stack.wait_for_deployment("team~bot~deploy-1", "stopped")


def test_a_held_one_waits_for_its_start_and_its_priority(stack: RealStack, swt: Callable[..., Result]) -> None:
    model = fake_inputs(stack.folder)["model_path"]
    assert swt("deploy", model, "--name", "held", "--hold", "-q").stdout == "held~deploy-1\n"

    assert swt("priority", "held~deploy-1", "5").exit_code == 2
    assert json.loads(swt("deployments", "held~deploy-1", "-o", "json").stdout)["status"] == "pending"

    stack.http.post("/queue/processor/stop").raise_for_status()
    try:
        assert swt("start", "held~deploy-1").exit_code == 0
        assert swt("priority", "held~deploy-1", "5").stdout.split()[-1] == "5"
        assert "held~deploy-1" in swt("queue").stdout
    finally:
        stack.http.post("/queue/processor/start").raise_for_status()


def test_a_model_that_cannot_start_ends_the_waiting(stack: RealStack, swt: Callable[..., Result]) -> None:
    model = fake_inputs(stack.folder, fail_at_start=True)["model_path"]

    result = swt("deploy", model, "--name", "broken", "--wait")

    assert result.exit_code == 1
    assert "broken~deploy-1 failed" in result.stdout
