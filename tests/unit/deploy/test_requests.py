"""A request that is kept comes back as it was, without its key; also one of an earlier release."""

import json
from dataclasses import replace

import pytest

from common.deployments import InferBackend, Serving, Target
from common.job_specs import JobSpec, TaskType
from common.secret import Secret
from deploy.requests import DeployRequest, dump_request, load_request

SERVING = Serving(
    "qwen", "", Target.K8S, InferBackend.VLLM, {"sql": "/a"}, replicas=2, sealed_api_key="sealed", memory_mib=8
)
SPEC = JobSpec(
    TaskType.MLLM, "", SERVING, {"seed": 1}, gpus=2, gpu_model="H100", node_names=("n1",), node_labels={"zone": "a"}
)
REQUEST = DeployRequest(SPEC, priority=7, auto_start=False)


def test_a_request_comes_back_from_json() -> None:
    kept = json.dumps(dump_request(REQUEST))

    assert load_request(json.loads(kept)) == REQUEST


def test_a_request_that_an_earlier_release_kept_is_read() -> None:
    names_and_places = {"model_path": "", "name": "qwen", "version": "", "target": "k8s", "task_type": "mllm"}
    server = {"infer_backend": "vllm", "adapters": {"sql": "/a"}, "max_model_len": None, "port": 0, "platform": {}}
    sizes = {"gpus": 2, "gpu_memory_mib": 0, "memory_mib": 8, "replicas": 2, "min_memory_mib": 0, "gpu_model": "H100"}
    keys = {"api_key": "", "sealed_api_key": "sealed", "extra_args": {"seed": 1}, "env": {}, "metadata": {}}
    rest = {"priority": 7, "auto_start": False, "node_names": ["n1"], "node_labels": {"zone": "a"}}

    assert load_request({**names_and_places, **server, **sizes, **keys, **rest}) == REQUEST


def test_a_request_with_an_open_key_is_not_kept() -> None:
    with pytest.raises(ValueError, match="has to be sealed"):
        dump_request(replace(REQUEST, api_key=Secret("sk-open")))


def test_a_key_is_not_shown_with_its_request() -> None:
    assert "sk-open" not in repr(replace(REQUEST, api_key=Secret("sk-open")))
