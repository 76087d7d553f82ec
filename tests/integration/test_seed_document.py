"""Every request that the seed document prints, in its order, against the real processes.

As printed, but for host and port, comments inside JSON, and the ids that the document leaves open. Hub models cannot
be fetched here, so a stand-in for ms-swift trains on whatever it is given.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx2
import pytest

from tests.ports import free_port
from tests.real_stack import RealStack, eventually, fake_inputs

pytestmark = pytest.mark.integration

TEXT_SET = "AI-ModelScope/damo/nlp_polylm_13b_text_generation"
VL = {"data_path": "AI-ModelScope/coco#20000", "model_path": "Qwen/Qwen2.5-VL-7B-Instruct"}
LLM = {"task_type": "llm", "data_path": TEXT_SET, "model_path": "Qwen/Qwen2.5-7B-Instruct"}
MLLM = {"task_type": "mllm", "data_path": "AI-ModelScope/coco#20000", "model_path": "Qwen/Qwen2-VL-7B-Instruct"}
STATES = {"pending", "queued", "assigned", "running", "completed", "failed", "cancelled"}
MISSING = {"data_path", "model_path", "output_dir"}


@dataclass(frozen=True)
class Curl:
    """One printed request: what it sends, and what the contract promises."""

    method: str
    path: str
    status: int
    fields: frozenset[str] = frozenset()
    body: dict[str, Any] | None = None
    json_header: bool = True
    below: str = "training"

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def create(output_dir: str, **body: Any) -> Curl:
    fields = frozenset({"job_id", "status", "message"})
    return Curl("POST", "jobs", 201, fields, {**body, "output_dir": output_dir})


def get(path: str, *fields: str) -> Curl:
    return Curl("GET", path, 200, frozenset(fields))


NEW_API = [
    create(
        "output/llm_fine_tuned",
        **LLM,
        priority=5,
        llm_params={
            "num_epochs": 3,
            "batch_size": 4,
            "learning_rate": 5e-5,
            "lora_rank": 64,
            "lora_alpha": 128,
            "max_length": 2048,
            "warmup_ratio": 0.1,
        },
    ),
    create(
        "output/mllm_fine_tuned",
        **MLLM,
        priority=7,
        mllm_params={
            "num_epochs": 2,
            "batch_size": 2,
            "learning_rate": 1e-5,
            "vit_lr": 1e-6,
            "aligner_lr": 1e-5,
            "lora_rank": 32,
            "lora_alpha": 64,
            "max_length": 4096,
        },
    ),
    get("params/default?trainer_type=llm", "trainer_type", "default_params", "description"),
    get("params/default?trainer_type=mllm", "trainer_type", "default_params", "description"),
    get("params/default", "available_types"),
    get("supported-types", "supported_types", "backward_compatibility"),
    create(
        "output/backward_compatible",
        **VL,
        task_type="multimodal",
        train_params={"num_epochs": 2, "batch_size": 8, "vit_lr": 1e-5},
    ),
]
EXCERPTS = [
    Curl("POST", "llm/jobs", 422, MISSING, {"params": {"lora_rank": 64, "lora_alpha": 128}}, False),
    Curl("POST", "mllm/jobs", 422, MISSING, {"params": {"vit_lr": 1e-6, "aligner_lr": 1e-5}}, False),
    Curl(
        "POST",
        "v2/jobs",
        422,
        MISSING,
        {"task_type": "llm", "llm_params": {"lora_rank": 64}, "mllm_params": {"vit_lr": 1e-6}},
        False,
    ),
    Curl("POST", "jobs", 422, MISSING, {"task_type": "multimodal", "train_params": {"vit_lr": 1e-5}}, False),
]
HEALTH = [get("health", "status", "timestamp", "services", "gpu_count"), get("gpus", "gpus", "total")]
EXAMPLES = [
    create("output/training_001", **VL),
    create("output/urgent_training", **VL, priority=9),
    create("output/low_priority_training", **VL, priority=1),
    create(
        "output/llm_fine_tuned",
        **LLM,
        priority=5,
        llm_params={
            "num_epochs": 3,
            "batch_size": 4,
            "learning_rate": 5e-5,
            "lora_rank": 64,
            "lora_alpha": 128,
        },
    ),
    create(
        "output/mllm_fine_tuned",
        **MLLM,
        priority=7,
        mllm_params={
            "num_epochs": 2,
            "batch_size": 2,
            "learning_rate": 1e-5,
            "vit_lr": 1e-6,
            "aligner_lr": 1e-5,
            "lora_rank": 32,
            "lora_alpha": 64,
        },
    ),
    get("supported-types", "supported_types", "backward_compatibility"),
    create(
        "output/backward_compatible",
        **VL,
        task_type="multimodal",
        train_params={"num_epochs": 2, "batch_size": 8, "vit_lr": 1e-5},
    ),
    create(
        "output/lm_backward_compatible",
        task_type="language_model",
        data_path="AI-ModelScope/text#10000",
        model_path="Qwen/Qwen2.5-7B",
        train_params={"num_epochs": 3, "batch_size": 4, "learning_rate": 0.0001},
    ),
]
QUEUE = [
    get("queue", "total_queued", "queue_items"),
    Curl("POST", "queue/process", 200, frozenset({"message", "result"})),
    get(
        "queue/training_001/status",
        "job_id",
        "queue_position",
        "priority",
        "gpu_ids",
        "created_at",
        "estimated_wait_time",
    ),
    Curl("DELETE", "queue/training_001", 200, frozenset({"message"})),
    Curl("POST", "queue/processor/start", 200, frozenset({"message"})),
    get("queue/processor/status", "running"),
]
STATUS_FIELDS = (
    "job_id", "status", "progress", "current_epoch", "current_step", "loss", "learning_rate", "gpu_memory_usage",
    "estimated_time_remaining", "created_at", "started_at", "completed_at", "export_completed", "export_time",
    "export_path", "export_error",
)  # fmt: skip
JOB_FIELDS = (
    "id", "job_id", "status", "task_type", "trainer_type", "priority", "created_at", "started_at", "completed_at",
    "gpu_id", "data_path", "model_path", "output_dir", "train_params", "process_id", "log_file_path", "error_message",
    "progress", "final_loss", "training_time", "checkpoint_path", "export_completed", "export_time", "export_path",
    "export_error", "deploy_port", "num_epochs", "batch_size", "learning_rate", "vit_lr",
)  # fmt: skip
AFTER_TRAINING = [
    get("jobs/training_001/progress", "job_id", "progress", "estimated_time_remaining"),
    get("jobs/training_001/logs?limit=50", "job_id", "logs", "total"),
    get("jobs/training_001/logs?limit=100", "job_id", "logs", "total"),
    get("jobs/training_001/status", *STATUS_FIELDS),
    get("jobs", "jobs", "total", "page", "size"),
    get("jobs/training_001", *JOB_FIELDS),
    get("jobs/training_001/events", "job_id", "events", "total"),
    get("system/status", "system", "gpu"),
]


DEPLOYED = frozenset({"job_id", "status", "port"})
DEPLOY_STATUS = (
    "job_id", "status", "deploy_port", "created_at", "started_at", "completed_at", "process_id", "deploy_type",
)  # fmt: skip


def deploying(method: str, path: str, *fields: str, status: int = 200, body: dict[str, Any] | None = None) -> Curl:
    return Curl(method, path, status, frozenset(fields), body, below="deploy")


def deploy_body(output_dir: str, **more: Any) -> dict[str, Any]:
    return {
        "model_path": output_dir, "deploy_target": "local", "deploy_type": "mllm", "version": "v1.0.0", **more,
    }  # fmt: skip


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    """One GPU slot that a long job holds, so that all the others wait until the test frees it."""
    running = RealStack(tmp_path_factory.mktemp("stack"), free_port(), GPU_SLOTS="cpu:1", NODE_TTL_SECONDS=60).start()
    yield running
    running.stop()


def send(stack: RealStack, curl: Curl) -> httpx2.Response:
    """As curl does it: with `-d` and no header the body is sent as a form."""
    url = f"http://127.0.0.1:{stack.port}/api/v1/{curl.below}/{curl.path}"
    if curl.body is None:
        return stack.http.request(curl.method, url)
    kind = "application/json" if curl.json_header else "application/x-www-form-urlencoded"
    headers = {"Content-Type": kind, "User-Agent": "curl/8.5.0"}
    return stack.http.request(curl.method, url, content=json.dumps(curl.body).encode(), headers=headers)


def check(stack: RealStack, curl: Curl) -> dict[str, Any]:
    """Send it and hold its answer to the contract."""
    response = send(stack, curl)
    assert response.status_code == curl.status, f"{curl}: {response.text}"
    if curl.status == HTTPStatus.NO_CONTENT:
        assert response.content == b""
        return {}
    answer: dict[str, Any] = response.json()
    if curl.status == HTTPStatus.UNPROCESSABLE_ENTITY:
        assert {error["field"] for error in answer["errors"]} == curl.fields, f"{curl}: {answer}"
    else:
        assert curl.fields <= set(answer), f"{curl}: {curl.fields - set(answer)} missing"
    return answer


@pytest.fixture(scope="module")
def blocker(stack: RealStack) -> str:
    """A job that holds the only GPU until it is stopped."""
    stack.submit(**fake_inputs(stack.folder, steps=100_000), output_dir="output/blocker")
    stack.wait_for("blocker", "running")
    return "blocker"


@pytest.mark.parametrize("curl", [*NEW_API, *EXCERPTS, *HEALTH, *EXAMPLES], ids=str)
def test_each_request_answers_as_the_contract_says(stack: RealStack, blocker: str, curl: Curl) -> None:
    answer = check(stack, curl)

    if curl.path == "jobs" and curl.status == HTTPStatus.CREATED:
        assert (answer["status"], answer["queue_position"] >= 1) == ("queued", True)
        assert answer["estimated_wait_time"]
        assert answer["job_id"].startswith(curl.body["output_dir"].removeprefix("output/"))
        job = stack.job(answer["job_id"])
        sent = {name: value for name, value in curl.body.items() if name in {"data_path", "model_path", "output_dir"}}
        assert {name: job[name] for name in sent} == sent
        assert job["priority"] == curl.body.get("priority", 0)
        params = curl.body.get("llm_params") or curl.body.get("mllm_params") or curl.body.get("train_params") or {}
        assert {name: job[name] for name in params} == params


def test_a_chinese_client_reads_the_documents_own_sentence(stack: RealStack, blocker: str) -> None:
    curl = create("output/chinese", **VL)

    answer = stack.http.post("/jobs", json=curl.body, headers={"Accept-Language": "zh-CN"}).json()

    assert answer["status"] == "queued"
    assert answer["message"] == "训练任务已创建并加入GPU队列"


def test_the_queue_the_whole_workflow_and_the_end(stack: RealStack, blocker: str) -> None:
    """The later parts of the document go on with one job: training_001."""
    if stack.http.get("/jobs/training_001").status_code == 404:
        check(stack, create("output/training_001", **VL))
    for curl in QUEUE:
        check(stack, curl)
    assert stack.job("training_001")["held"] is True

    # "Changing a priority": taken out of the queue above, created again with another one.
    again = check(stack, create("output/training_001", **VL, priority=9))
    assert again["job_id"].startswith("training_001-")
    queue = check(stack, get("queue", "total_queued", "queue_items"))
    assert again["job_id"] in [item["job_id"] for item in queue["queue_items"][:2]]

    started = check(stack, Curl("POST", "jobs/training_001/start", 200, frozenset({"job_id", "status", "message"})))
    assert started["status"] == "queued"
    stack.http.patch("/jobs/training_001", json={"priority": 10})
    stack.http.post(f"/jobs/{blocker}/stop")
    job = stack.wait_for("training_001", "completed")
    for curl in AFTER_TRAINING:
        assert check(stack, curl).get("status", "completed") == "completed"
    assert job["trainer_type"] == "mllm"

    exported = check(stack, Curl("POST", "jobs/training_001/export", 200, frozenset({"job_id", "status", "message"})))
    assert exported["status"] == "exporting"
    stack.http.patch(f"/jobs/{exported['export_job_id']}", json={"priority": 10})
    first_path = job["export_path"]
    done = eventually(lambda: stack.job("training_001"), lambda job: job["export_path"] != first_path)
    assert done["export_path"] == f"{first_path}-2"

    for waiting in stack.get("/queue", limit=100)["queue_items"]:
        stack.http.post(f"/jobs/{waiting['job_id']}/stop")
    check(stack, Curl("DELETE", "jobs/training_001", 204))
    assert stack.http.get("/jobs/training_001").status_code == 404


def test_what_was_trained_is_deployed_as_printed(stack: RealStack) -> None:
    for output_dir in ("output/serve_001", "output/multimodal_001"):
        made = check(stack, create(output_dir, **VL, priority=9))
        stack.wait_for(made["job_id"], "completed")

    first = check(stack, deploying("POST", "jobs", *DEPLOYED, status=201, body=deploy_body("output/serve_001")))
    started = check(stack, deploying("POST", f"jobs/{first['job_id']}/start", "job_id", "message"))
    assert started["job_id"] == first["job_id"]
    stack.wait_for_deployment(first["job_id"], "running")
    seen = check(stack, deploying("GET", f"jobs/{first['job_id']}/status", *DEPLOY_STATUS))
    assert (seen["deploy_type"], seen["healthy"]) == ("mllm", True)

    # The only GPU slot is taken: the second one waits.
    resources = {"memory": "8GB", "gpu_memory": "16GB"}
    body = deploy_body("output/multimodal_001", resources=resources)
    second = check(stack, deploying("POST", "jobs", *DEPLOYED, status=201, body=body))["job_id"]
    queue = check(stack, deploying("GET", "queue", "total_queued", "queue_items"))
    assert [item["job_id"] for item in queue["queue_items"]] == [second]
    check(stack, deploying("DELETE", f"queue/{second}", "message"))
    assert stack.deployment(second)["held"] is True
    check(stack, deploying("POST", f"queue/{second}/add?port=34567&priority=9", "message"))
    assert (stack.deployment(second)["held"], stack.deployment(second)["priority"]) == (False, 9)
    check(stack, deploying("POST", f"jobs/{second}/start", "job_id", "message"))
    for job_id in (second, first["job_id"]):
        check(stack, deploying("POST", f"jobs/{job_id}/stop", "job_id", "message"))
        stack.wait_for_deployment(job_id, "stopped")


def test_a_job_is_stopped_as_printed(stack: RealStack) -> None:
    made = check(stack, create("output/to_stop", **VL))

    stopped = check(stack, Curl("POST", f"jobs/{made['job_id']}/stop", 200, frozenset({"job_id", "status", "message"})))

    assert stopped["status"] == "cancelled"
    assert stack.wait_for(made["job_id"], "cancelled")["status"] in STATES


def test_the_manual_is_there(stack: RealStack) -> None:
    root = f"http://127.0.0.1:{stack.port}"

    assert stack.http.get(f"{root}/docs").status_code == 200
    paths = stack.http.get(f"{root}/openapi.json").json()["paths"]
    for curl in [*NEW_API, *EXCERPTS, *HEALTH, *EXAMPLES, *QUEUE, *AFTER_TRAINING]:
        template = curl.path.partition("?")[0].replace("training_001", "{job_id}")
        assert curl.method.lower() in paths[f"/api/v1/training/{template}"], curl
