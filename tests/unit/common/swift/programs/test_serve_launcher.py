import asyncio
import json
import logging
import os
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from common.swift.programs import serve_launcher
from tests.ports import free_port

SERVING = "swift_trainer_serving"
SECRET = "SWIFT_TRAINER_TEST_SECRET"
KEY = "the-servers-key"
FILE = b'{"images": ["/etc/passwd"]}'


def _modules(monkeypatch: pytest.MonkeyPatch, *names: str) -> ModuleType:
    """Empty modules of these names; the last is returned."""
    for name in names:
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    return sys.modules[names[-1]]


class Pipeline:
    """As much of ms-swift's as the launcher touches."""

    registered: Any = None
    app: Any = None

    def __init__(self, argv: list[str]) -> None:
        self.args = SimpleNamespace(
            argv=argv,
            api_key=None,
            port=9999,
            infer_backend="transformers",
            served_model_name="qwen",
            max_model_len=100,
            owned_by="swift",
        )
        self.infer_engine = SimpleNamespace(model_name="folder", max_model_len=2048)
        self._register_app()

    def _register_app(self) -> None:
        self.registered = vars(self.args) | vars(self.infer_engine)

    def _get_model_list(self) -> list[str]:
        return [self.args.served_model_name]

    def run(self) -> None:
        """Where the real one serves."""


RELEASES = [
    ("swift", "swift.pipelines", "swift.pipelines.infer", "swift.pipelines.infer.deploy"),
    ("swift", "swift.llm", "swift.llm.infer", "swift.llm.infer.deploy"),
]


@pytest.mark.parametrize("names", RELEASES)
def test_each_release_is_told_key_port_name_and_length_before_its_routes(
    monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]
) -> None:
    _modules(monkeypatch, *names).SwiftDeploy = Pipeline  # type: ignore[attr-defined]

    server = serve_launcher.server_class("key", ("127.0.0.1", 8100), "any")(["--model=m"])

    told = server.registered
    assert (told["api_key"], told["port"], told["model_name"], told["max_model_len"]) == ("key", 8100, "qwen", 100)


@pytest.mark.parametrize(("sent", "status"), [("", 401), ("other", 401), (KEY, 400)])
def test_what_is_served_stands_behind_the_key(monkeypatch: pytest.MonkeyPatch, sent: str, status: int) -> None:
    assert _posted(monkeypatch, "deny", FILE, sent)[0] == status


def _posted(monkeypatch: pytest.MonkeyPatch, policy: str, body: bytes, key: str = KEY) -> tuple[int, dict[str, Any]]:
    """Status and error of what was asked for without a model."""
    _modules(monkeypatch, *RELEASES[0]).SwiftDeploy = Pipeline  # type: ignore[attr-defined]
    server = serve_launcher.server_class(KEY, ("127.0.0.1", free_port()), policy)([])
    server.run()
    monkeypatch.setattr(sys.modules[SERVING], "open_engine", lambda _pipeline: None)
    sent: list[dict[str, Any]] = []

    async def ask() -> None:
        coming = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
        await server.app({"type": "lifespan"}, _giver(coming), _taker([]))
        headers = [(b"authorization", f"Bearer {key}".encode())]
        scope = {"type": "http", "method": "POST", "path": "/v1/chat/completions", "headers": headers}
        await server.app(scope, _giver([{"type": "http.request", "body": body}]), _taker(sent))

    asyncio.run(ask())
    return sent[0]["status"], json.loads(sent[1]["body"])["error"]


def _giver(messages: list[dict[str, Any]]) -> Any:
    async def give() -> dict[str, Any]:
        return messages.pop(0) if messages else await asyncio.get_running_loop().create_future()

    return give


def _taker(into: list[dict[str, Any]]) -> Any:
    async def take(message: dict[str, Any]) -> None:
        into.append(message)

    return take


def test_a_missing_library_of_ms_swift_is_told_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    _modules(monkeypatch, "swift", "swift.pipelines")
    monkeypatch.setitem(sys.modules, "swift.llm", None)

    with pytest.raises(ModuleNotFoundError, match=r"swift\.pipelines\.infer"):
        serve_launcher.server_class("key", ("127.0.0.1", 8100), "")


@pytest.mark.parametrize("policy", ["", "deny", "public", "any"])
def test_a_server_that_is_reached_directly_opens_no_file(monkeypatch: pytest.MonkeyPatch, policy: str) -> None:
    status, error = _posted(monkeypatch, policy, FILE)

    assert (status, error["code"], error["param"]) == (400, "media_not_allowed", "images[0]")


@pytest.mark.parametrize(("policy", "passes"), [("", False), ("deny", False), ("public", False), ("any", True)])
def test_a_server_fetches_addresses_only_where_any_are_allowed(
    monkeypatch: pytest.MonkeyPatch, policy: str, passes: bool
) -> None:
    _, error = _posted(monkeypatch, policy, b'{"images": ["http://169.254.169.254/latest"]}')

    assert (error["code"] == "missing_required_parameter") is passes


@pytest.mark.parametrize(
    ("backend", "wanted", "own", "expected"),
    [
        ("transformers", 100, 2048, 100),
        ("transformers", 9000, 2048, 2048),
        ("transformers", None, 2048, 2048),
        ("transformers", 100, None, 100),
        ("vllm", 100, 2048, 2048),
    ],
)
def test_only_a_shorter_context_is_asked_of_the_engine(
    backend: str, wanted: int | None, own: int | None, expected: int
) -> None:
    engine = SimpleNamespace(model_name="folder", max_model_len=own)
    args = SimpleNamespace(served_model_name=None, infer_backend=backend, max_model_len=wanted)

    serve_launcher._tell_engine(engine, args)

    assert vars(engine) == {"model_name": "folder", "max_model_len": expected}


@pytest.mark.parametrize(("has_cuda", "expected"), [(True, [(0.25, 0), (0.25, 1)]), (False, [])])
def test_each_gpu_is_shared_as_told(
    monkeypatch: pytest.MonkeyPatch, has_cuda: bool, expected: list[tuple[float, int]]
) -> None:
    limits: list[tuple[float, int]] = []
    _modules(monkeypatch, "torch").cuda = SimpleNamespace(  # type: ignore[attr-defined]
        is_available=lambda: has_cuda,
        device_count=lambda: 2,
        set_per_process_memory_fraction=lambda fraction, device: limits.append((fraction, device)),
    )

    serve_launcher.limit_gpu_memory("0.25")

    assert limits == expected


def test_without_a_share_torch_is_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)

    serve_launcher.limit_gpu_memory("")


def test_a_secret_is_taken_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SECRET, "geheim-ü")

    assert serve_launcher.take_secret(SECRET) == "geheim-ü"
    assert SECRET not in os.environ
    assert serve_launcher.take_secret(SECRET) == ""


@pytest.mark.parametrize(
    ("path", "status", "kept"),
    [("/health", 200, False), ("/v1/models", 200, False), ("/health", 503, True), ("/v1/chat/completions", 200, True)],
)
def test_probes_that_went_well_are_not_logged(path: str, status: int, kept: bool) -> None:
    record = logging.makeLogRecord({"args": ("127.0.0.1:1", "GET", path, "1.1", status)})

    assert serve_launcher.is_no_probe(record) is kept


def test_other_lines_of_the_log_are_kept() -> None:
    assert serve_launcher.is_no_probe(logging.makeLogRecord({"msg": "Uvicorn running", "args": ()}))


def asked(path: str, method: str = "GET", *keys: str, type: str = "http") -> tuple[list[str], list[dict[str, Any]]]:
    """Which paths the app behind the guard was reached by, and what the guard itself sent."""
    reached: list[str] = []
    sent: list[dict[str, Any]] = []

    async def app(scope: dict[str, Any], _receive: Any, _send: Any) -> None:
        reached.append(scope.get("path", ""))

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"host", b"h"), *((b"authorization", key.encode()) for key in keys)]
    scope = {"type": type, "path": path, "method": method, "headers": headers}
    asyncio.run(serve_launcher.guarded(app, "the-key")(scope, None, send))
    return reached, sent


@pytest.mark.parametrize(
    ("path", "method", "keys", "type"),
    [
        ("/v1/models", "GET", [], "http"),
        ("/v1/models", "OPTIONS", [], "http"),
        ("/ping", "POST", [], "http"),
        ("/openapi.json", "GET", [], "http"),
        ("/health/", "GET", [], "http"),
        ("/health", "POST", [], "http"),
        ("/v1/chat/completions", "POST", ["Bearer the-key "], "http"),
        ("/v1/chat/completions", "POST", ["the-key"], "http"),
        ("/v1/chat/completions", "POST", ["Bearer ünbekannt"], "http"),
        ("/v1/chat/completions", "POST", ["Bearer the-key", "Bearer other"], "http"),
        ("/v1/realtime", "GET", [], "websocket"),
    ],
)
def test_nobody_reaches_the_server_without_its_key(path: str, method: str, keys: list[str], type: str) -> None:
    reached, sent = asked(path, method, *keys, type=type)

    assert reached == []
    assert sent[0].get("status", sent[0].get("code")) in {401, 1008}


@pytest.mark.parametrize(
    ("path", "keys", "type"),
    [("/v1/models", ["Bearer the-key"], "http"), ("/health", [], "http"), ("", [], "lifespan")],
)
def test_who_has_it_reaches_all_and_anybody_its_health(path: str, keys: list[str], type: str) -> None:
    assert asked(path, "GET", *keys, type=type) == ([path], [])
