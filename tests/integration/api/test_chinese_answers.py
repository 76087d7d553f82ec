"""Whoever asks in Chinese is answered in Chinese: every text for people in every kind of answer."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from common.reasons import Reason
from common.states import Verb
from common.store import Store
from tests import bodies
from tests.builders import make_node
from tests.integration.api.submitting import TRAINING, place, submit

pytestmark = pytest.mark.integration

DEPLOY = "/api/v1/deploy"
CHINESE = {"Accept-Language": "zh-CN"}
HAN = re.compile(r"[\u4e00-\u9fff]")
# For people; all other texts of an answer are names, paths and words for programs. `title` is HTTP's own phrase.
TEXTS = {
    "message", "detail", "error", "error_message", "estimated_wait_time", "basis", "description", "export_error",
}  # fmt: skip


def texts_of(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """(name, text) of everything for people in an answer, but for what is empty."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from texts_of(below, "note" if key == "notes" else key)
    elif isinstance(value, list):
        for item in value:
            yield from texts_of(item, name)
    elif isinstance(value, str) and value and (name in TEXTS or name == "note"):
        yield name, value


def expect_chinese(answer: TestResponse, status: int) -> list[str]:
    """The texts of an answer with that status, none of which lacks Chinese."""
    assert answer.status_code == status, answer.text
    found = list(texts_of(json.loads(answer.text)))
    assert [text for text in found if not HAN.search(text[1])] == []
    return [text for _, text in found]


@pytest.mark.parametrize(
    "body",
    [
        {},
        bodies.training(priority=99, gpus=0, task_type="speech", retries="many", job_id="?", surplus=1),
        bodies.training(task_type=7, data_path=None, extra_args=[], auto_start="perhaps", time_limit=1.5),
        bodies.training(train_params={"num_epochs": -1, "vit_lr": 1, "lora_rnak": 3, "max_steps": 3}),
        bodies.training(train_params={}, llm_params={}),
        bodies.training(llm_params={"lora_rank": 0, "learning_rate": "fast", "warmup_ratio": 1}),
        bodies.training(extra_args={"lora_rnak": 8, "model": "x", "external_plugins": "x", "num_generations": 2}),
        bodies.training(extra_args={"--a-b": 1, "seed": "x", "lr_scheduler_type": "x", "deepspeed": "/etc/passwd"}),
        bodies.training(extra_args={"seed": [1, 2], "no_packing": True, "max_step": 1, "num_train_epochs": 1}),
        bodies.training(extra_args={"stop_words": ["a", "--b"], "attn_impl": "kernels/x"}),
        bodies.training(extra_args={"stop_words": ["a", "--b"]}),
        bodies.training(extra_args={"system": "a\nb", "seed": None}),
        bodies.training(env={"LD_PRELOAD": "x"}),
        bodies.training(method="grpo"),
        bodies.training(method="kto", llm_params={"batch_size": 1, "gradient_accumulation_steps": 1}),
        bodies.training(data_path="/etc/passwd", model_path="http://example.org/m", output_dir="../x"),
        bodies.training(data_path="~/data.jsonl", output_dir="~"),
        bodies.training(data_path=" ", output_dir="x" * 300),
        bodies.training(data_path="dataset:none"),
        bodies.training(extra_args={"val_dataset": "dataset:none"}),
        bodies.training(extra_args={"cached_dataset": "dataset:none", "adapters": "dataset:none"}),
    ],
)
def test_a_refused_body_is_told_in_chinese(client: FlaskClient, body: dict[str, Any]) -> None:
    texts = expect_chinese(client.post(f"{TRAINING}/jobs", json=body, headers=CHINESE), 422)

    assert len(texts) >= 3, "detail, error and one for each field"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"{", 400),
        (b'{"a": 1,}', 400),
        (b'{"a": NaN}', 400),
        (b'{"a": 1, "a": 2}', 400),
        (b'{"a": "\xff"}', 400),
        (b"[" * 40 + b"]" * 40, 400),
        (b'{"a": "\\ud800"}', 400),
        (b'{"a": 1e999}', 400),
    ],
)
def test_a_body_that_is_not_json_is_told_in_chinese(client: FlaskClient, data: bytes, status: int) -> None:
    headers = {**CHINESE, "Content-Type": "application/json"}

    expect_chinese(client.post(f"{TRAINING}/jobs", data=data, headers=headers), status)


def test_what_is_missing_or_in_the_way_is_told_in_chinese(client: FlaskClient) -> None:
    submit(client)
    text = {**CHINESE, "Content-Type": "text/plain"}
    again = {**CHINESE, "Idempotency-Key": "k"}
    client.post(f"{TRAINING}/jobs", json=bodies.training(job_id="two"), headers=again)

    expect_chinese(client.get("/nowhere", headers=CHINESE), 404)
    expect_chinese(client.put(f"{TRAINING}/jobs", headers=CHINESE), 405)
    expect_chinese(client.post(f"{TRAINING}/jobs", data="x", headers=text), 415)
    expect_chinese(client.get(f"{TRAINING}/jobs/nobody", headers=CHINESE), 404)
    expect_chinese(client.get(f"{TRAINING}/jobs/~", headers=CHINESE), 404)
    expect_chinese(client.post(f"{TRAINING}/jobs", json=bodies.training(job_id="one"), headers=CHINESE), 409)
    expect_chinese(client.post(f"{TRAINING}/jobs", json=bodies.training(job_id="three"), headers=again), 422)
    expect_chinese(client.post(f"{TRAINING}/jobs/one/export", headers=CHINESE), 409)
    expect_chinese(
        client.patch(f"{TRAINING}/jobs/one", json={"priority": 1}, headers={**CHINESE, "If-Match": '"9"'}), 412
    )
    expect_chinese(client.get(f"{TRAINING}/jobs?cursor=x&size=0&wait=9h", headers=CHINESE), 422)
    expect_chinese(client.get(f"{TRAINING}/jobs/one/events?after=x&wait=5s", headers=CHINESE), 422)
    expect_chinese(client.get(f"{TRAINING}/jobs/one/logs?wait=5s", headers=CHINESE), 422)
    blank = {**CHINESE, "Idempotency-Key": " "}
    expect_chinese(client.post(f"{TRAINING}/jobs", json=bodies.training(), headers=blank), 422)
    stream = {**CHINESE, "Accept": "text/event-stream", "Last-Event-ID": "x"}
    expect_chinese(client.get(f"{TRAINING}/jobs/one/events", headers=stream), 422)
    client.post(f"{TRAINING}/jobs/one/stop")
    expect_chinese(client.patch(f"{TRAINING}/jobs/one", json={"priority": 1}, headers=CHINESE), 409)
    expect_chinese(client.post(f"{TRAINING}/jobs/one/start", headers=CHINESE), 409)
    expect_chinese(client.get(f"{TRAINING}/queue/one/status", headers=CHINESE), 404)
    expect_chinese(client.delete(f"{TRAINING}/queue/one", headers=CHINESE), 404)


def test_the_queue_is_told_in_chinese(client: FlaskClient, store: Store) -> None:
    first = expect_chinese(client.post(f"{TRAINING}/jobs", json=bodies.training(job_id="a"), headers=CHINESE), 201)
    store.nodes.heartbeat(make_node(), 30)
    submit(client, "b", gpus=9)
    submit(client, "c", constraints={"gpu_model": "B200", "min_memory_mib": 40960, "node_names": ["x", "y"]})
    submit(client, "d", gpus=2)

    texts = expect_chinese(client.get(f"{TRAINING}/queue", headers=CHINESE), 200)
    done = expect_chinese(client.post(f"{TRAINING}/queue/process", headers=CHINESE), 200)

    assert "训练任务已创建并加入GPU队列" in first
    assert any("最大的节点 node-1 只有 2 个" in text for text in texts)
    assert len(done) == 4, "the summary, and why each of three waits"
    expect_chinese(client.get(f"{TRAINING}/queue/d/status", headers=CHINESE), 200)
    expect_chinese(client.post(f"{TRAINING}/jobs/d/start", headers=CHINESE), 200)
    expect_chinese(client.delete(f"{TRAINING}/queue/d", headers=CHINESE), 200)
    expect_chinese(client.post(f"{TRAINING}/queue/processor/stop", headers=CHINESE), 200)
    assert len(expect_chinese(client.get(f"{TRAINING}/queue", headers=CHINESE), 200)) == 4
    expect_chinese(client.post(f"{TRAINING}/queue/processor/start", headers=CHINESE), 200)


def test_the_story_of_a_job_is_told_in_chinese(client: FlaskClient, store: Store) -> None:
    place(client, store, auto_start=True)
    client.patch(f"{TRAINING}/jobs/one", json={"priority": 3})
    submit(client, "held", auto_start=False)
    for method, path in (("POST", "start"), ("POST", "stop")):
        client.open(f"{TRAINING}/jobs/held/{path}", method=method)
    store.attempts.start("one", 1, 4711, "/log", "training started on node node-1, process 4711")
    store.attempts.end("one", 1, Verb.FAIL, Reason.EXIT_NONZERO, "ms-swift ended with exit code 1: ValueError: x")

    for path in ("one", "held", "one/status", "held/status", "one/progress", "one/events", "held/events"):
        expect_chinese(client.get(f"{TRAINING}/jobs/{path}", headers=CHINESE), 200)
    listed = expect_chinese(client.get(f"{TRAINING}/jobs", headers=CHINESE), 200)
    assert "ms-swift 退出码为 1：ValueError: x" in listed
    streamed = client.get(f"{TRAINING}/jobs/one/events", headers={**CHINESE, "Accept": "text/event-stream"}).text
    frames = [json.loads(line.removeprefix("data: ")) for line in streamed.splitlines() if line.startswith("data: ")]
    assert [frame["message"] for frame in frames][-2:] == ["ms-swift 退出码为 1：ValueError: x"] * 2
    assert all(HAN.search(frame["message"]) for frame in frames)


def test_the_story_of_a_deployment_is_told_in_chinese(client: FlaskClient, store: Store) -> None:
    name = client.post(f"{DEPLOY}/jobs", json=bodies.deployment()).json["job_id"]
    store.nodes.heartbeat(make_node(), 30)
    assert client.post(f"{TRAINING}/queue/process").json["result"]["started"] == 1
    store.attempts.start(name, 1, 4711, "/log", "a model server started on node node-1, process 4711")
    store.attempts.end(name, 1, Verb.FAIL, Reason.EXIT_NONZERO, "ms-swift ended with exit code 1: ValueError: x")
    told = ["ms-swift 退出码为 1：ValueError: x"]

    assert expect_chinese(client.get(f"{DEPLOY}/jobs/{name}/status", headers=CHINESE), 200) == told
    assert expect_chinese(client.get(f"{DEPLOY}/jobs/{name}", headers=CHINESE), 200) == told * 2
    assert expect_chinese(client.get(f"{DEPLOY}/jobs", headers=CHINESE), 200) == told * 2
    assert expect_chinese(client.get(f"{DEPLOY}/models/bot", headers=CHINESE), 200) == told
    assert expect_chinese(client.get(f"{DEPLOY}/jobs/{name}/events", headers=CHINESE), 200)[-1:] == told
    for method, path in (("POST", "jobs/none/start"), ("POST", "queue/none/add"), ("POST", "models/none/rollback")):
        expect_chinese(client.open(f"{DEPLOY}/{path}", method=method, headers=CHINESE), 404)
    for method, path in (("POST", f"jobs/{name}/start"), ("DELETE", f"queue/{name}"), ("POST", f"jobs/{name}/stop")):
        expect_chinese(client.open(f"{DEPLOY}/{path}", method=method, headers=CHINESE), 200)


def test_a_failed_export_is_told_in_chinese_in_a_lineage(client: FlaskClient, store: Store) -> None:
    place(client, store, export=False)
    store.attempts.start("one", 1, 4711, "/log", "training started on node node-1, process 4711")
    facts = {"checkpoint_path": "/c", "export_path": "/c/merged", "export_error": "it was cancelled"}
    store.attempts.end("one", 1, Verb.COMPLETE, None, "trained 3 steps", **facts)

    assert expect_chinese(client.get(f"{TRAINING}/jobs/one/lineage", headers=CHINESE), 200)


def test_why_a_deployment_waits_is_in_its_status(client: FlaskClient, store: Store) -> None:
    store.nodes.heartbeat(make_node(), 30)
    name = client.post(f"{DEPLOY}/jobs", json=bodies.deployment(gpus=9)).json["job_id"]

    seen = client.get(f"{DEPLOY}/jobs/{name}/status").json
    told = expect_chinese(client.get(f"{DEPLOY}/jobs/{name}/status", headers=CHINESE), 200)

    assert (seen["status"], seen["reason"]) == ("queued", "too_large")
    assert seen["message"] == "Needs 9 GPUs and a port; the largest node, node-1, has 2."
    assert told == ["需要 9 个GPU，以及一个端口；最大的节点 node-1 只有 2 个。"]
    client.delete(f"{DEPLOY}/queue/{name}")
    held = client.get(f"{DEPLOY}/jobs/{name}/status").json
    assert (held["status"], held["reason"], held["message"]) == ("pending", "held_by_user", "")


def test_a_dry_run_is_told_in_chinese(client: FlaskClient) -> None:
    good = expect_chinese(client.post(f"{TRAINING}/jobs/validate", json=bodies.training(), headers=CHINESE), 200)
    wrong = bodies.training(extra_args={"lora_rnak": 8})

    assert any("位于模型仓库" in text for text in good)
    expect_chinese(client.post(f"{TRAINING}/jobs/validate", json=wrong, headers=CHINESE), 200)


def test_data_sets_and_keys_are_told_in_chinese(client: FlaskClient) -> None:
    datasets, keys = "/api/v1/datasets", "/api/v1/keys"
    begun = client.post(datasets, json={"name": "a.jsonl", "size": 4}).json["id"]
    client.post(keys, json={"name": "ci", "scope": "read"})

    expect_chinese(client.get(f"{datasets}/none", headers=CHINESE), 404)
    expect_chinese(client.post(datasets, json={"name": "a b"}, headers=CHINESE), 422)
    expect_chinese(client.post(datasets, json={"name": "a"}, headers=CHINESE), 422)
    expect_chinese(client.post(datasets, json={"name": "a.csv", "size": 1 << 49}, headers=CHINESE), 413)
    expect_chinese(client.get(f"{datasets}/{begun}/content", headers=CHINESE), 409)
    part = {**CHINESE, "Upload-Offset": "3", "Content-Type": "application/octet-stream"}
    expect_chinese(client.patch(f"{datasets}/{begun}/content", data=b"x", headers=part), 409)
    part["Upload-Offset"] = "x"
    expect_chinese(client.patch(f"{datasets}/{begun}/content", data=b"x", headers=part), 422)
    expect_chinese(client.post(keys, json={"name": "ci", "scope": "all"}, headers=CHINESE), 422)
    expect_chinese(client.post(keys, json={"name": "ci", "scope": "read"}, headers=CHINESE), 409)
    expect_chinese(client.delete(f"{keys}/none", headers=CHINESE), 404)


def test_what_is_told_about_the_service_is_in_chinese(client: FlaskClient) -> None:
    for path in ("supported-types", "params/default", "llm/params/default", "health", "gpus", "system/status"):
        expect_chinese(client.get(f"{TRAINING}/{path}", headers=CHINESE), 200)

    assert client.get(f"{TRAINING}/health", headers=CHINESE).json["services"]["gpu_manager"] == "没有已连接的节点"


def test_an_away_redis_is_told_in_chinese(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pool = client.application.extensions["swift_trainer"].store.client.connection_pool
    pool.disconnect()
    monkeypatch.setitem(pool.connection_kwargs, "path", str(tmp_path / "nobody.sock"))

    expect_chinese(client.get(f"{TRAINING}/jobs", headers=CHINESE), 503)
