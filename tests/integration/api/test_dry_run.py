"""POST /training/jobs/validate: what would become of a job, and nothing written."""

from collections.abc import Callable
from pathlib import Path

import pytest

from api.app import create_app
from common.settings import Settings
from common.store import Store
from tests import bodies
from tests.real_stack import fake_inputs

pytestmark = pytest.mark.integration

PATH = "/api/v1/training/jobs/validate"


@pytest.fixture
def post(store: Store, settings: Settings, make_settings: Callable[..., Settings], tmp_path: Path):
    """Posts a body to an API that sees the nodes' files."""
    seeing = make_settings(
        REDIS_SOCKET=settings.redis_socket, INPUTS_VISIBLE_TO_API="true", DATA_DIR=tmp_path, ALLOWED_ROOTS=tmp_path
    )
    client = create_app(seeing).test_client()

    def send(**changes: object):
        body = {**fake_inputs(tmp_path), "output_dir": "output/one", **changes}
        return client.post(PATH, json=body)

    return send


def test_a_good_job_shows_its_command_and_its_steps(post, store: Store) -> None:
    answer = post(llm_params={"num_epochs": 3}, env={"MAX_PIXELS": "1003520"})

    told = answer.get_json()
    assert (answer.status_code, told["valid"], told["errors"]) == (200, True, [])
    assert told["command"][:2] == ["-m", "swift.cli.sft"]
    assert "--num_train_epochs=3.0" in told["command"]
    assert told["steps"]["steps"] == 3
    assert store.client.keys("st:job*") == []


def test_each_thing_that_is_wrong_is_named_at_once(post, tmp_path: Path) -> None:
    told = post(
        data_path=str(tmp_path / "nowhere.jsonl"),
        extra_args={"lora_rnak": 8, "external_plugins": "x.py"},
        env={"LD_PRELOAD": "/tmp/x.so"},
    ).get_json()

    assert told["valid"] is False
    assert told["command"] == []
    assert {error["field"]: error["code"] for error in told["errors"]} == {
        "data_path": "data_not_found",
        "extra_args.lora_rnak": "unknown_option",
        "extra_args.external_plugins": "unsafe_option",
        "env.LD_PRELOAD": "unsafe_option",
    }


def test_a_variable_that_no_job_may_set_is_answered_with_those_that_it_may(post) -> None:
    [error] = post(env={"LD_PRELOAD": "/tmp/x.so"}).get_json()["errors"]

    told, _, rest = error["message"].partition("; it may set ")
    names, _, also = rest.partition("; ")
    assert (error["field"], told) == ("env.LD_PRELOAD", "a job may not set this variable")
    assert also == "a training ROOT_IMAGE_DIR, too"
    assert {"NCCL_DEBUG", "MAX_PIXELS", "VIDEO_MIN_TOKEN_NUM", "HF_HUB_OFFLINE"} <= set(names.split(", "))
    assert post(env=dict.fromkeys(names.split(", ")[:32], "1")).get_json()["errors"] == []
    assert post(env=dict.fromkeys(names.split(", ")[32:], "1")).get_json()["errors"] == []


def test_a_body_that_is_no_job_is_refused(post) -> None:
    assert post(priority=11).status_code == 422


def test_one_node_and_the_least_memory_of_its_gpus_are_taken_and_more_nodes_refused(post) -> None:
    assert post(nodes=1, gpu_memory="16GB").get_json()["valid"] is True

    refused = post(nodes=2)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.get_json()["errors"]] == ["nodes"]


@pytest.mark.parametrize(
    ("asked", "least_mib"),
    [
        ({"gpu_memory": "16GB"}, 16384),
        ({"gpu_memory": "16GB", "constraints": {"min_memory_mib": 20000}}, 20000),
        ({"gpu_memory": "1TiB", "constraints": {"min_memory_mib": 20000}}, 1048576),
        ({"gpu_memory": "9999999TB"}, 10485758951424),
        ({"gpu_memory": None}, None),
    ],
)
def test_the_memory_of_each_gpu_is_a_constraint_and_the_larger_one_counts(
    store: Store, settings: Settings, asked: dict[str, object], least_mib: int | None
) -> None:
    client = create_app(settings).test_client()
    body = bodies.training(**asked)

    assert client.post("/api/v1/training/jobs", json=body).status_code == 201

    assert store.jobs.get("one").spec.min_memory_mib == (least_mib or 0)
    job = client.get("/api/v1/training/jobs/one").get_json()
    assert job["constraints"] == ({"min_memory_mib": least_mib} if least_mib else {})


def test_constraints_and_environment_reach_the_job(store: Store, settings: Settings) -> None:
    client = create_app(settings).test_client()
    constraints = {"gpu_model": "H200", "min_memory_mib": 80000, "node_names": ["a"], "labels": {"rack": "1"}}
    body = bodies.training(env={"NCCL_DEBUG": "INFO"}, constraints=constraints)

    assert client.post("/api/v1/training/jobs", json=body).status_code == 201

    job = client.get("/api/v1/training/jobs/one").get_json()
    assert (job["constraints"], job["env"]) == (constraints, {"NCCL_DEBUG": "INFO"})
    assert client.get("/api/v1/training/queue/one/status").get_json()["reason"] in {"no_nodes", "too_large"}
