"""A stream of jobs that clients keep submitting whatever happens, and what each was seen to be."""

import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2

from tests.real_stack import FINAL, RealStack, fake_inputs

PAUSE_SECONDS = 0.1


@dataclass(slots=True)
class Submitted:
    """One POST, repeated with its key until it was answered. `kinds` are the faults that came while it was open.

    `is_forgotten`: Redis lost it while only Redis knew it, so nobody may expect anything of it.
    """

    key: str
    inputs: dict[str, str]
    job_id: str = ""
    status: str = ""
    kinds: set[str] = field(default_factory=set)
    wish: str = ""
    is_forgotten: bool = False
    last_seen: dict[str, Any] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """A record that has gone may come back, unless that was the wish."""
        is_deleted = self.status == "gone" and self.wish == "delete"
        return self.status not in FINAL and not self.is_forgotten and not is_deleted

    @property
    def model(self) -> Path:
        return Path(self.inputs["model_path"])


class Stream:
    """Keeps so many jobs open, in a thread of its own."""

    def __init__(self, stack: RealStack, open_jobs: int) -> None:
        self.stack = stack
        self.jobs: list[Submitted] = []
        self.kind = ""
        self.gated = False
        self.flowing = threading.Event()
        self._idle = threading.Event()
        self._open_jobs = open_jobs
        self._stopped = threading.Event()
        self._http = httpx2.Client(base_url=stack.http.base_url, timeout=10)
        self._thread = threading.Thread(target=self._run, name="stream", daemon=True)

    def start(self) -> None:
        self.flowing.set()
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()
        self._http.close()

    def hold(self) -> None:
        """Submit nothing more; returns when no request is on its way."""
        self.flowing.clear()
        self._idle.clear()
        self._idle.wait()

    def resume(self) -> None:
        self.flowing.set()

    def begin(self, kind: str) -> None:
        """All that is open from now on is exposed to faults of this kind."""
        self.kind = kind
        for job in self.open():
            job.kinds.add(kind)

    def open(self) -> list[Submitted]:
        return [job for job in self.jobs if job.job_id and job.is_open]

    def ended(self) -> list[Submitted]:
        return [job for job in self.jobs if job.job_id and not job.is_open]

    def look(self) -> None:
        """Ask how all that is open is; whoever cannot be asked stays as it was."""
        for job in self.open():
            try:
                answer = self._http.get(f"/jobs/{job.job_id}")
            except httpx2.TransportError:
                return
            if answer.status_code == 404:
                job.status = "gone"
            elif answer.status_code == 200:
                job.last_seen = answer.json()
                job.status = job.last_seen["status"]

    def running(self) -> list[Submitted]:
        """Those that have a process."""
        return [job for job in self.open() if job.status == "running" and job.last_seen.get("process_id")]

    def _run(self) -> None:
        while not self._stopped.is_set():
            if not self.flowing.is_set():
                self._idle.set()
            elif len(self.open()) < self._open_jobs:
                self._submit()
            self.look()
            self._stopped.wait(PAUSE_SECONDS)

    def _submit(self) -> None:
        knobs = {"steps": 8, "traced": True, "start_seconds": 0.01}
        inputs = fake_inputs(self.stack.folder, **knobs, **({"wait_at_step": 4} if self.gated else {}))
        job = Submitted(uuid4().hex, inputs, kinds={self.kind})
        self.jobs.append(job)
        output = str(self.stack.folder / "output" / job.key[:12])
        params = {"save_steps": 2, "logging_steps": 1}
        body = {**inputs, "output_dir": output, "retries": 10, "llm_params": params}
        while not self._stopped.is_set():
            if self._accepted(job, body):
                return
            self._stopped.wait(PAUSE_SECONDS)

    def _accepted(self, job: Submitted, body: dict[str, Any]) -> bool:
        try:
            answer = self._http.post("/jobs", json=body, headers={"Idempotency-Key": job.key})
        except httpx2.TransportError:
            return False
        if answer.status_code == 201:
            job.job_id = answer.json()["job_id"]
            job.kinds.add(self.kind)
            return True
        if answer.status_code in {409, 429, 500, 502, 503, 504}:
            job.last_seen = {"answer": answer.text}
            return False
        raise AssertionError(f"POST was refused: {answer.status_code} {answer.text}")


def let_go_on(job: Submitted) -> None:
    """Open the gate of a gated job."""
    (job.model / "go").touch()


def traces(job: Submitted) -> list[dict[str, Any]]:
    """What its processes left beside its model."""
    path = job.model / "traces.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
