"""A service that answers what the test has told it to, and a clock that only sleeping moves."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from swift_trainer.sdk import SwiftTrainer
from swift_trainer.sdk.transport import Clock

API = "/api/v1/training"
DEPLOY = "/api/v1/deploy"
GATEWAY = "/v1"


class FakeService:
    """Routes to answers; several answers are given one after the other, the last one for ever. Keeps all requests."""

    def __init__(self) -> None:
        self.routes: dict[tuple[str, str], list[Any]] = {}
        self.requests: list[httpx2.Request] = []

    def on(self, method: str, path: str, *answers: Any, under: str = API) -> None:
        """An answer is JSON (200), bytes, (status, JSON), (status, JSON, headers), or an exception to raise."""
        self.routes[method, under + path] = list(answers)

    def on_deploy(self, method: str, path: str, *answers: Any) -> None:
        self.on(method, path, *answers, under=DEPLOY)

    def on_gateway(self, method: str, path: str, *answers: Any) -> None:
        self.on(method, path, *answers, under=GATEWAY)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answers = self.routes.get((request.method, request.url.raw_path.decode().partition("?")[0]))
        if answers is None:
            raise AssertionError(f"nobody expected {request.method} {request.url}")
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, BaseException):
            raise answer
        status, body, headers = (*answer, {})[:3] if isinstance(answer, tuple) else (200, answer, {})
        return httpx2.Response(status, content=_content(body), headers=headers)

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(request.content) for request in self.requests if request.content]


class SteppingClock(Clock):
    """Time passes by sleeping only; `naps` are the sleeps."""

    def __init__(self) -> None:
        self.naps: list[float] = []

    def now(self) -> float:
        return 1000.0 + sum(self.naps)

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)


def _content(body: Any) -> bytes:
    if body is None:
        return b""
    return body if isinstance(body, bytes) else json.dumps(body).encode()


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    for name in ("SWIFT_TRAINER_URL", "SWIFT_TRAINER_GATEWAY", "SWIFT_TRAINER_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def client(service: FakeService, clock: SteppingClock) -> Iterator[SwiftTrainer]:
    with SwiftTrainer(
        "http://trainer.test", "sekret", clock=clock, transport=httpx2.MockTransport(service)
    ) as connected:
        yield connected


@pytest.fixture
def make_job() -> Callable[..., dict[str, Any]]:
    def make(job_id: str = "training_001", status: str = "running", **changes: Any) -> dict[str, Any]:
        return {
            "id": job_id,
            "job_id": job_id,
            "status": status,
            "priority": 0,
            "progress": 0.0,
            "attempt": 1,
            **changes,
        }

    return make


@pytest.fixture
def make_deployment() -> Callable[..., dict[str, Any]]:
    def make(job_id: str = "bot~deploy-1", status: str = "running", **changes: Any) -> dict[str, Any]:
        return {
            "job_id": job_id,
            "status": status,
            "name": "bot",
            "version": "v1",
            "endpoint": "http://n1:30000/v1" if status == "running" else "",
            "healthy": status == "running",
            "restarts": 0,
            "attempt": 1,
            **changes,
        }

    return make


@pytest.fixture
def spoken() -> Callable[..., bytes]:
    """An answer as the gateway streams it, in these pieces."""

    def stream(*pieces: str, done: bool = True) -> bytes:
        chunks = [{"choices": [{"delta": {"content": piece}, "finish_reason": None}]} for piece in pieces]
        events = [f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n" for chunk in chunks]
        return "".join([*events, *(["data: [DONE]\n\n"] if done else [])]).encode()

    return stream


@pytest.fixture
def make_page() -> Callable[..., dict[str, Any]]:
    def make(text: str, offset: int = 0, *, end: bool = False, attempt: int = 1, **changes: Any) -> dict[str, Any]:
        return {
            "job_id": "training_001",
            "text": text,
            "offset": offset,
            "next_offset": offset + len(text),
            "end": end,
            "attempt": attempt,
            **changes,
        }

    return make
