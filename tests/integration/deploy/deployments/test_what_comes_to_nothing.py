"""Deployments that cannot work: each fails for a reason that its user can act on, and leaves nothing behind.

All of them are under way at the same time; each test looks at one.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from common.store import Store
from tests.integration.deploy.deployments.nothing_is_left import assert_nothing_is_left, forget_all
from tests.integration.deploy.deployments.serving import deploy, deploy_past_api, messages, model, phase_folders
from tests.model_files import make_adapter, make_model
from tests.ports import free_port
from tests.real_stack import RealStack, eventually

pytestmark = pytest.mark.integration

Ended = Callable[[str], dict[str, Any]]

PORT = free_port()


def no_model(stack: RealStack) -> Path:
    folder = stack.folder / "no-model"
    folder.mkdir(exist_ok=True)
    (folder / "notes.txt").write_text("nothing to serve")
    return folder


def base_and_stranger(stack: RealStack) -> dict[str, Any]:
    """A model, and an adapter that was made for a wider one."""
    name = "model.layers.0.self_attn.q_proj"
    shapes = {
        f"base_model.model.{name}.lora_A.weight": (8, 128),
        f"base_model.model.{name}.lora_B.weight": (128, 8),
    }
    base, adapter = stack.folder / "base", stack.folder / "stranger"
    if not base.exists():
        make_model(base)
        make_adapter(adapter, shapes, base="Other/Model-7B")
    return {"model_path": str(base), "adapters": {"sql": str(adapter)}}


def with_plugins(stack: RealStack) -> Path:
    folder = stack.folder / "with-plugins"
    if not folder.exists():
        make_model(folder)
        (folder / "args.json").write_text(json.dumps({"external_plugins": ["/tmp/run_me.py"]}))
    return folder


@pytest.fixture(scope="module")
def ids(stack: RealStack, store: Store) -> Iterator[dict[str, str]]:
    wrong_port = {"model_path": model(stack, wrong_port=True), "name": "elsewhere-asked", "port": PORT}
    yield {
        "late": deploy(stack, "late", never_ready=True),
        # Long enough to be seen to answer each time.
        "loop": deploy(stack, "loop", die_after_seconds=4),
        "broken": deploy(stack, "broken", fail_at_start=True),
        "large": deploy(stack, "large", fail_at_start=True, oom=True),
        "other": deploy(stack, "other", served_name="somebody"),
        "elsewhere": deploy(stack, "elsewhere", wrong_port=True),
        "elsewhere-asked": stack.deploy(**wrong_port)["job_id"],
        "vllm": stack.deploy(model_path=model(stack), name="vllm", infer_backend="vllm")["job_id"],
        "no-model": deploy_past_api(stack, store, name="no-model", model_path=str(no_model(stack))),
        "stranger": deploy_past_api(stack, store, name="stranger", **base_and_stranger(stack)),
        "plugins": deploy_past_api(stack, store, name="plugins", model_path=str(with_plugins(stack))),
    }
    forget_all(stack)
    assert_nothing_is_left(stack, store)


@pytest.fixture(autouse=True)
def consistent() -> None:
    """In place of the look after each test: there is one when all are over."""


@pytest.fixture
def ended(stack: RealStack, ids: dict[str, str]) -> Ended:
    """The deployment of that name once it has failed; it is never published and holds nothing."""

    def wait(name: str) -> dict[str, Any]:
        seen = stack.wait_for_deployment(ids[name], "failed")
        assert (seen["endpoint"], seen["deploy_port"], seen["process_id"], seen["healthy"]) == ("", None, None, False)
        assert seen["error_message"] == seen["message"] != ""
        assert messages(stack, ids[name], "fail") == [seen["message"]]
        eventually(lambda: stack.celery_state(seen["task_id"]), lambda state: state == "FAILURE")
        return seen

    return wait


def refused(stack: RealStack, **body: Any) -> tuple[int, str, str]:
    answer = stack.deploy_http.post("/jobs", json=body)
    (error,) = answer.json()["errors"]
    return answer.status_code, error["field"], error["message"]


def test_a_folder_that_is_no_model_is_refused_by_the_api_and_by_the_node(stack: RealStack, ended: Ended) -> None:
    folder = no_model(stack)

    assert refused(stack, model_path=str(folder)) == (422, "model_path", f"{folder} has no config.json")

    seen = ended("no-model")
    assert (seen["reason"], seen["message"]) == ("model_invalid", f"model_path: {folder} has no config.json")


def test_an_adapter_of_another_model_is_refused_by_the_api_and_by_the_node(stack: RealStack, ended: Ended) -> None:
    status, field, why = refused(stack, **base_and_stranger(stack))

    assert (status, field) == (422, "adapters.sql")
    assert why.endswith("layer layers.0.self_attn.q_proj is 64→64 there and 128→128 for the adapter; it was made for "
                        "Other/Model-7B")  # fmt: skip
    seen = ended("stranger")
    assert (seen["reason"], seen["message"]) == ("model_invalid", f"adapters.sql: {why}")


def test_a_task_that_the_model_was_not_trained_for_is_refused_by_the_api(stack: RealStack) -> None:
    folder = stack.folder / "ranks"
    if not folder.exists():
        make_model(folder)
        (folder / "args.json").write_text('{"task_type": "reranker"}')
    trained = "model_path was trained for reranker, as its args.json says, and is served for that: leave task_type out"
    ours = "lmdeploy does not serve models for reranker; transformers and vllm do"

    asked = refused(stack, model_path=str(folder), extra_args={"task_type": "embedding"})

    assert asked == (422, "extra_args.task_type", trained)
    assert ours in str(
        stack.deploy_http.post("/jobs", json={"model_path": str(folder), "infer_backend": "lmdeploy"}).text
    )


def test_a_checkpoint_that_names_plugins_is_refused_by_the_api_and_by_the_node(stack: RealStack, ended: Ended) -> None:
    folder = with_plugins(stack)
    why = f"{folder}/args.json: it names external_plugins, which run code; remove them from the file if the model does "

    status, field, message = refused(stack, model_path=str(folder))

    assert (status, field) == (422, "model_path")
    assert message.startswith(why)
    seen = ended("plugins")
    assert (seen["reason"], seen["message"]) == ("option_refused", f"model_path: {message}")


def test_an_engine_that_is_not_installed_is_named_with_what_to_do(ended: Ended) -> None:
    seen = ended("vllm")

    assert (seen["reason"], seen["restarts"]) == ("exit_nonzero", 0)
    assert seen["message"] == (
        "ms-swift ended with exit code 1: ModuleNotFoundError: No module named 'vllm'; install vllm beside ms-swift on "
        "the node, or choose another infer_backend"
    )


def test_a_server_that_fails_at_its_start_is_not_started_again(stack: RealStack, ended: Ended) -> None:
    seen = ended("broken")

    assert (seen["reason"], seen["restarts"]) == ("exit_nonzero", 0)
    assert seen["message"] == "ms-swift ended with exit code 1: RuntimeError: told to fail"
    assert [folder.name for folder in phase_folders(stack, seen["job_id"])] == ["serve-1"]


def test_a_model_that_does_not_fit_into_memory_says_so(ended: Ended) -> None:
    seen = ended("large")

    assert seen["reason"] == "out_of_memory"
    assert seen["message"].startswith("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 GiB.")


def test_a_server_that_answers_as_another_model_is_ended(ended: Ended) -> None:
    seen = ended("other")

    assert (seen["reason"], seen["message"]) == (
        "wrong_model",
        "its server answers, but as another model: it does not serve other, but somebody",
    )


def test_a_server_that_listens_elsewhere_is_never_published(stack: RealStack, ids: dict[str, str]) -> None:
    found = eventually(lambda: messages(stack, ids["elsewhere"], "requeue"), lambda texts: len(texts) >= 2)

    first, second = (text.split(" instead of ") for text in found[:2])
    assert first[0].startswith("it listens on port ")
    assert first[1].endswith("; queued again")
    assert first[1] != second[1]  # another lease each time
    events = stack.deployment_events(ids["elsewhere"])
    assert "ready" not in events
    assert stack.deployment(ids["elsewhere"])["endpoint"] == ""


def test_a_server_that_listens_elsewhere_than_was_asked_for_has_failed(ended: Ended) -> None:
    seen = ended("elsewhere-asked")

    assert seen["reason"] == "port_taken"
    assert seen["message"].startswith(f"it could not have port {PORT}, which was asked for: it listens on port ")
    assert seen["message"].endswith("; ask for another one, or for none")


def test_a_server_that_dies_every_moment_uses_up_its_budget(stack: RealStack, ended: Ended) -> None:
    seen = ended("loop")

    why = "ms-swift ended with exit code 1"
    assert seen["reason"] == "crash_loop"
    assert seen["message"].startswith(f"its server ended 3 times within a short while; the last time: {why}")
    restarts = messages(stack, seen["job_id"], "restart")
    assert [text.rpartition("; ")[2] for text in restarts] == [
        "restart 1 of at most 2 in 0.5 s",
        "restart 2 of at most 2 in 1 s",
    ]
    assert len(phase_folders(stack, seen["job_id"])) == 3


def test_a_server_that_does_not_come_up_in_time_has_failed(
    stack: RealStack, ids: dict[str, str], ended: Ended, worker_with: Callable[..., None]
) -> None:
    eventually(lambda: stack.deployment_log(ids["late"]), lambda text: "args: DeployArguments(" in text)

    worker_with(DEPLOY_READY_TIMEOUT_SECONDS=1)  # of a server that has had more, for the others have ended

    seen = ended("late")
    assert seen["reason"] == "not_ready"
    begin = "its server did not answer within 1 s of its start: nobody listens on port "
    assert seen["message"].startswith(begin)
    assert "; the last line of its log: [INFO:swift] args: DeployArguments(" in seen["message"]
