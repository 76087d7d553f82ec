"""What a client of the deploy API does in tests."""

from typing import Any

import httpx2

from tests.eventually import PATIENCE_SECONDS, eventually
from tests.real_stack.clients import client_of


class Deployments:
    """Over `deploy_http`, which knows the deploy API's address."""

    def __init__(self, port: int) -> None:
        self.deploy_http: httpx2.Client = client_of(port, "deploy")

    def deploy(self, **body: Any) -> dict[str, Any]:
        response = self.deploy_http.post("/jobs", json=body)
        assert response.status_code == 201, response.text
        return response.json()

    def deployment(self, job_id: str) -> dict[str, Any]:
        return self.deploy_http.get(f"/jobs/{job_id}").raise_for_status().json()

    def get_deployments(self, **params: Any) -> list[dict[str, Any]]:
        return self.deploy_http.get("/jobs", params=params).raise_for_status().json()["jobs"]

    def deployment_log(self, job_id: str) -> str:
        return str(self.deploy_http.get(f"/jobs/{job_id}/logs", params={"offset": 0}).json()["text"])

    def deployment_events(self, job_id: str) -> list[str]:
        answer = self.deploy_http.get(f"/jobs/{job_id}/events", params={"limit": 500}).json()
        return [event["type"] for event in answer["events"]]

    def wait_for_deployment(self, job_id: str, *states: str, timeout: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """The deployment once it is in one of these states; gives up early when it has failed."""
        seen = eventually(
            lambda: self.deployment(job_id),
            lambda job: job["status"] in states or job["status"] == "failed",
            timeout,
            f"deployment {job_id} {' or '.join(states)}",
        )
        why = f"{seen['status']}: {seen['reason']}: {seen['message']}\n{self.deployment_log(job_id)}"
        assert seen["status"] in states, why
        return seen
