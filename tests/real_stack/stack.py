"""The whole service of one test: up, ready, mended, and down again."""

from pathlib import Path
from typing import Any

import httpx2

from tests.eventually import NeverHappened, eventually
from tests.real_stack.deployments import Deployments
from tests.real_stack.processes import Processes
from tests.real_stack.stored import Stored
from tests.real_stack.trainings import Trainings

ACTIVE = ("queued", "assigned", "running")


class RealStack(Processes, Stored, Trainings, Deployments):
    """Redis, API, scheduler, deployer and worker, on loopback and in a folder of their own.

    Each base stands alone and knows none of the others; together they are what a test says to its service.
    """

    def __init__(self, folder: Path, port: int, **environment: object) -> None:
        Processes.__init__(self, folder, port, **environment)
        Stored.__init__(self, folder, self.environment)
        Trainings.__init__(self, port)
        Deployments.__init__(self, port)

    def start(self) -> "RealStack":
        self.redis.start()
        self.environment["REDIS_SOCKET"] = str(self.redis.socket_path)
        for name in ("api", "scheduler", "deployer", "worker"):
            self.start_process(name)
        try:
            self.wait_until_ready()
        except AssertionError:
            self.stop()
            raise
        return self

    def show_key(self, key: str) -> None:
        """Ask everything with this API key from now on."""
        for client in (self.http, self.deploy_http):
            client.headers["Authorization"] = f"Bearer {key}"

    def wait_until_ready(self) -> None:
        eventually(self._ready_or_dead, bool, what="a ready API")
        try:
            eventually(self._free_gpus, bool, what="a node")
        except NeverHappened as never:
            raise NeverHappened(f"{never}; worker.log: {self.log_file('worker').read_text()}") from None

    def is_ready(self) -> bool:
        """The API answers, and has its Redis."""
        try:
            return self.http.get(f"http://127.0.0.1:{self.port}/readyz").status_code == 200
        except httpx2.TransportError:
            return False

    def repair(self) -> None:
        """Start again whatever has died, and forget all jobs."""
        self.redis.start()
        self.start_what_died()
        eventually(self.is_ready, bool, what="a ready API")
        eventually(self._delete_jobs, lambda left: left == [], what="the end of all jobs")
        self.wait_until_ready()

    def stop(self) -> None:
        """Jobs first; whatever becomes of them, no process is left to the tests that follow."""
        try:
            self._stop_jobs()
        finally:
            self.end_processes()
            self.redis.stop()
            self.http.close()
            self.deploy_http.close()

    def _ready_or_dead(self) -> bool:
        code = self.processes["api"].poll()
        assert code is None, f"the API ended with {code}: {self.log_file('api').read_text()[-3000:]}"
        return self.is_ready()

    def _free_gpus(self) -> list[dict[str, Any]]:
        return [gpu for gpu in self.get("/gpus")["gpus"] if gpu["available"]]

    def _delete_jobs(self) -> list[str]:
        """The ids of those that are still there, seen or not."""
        for job in self.get("/jobs", size=100)["jobs"]:
            self.http.delete(f"/jobs/{job['id']}")
        return [job["id"] for job in self.get("/jobs", size=100)["jobs"]] + self.deleting()

    def _stop_jobs(self) -> None:
        for api, job_id in self._jobs_that_run():
            api.post(f"/jobs/{job_id}/stop")
        if self.is_ready():
            eventually(self._jobs_that_run, lambda jobs: not jobs, what="the end of all jobs")
            eventually(self.deleting, lambda left: left == [], what="the end of all that was deleted")

    def _jobs_that_run(self) -> list[tuple[httpx2.Client, str]]:
        """Each with the API that knows it; none can be asked for when nobody answers."""
        if not self.is_ready():
            return []
        trainings = [self.get("/jobs", status=state, size=100)["jobs"] for state in ACTIVE]
        deployments = [self.get_deployments(status=state, size=100) for state in (*ACTIVE, "starting")]
        return [
            (api, job["job_id"])
            for api, listed in ((self.http, trainings), (self.deploy_http, deployments))
            for jobs in listed
            for job in jobs
        ]
