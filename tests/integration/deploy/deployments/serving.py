"""Small words for tests of deployments: a model, a question, a deployment that the API would not take."""

from pathlib import Path
from typing import Any

import httpx2

from common.store import Store
from deploy.sources import Source
from deploy.submission import submit_deployment
from tests.builders import make_request
from tests.real_stack import PATIENCE_SECONDS, RealStack, fake_inputs


def model(stack: RealStack, **knobs: object) -> str:
    """The folder of a model whose fake server behaves so."""
    return fake_inputs(stack.folder, **knobs)["model_path"]


def deploy(stack: RealStack, name: str, /, **knobs: object) -> str:
    """Deploy a model that behaves so, and return the deployment's id."""
    return str(stack.deploy(model_path=model(stack, **knobs), name=name)["job_id"])


def deploy_past_api(stack: RealStack, store: Store, **request: Any) -> str:
    """Deploy without the API's checks, as where the API does not see the nodes' files."""
    (job,) = submit_deployment(store, stack.settings(), Source(make_request(**request)), "test").jobs
    return job.id


def ask(endpoint: str, api_key: str, name: str) -> httpx2.Response:
    """One question."""
    body = {"model": name, "messages": [{"role": "user", "content": "hello"}]}
    headers = {"Authorization": f"Bearer {api_key}"}
    url = f"{endpoint}/chat/completions"
    return httpx2.post(url, json=body, headers=headers, trust_env=False, timeout=PATIENCE_SECONDS)


def messages(stack: RealStack, job_id: str, kind: str) -> list[str]:
    """What the events of one type say."""
    answer = stack.deploy_http.get(f"/jobs/{job_id}/events", params={"limit": 500}).json()
    return [event["message"] for event in answer["events"] if event["type"] == kind]


def phase_folders(stack: RealStack, job_id: str) -> list[Path]:
    """The folder of each server that was ever started for it."""
    return sorted(Path(stack.deployment(job_id)["log_file_path"]).parents[1].glob("*/serve-*"))
