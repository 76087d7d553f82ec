"""What a client of the training API does in tests."""

from typing import Any

import httpx2

from tests.eventually import PATIENCE_SECONDS, eventually
from tests.real_stack.clients import client_of

FINAL = {"completed", "failed", "cancelled"}


class Trainings:
    """Over `http`, which knows the training API's address."""

    def __init__(self, port: int) -> None:
        self.http: httpx2.Client = client_of(port, "training")

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        response = self.http.get(path, params=params)
        response.raise_for_status()
        return response.json()

    def submit(self, **body: Any) -> dict[str, Any]:
        response = self.http.post("/jobs", json=body)
        assert response.status_code == 201, response.text
        return response.json()

    def job(self, job_id: str) -> dict[str, Any]:
        return self.get(f"/jobs/{job_id}")

    def log_of(self, job_id: str) -> str:
        return self.get(f"/jobs/{job_id}/logs", offset=0)["text"]

    def wait_for(self, job_id: str, *states: str, timeout: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """The job once it is in one of these states; gives up early on another final one."""
        seen = eventually(
            lambda: self.job(job_id),
            lambda job: job["status"] in states or job["status"] in FINAL,
            timeout,
            f"job {job_id} {' or '.join(states)}",
        )
        assert seen["status"] in states, f"{seen['status']}: {seen['reason']}: {seen['message']}\n{self.log_of(job_id)}"
        return seen
