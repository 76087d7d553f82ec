"""A request that is kept comes back as it was, without its key."""

import json
from dataclasses import replace

import pytest

from common.deployments import InferBackend, Target
from common.secret import Secret
from deploy.requests import DeployRequest, dump_request, load_request

REQUEST = DeployRequest(
    model_path="",
    name="qwen",
    target=Target.K8S,
    infer_backend=InferBackend.VLLM,
    adapters={"sql": "/a"},
    node_names=("n1",),
    node_labels={"zone": "a"},
    sealed_api_key="sealed",
    replicas=2,
)


def test_a_request_comes_back_from_json() -> None:
    kept = json.dumps(dump_request(REQUEST))

    assert load_request(json.loads(kept)) == REQUEST


def test_a_request_with_an_open_key_is_not_kept() -> None:
    with pytest.raises(ValueError, match="has to be sealed"):
        dump_request(replace(REQUEST, api_key=Secret("sk-open")))


def test_a_key_is_not_shown_with_its_request() -> None:
    assert "sk-open" not in repr(replace(REQUEST, api_key=Secret("sk-open")))
