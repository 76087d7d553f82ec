"""The real `swift deploy` behind the service's launcher, asked by the `openai` client as it comes."""

import base64
import json
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import openai
import pytest

from common.deployments import Serving
from common.swift.inputs import Roots, check_adapter
from tests.builders import make_spec
from tests.e2e.conftest import PHASE_SECONDS
from tests.e2e.workers.conftest import TINY, Bench, tiny_spec
from tests.real_stack import eventually
from tests.serving import KEY, RunningServer, Servers
from workers.lives.server.model_paths import model_paths
from workers.lives.server.probe import ProbeKind, probe
from workers.runner.tree import MARKER, marker_value

pytestmark = pytest.mark.e2e

CONTEXT_TOKENS = 256
# A tag that FFmpeg takes for ten bytes longer than its size says, a playlist, a session that listens on a port.
FOOTED_TAG = b"ID3\x04\0\x10\0\0\0\x10" + bytes(16)
PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nADDRESS\n#EXT-X-ENDLIST\n"
SESSION = b"\nv=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 23998 RTP/AVP 33\n"
QUESTION = [{"role": "user", "content": "What are you?"}]


@dataclass(frozen=True)
class Served:
    """Three servers that were started at once, since each takes seconds to import what it needs.

    `llm` has two adapters by name. `checkpoint` is one of these adapters as the model. `mllm` was started without the
    launcher on the port that `llm` has, `guarded` is the same model behind the launcher.
    """

    llm: RunningServer
    checkpoint: RunningServer
    mllm: RunningServer
    guarded: RunningServer
    pictures: Path
    folder: Path


@pytest.fixture(scope="module")
def adapters(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two checkpoints of one training that changed the model much."""
    output = tmp_path_factory.mktemp("adapters") / "out"
    verdict = bench.train(tiny_spec({"learning_rate": 2e-2, "save_steps": 4, "num_epochs": 1}), output)
    assert verdict.ok, verdict
    found = sorted(output.glob("checkpoint-*"), key=lambda path: int(path.name.partition("-")[2]))
    return [found[0], found[-1]]


@pytest.fixture(scope="module")
def served(bench: Bench, adapters: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("serving")
    pictures = replace(bench, model=folder / "mllm", dataset=folder / "pictures" / "train.jsonl")
    pictures.demo("make_tiny_mllm.py", str(pictures.model), str(pictures.dataset))
    servers = Servers(folder, bench.python)
    try:
        named = {"early": str(adapters[0]), "late": str(adapters[1])}
        llm = servers.start(bench.model, extra_args=TINY, adapters=named, max_model_len=CONTEXT_TOKENS)
        spec = make_spec(model_path=str(adapters[1]), work=Serving("qwen", "1"))
        places = model_paths(spec, Roots((Path("/"),)))
        checkpoint = servers.start(Path(places.model_path), model_adapter=places.model_adapter)
        guarded = servers.start(
            pictures.model, extra_args={"model_type": "qwen2_vl", "template": "qwen2_vl", "torch_dtype": "float32"}
        )
        for server in (llm, checkpoint, guarded):
            assert server.wait_for(ProbeKind.READY, PHASE_SECONDS).is_ready, server.log.read_text()
        alone = _start_alone(servers, pictures, llm.port)
        yield Served(llm, checkpoint, alone, guarded, pictures.dataset.parent, folder)
    finally:
        servers.end()


def _start_alone(servers: Servers, bench: Bench, taken_port: int) -> RunningServer:
    """As `swift deploy` itself would run, on a port that somebody has."""
    mark = "serve-alone"
    log = servers.folder / "alone.log"
    options = {"model": bench.model, "model_type": "qwen2_vl", "template": "qwen2_vl", "torch_dtype": "float32"}
    options |= {"host": "127.0.0.1", "port": taken_port, "served_model_name": "eyes"}
    argv = ["-m", "swift.cli.deploy", *(f"--{name}={value}" for name, value in options.items())]
    environment = bench.environments(1)[0] | {MARKER: marker_value(mark, 1)}
    environment |= {"SWIFT_MEDIA_ALLOWED_DIRS": str(servers.folder / "no-media")}
    server = RunningServer(bench.start(argv, log, environment), taken_port, mark, log, ["eyes"])
    servers.started.append(server)
    return server


@pytest.fixture(scope="module")
def client(served: Served) -> Iterator[openai.OpenAI]:
    with _client(served.llm.port) as opened:
        yield opened


def _client(port: int, key: str = KEY) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key=key, max_retries=0, timeout=PHASE_SECONDS)


def _answer(client: openai.OpenAI, model: str, **options: Any) -> openai.types.chat.ChatCompletion:
    asked: Any = {"model": model, "messages": QUESTION, "max_tokens": 12, "temperature": 0} | options
    answer: openai.types.chat.ChatCompletion = client.chat.completions.create(**asked)
    return answer


def test_the_checkpoints_of_a_training_are_adapters_of_its_model_and_of_no_other(
    served: Served, bench: Bench, adapters: list[Path]
) -> None:
    assert [problem for folder in adapters for problem in check_adapter(folder, str(bench.model))] == []

    [problem] = check_adapter(adapters[0], str(served.folder / "mllm"))

    assert "down_proj is 32→16 there and 128→64 for the adapter" in problem.message
    assert problem.message.endswith(f"it was made for {bench.model}")


def test_a_chat_is_answered_in_the_name_of_the_model(client: openai.OpenAI) -> None:
    answer = _answer(client, "qwen")

    assert answer.model == "qwen"
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert 0 < answer.usage.completion_tokens <= 12


def test_a_stream_says_the_same_and_ends_with_the_usage(client: openai.OpenAI) -> None:
    whole = _answer(client, "qwen")

    chunks = list(_answer(client, "qwen", stream=True, stream_options={"include_usage": True}))  # type: ignore[arg-type]

    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole.choices[0].message.content
    assert chunks[-1].usage == whole.usage or chunks[-1].usage.total_tokens == whole.usage.total_tokens


def test_a_prompt_is_completed(client: openai.OpenAI) -> None:
    answer = client.completions.create(model="qwen", prompt="the scheduler", max_tokens=4, temperature=0)

    assert answer.choices[0].text
    assert answer.usage is not None


def test_two_adapters_on_one_base_answer_by_name(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list().data] == ["qwen", "early", "late"]

    answers = {name: _answer(client, name).choices[0].message.content for name in ("qwen", "early", "late")}

    assert len(set(answers.values())) == 3, answers
    assert _answer(client, "qwen").choices[0].message.content == answers["qwen"]


def test_a_checkpoint_that_was_not_merged_answers_as_the_model(served: Served, client: openai.OpenAI) -> None:
    with _client(served.checkpoint.port) as checkpoint:
        assert [model.id for model in checkpoint.models.list().data] == ["qwen"]
        alone = _answer(checkpoint, "qwen").choices[0].message.content

    assert alone == _answer(client, "late").choices[0].message.content


@pytest.mark.parametrize(
    ("model", "key", "refusal", "why"),
    [
        ("qwen", "wrong", openai.AuthenticationError, "API key error"),
        ("gpt-4", KEY, openai.NotFoundError, "does not exist"),
    ],
)
def test_a_wrong_key_and_a_wrong_model_are_refused(
    served: Served, model: str, key: str, refusal: type[openai.APIStatusError], why: str
) -> None:
    with _client(served.llm.port, key) as client, pytest.raises(refusal, match=why):
        _answer(client, model)


def test_none_of_its_routes_answers_without_its_key_but_its_health(served: Served) -> None:
    routes = ["/v1/models", "/v1/chat/completions", "/health", "/ping", "/infer/", "/no/such", "//v1/models"]

    for path in [*routes, "/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect"]:
        for key, body in (("", None), ("wrong", None), ("", {"model": "qwen"})):
            if (path, body) != ("/health", None):
                assert served.llm.ask(path, body, key)[0] == 401, (path, body)
    assert served.llm.ask("/health", key="") == (200, "")


def test_the_key_is_nowhere_to_be_read(served: Served, bench: Bench) -> None:
    pid = served.llm.process.pid
    for name in ("cmdline", "environ"):
        assert KEY.encode() not in Path(f"/proc/{pid}/{name}").read_bytes()
    folders = (served.folder, bench.folder, Path(served.llm.log).parent)
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []
    assert "api_key=None" in served.llm.log.read_text()


def test_prompts_and_probes_are_not_logged_and_nothing_is_written_beside_the_model(
    served: Served, bench: Bench, client: openai.OpenAI
) -> None:
    before = sorted(bench.model.rglob("*"))
    messages = [{"role": "user", "content": "my secret wish"}]

    _answer(client, "qwen", messages=messages)

    text = served.llm.log.read_text()
    assert '"POST /v1/chat/completions HTTP/1.1" 200' in text
    assert [
        word for word in ("secret wish", '"GET /health HTTP/1.1" 200', '"GET /v1/models HTTP/1.1" 200') if word in text
    ] == []
    assert sorted(bench.model.rglob("*")) == before
    assert not (served.folder / "result").exists()


def test_the_context_ends_where_the_deployment_says(client: openai.OpenAI) -> None:
    answer = _answer(client, "qwen", max_tokens=5000)
    assert answer.usage is not None
    assert answer.usage.total_tokens <= CONTEXT_TOKENS

    messages = [{"role": "user", "content": "too long " * 200}]
    with pytest.raises(openai.BadRequestError, match="leaves no room") as refused:
        _answer(client, "qwen", messages=messages)
    assert (refused.value.code, refused.value.param) == ("context_length_exceeded", "messages")


def test_the_fake_answers_in_the_shapes_of_the_real_one(served: Served, tmp_path: Path) -> None:
    servers = Servers(tmp_path)
    try:
        model = tmp_path / "model"
        model.mkdir()
        fake = servers.start(model)
        assert fake.wait_for(ProbeKind.READY).is_ready
        body = {"model": "qwen", "messages": QUESTION, "max_tokens": 2}
        bodies = {"/v1/chat/completions": body, "/v1/completions": {"model": "qwen", "prompt": "x", "max_tokens": 2}}
        for path, sent in bodies.items():
            assert _shape(fake.ask(path, sent)[1]) <= _shape(served.llm.ask(path, sent)[1])
            for wrong in ({**sent, "model": "other"}, {"model": "qwen"}):
                assert fake.ask(path, wrong)[0] == served.llm.ask(path, wrong)[0], (path, wrong)
        stream = [server.ask("/v1/chat/completions", body | {"stream": True})[1] for server in (fake, served.llm)]
        ours, theirs = (json.loads(text.partition("data: ")[2].partition("\n")[0]) for text in stream)
        assert _shape(json.dumps(ours)) <= _shape(json.dumps(theirs))
        assert fake.ask("/v1/models")[0] == served.llm.ask("/v1/models")[0] == 200
        assert _shape(fake.ask("/v1/models")[1]) <= _shape(served.llm.ask("/v1/models")[1])
        for path in ("/docs", "/v1/models", "/ping"):
            assert fake.ask(path, key="x") == served.llm.ask(path, key="x")
    finally:
        servers.end()


def _shape(text: str) -> set[str]:
    """Every name on every level."""
    found: set[str] = set()

    def walk(value: Any, path: str) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                found.add(f"{path}.{name}")
                walk(inner, f"{path}.{name}")
        elif isinstance(value, list):
            for inner in value[:1]:
                walk(inner, f"{path}[]")

    walk(json.loads(text), "")
    return found


def test_ms_swift_alone_takes_the_next_port_silently_and_the_probe_notices(served: Served) -> None:
    port = _other_port(served)

    found = served.mllm.look()

    assert (found.kind, port > served.llm.port) == (ProbeKind.WRONG_PORT, True)
    assert served.llm.ports() == {served.llm.port}
    assert probe("127.0.0.1", port, ["eyes"]).is_ready


def test_a_picture_comes_as_a_data_url_and_not_as_a_path_of_the_node(served: Served) -> None:
    port = _other_port(served)
    picture = served.pictures / "red.png"
    url = f"data:image/png;base64,{base64.b64encode(picture.read_bytes()).decode()}"

    with _client(port) as client:
        assert _answer(client, "eyes", messages=_about(url)).usage is not None
        with pytest.raises(openai.UnprocessableEntityError):
            _answer(client, "eyes", messages=_about(str(picture)))


@pytest.fixture
def metadata() -> Iterator[tuple[str, list[str]]]:
    """Something inside that answers anybody: its address, and what it was asked for."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/secret", asked
        server.shutdown()


def test_behind_the_launcher_nothing_is_fetched_or_opened_whoever_asks(
    served: Served, metadata: tuple[str, list[str]]
) -> None:
    address, asked = metadata
    picture = served.pictures / "red.png"
    content = f"data:image/png;base64,{base64.b64encode(picture.read_bytes()).decode()}"
    wrong: list[dict[str, Any]] = [
        {"messages": _about(address)},
        {"messages": _about(str(picture))},
        {"messages": _about(f"file://{picture}")},
        {"messages": QUESTION, "images": [address]},
        {"messages": QUESTION, "images": [str(picture)]},
        {"messages": [{"role": "user", "content": f"<img>{picture}</img>What colour?"}]},
        {"messages": [{"role": "user", "content": [_text("<img>"), _text(f"{picture}</img>", metadata="A" * 5000)]}]},
        {"messages": [{"role": "user", "content": f"<img>{'/' * 5000}{picture}</img>"}]},
        {"messages": _watching(FOOTED_TAG + b"\xff\xfb" + PLAYLIST.replace(b"ADDRESS", address.encode()))},
        {"messages": _watching(b"BM" + SESSION)},
        {"messages": _watching(b"#!AMR" + SESSION)},
        {"messages": _about(content), "chat_template_kwargs": {"image": address}},
        {"messages": _about(content), "chat_template_kwargs": {"image": f"file://{picture}"}},
    ]

    for body in wrong:
        status, text = served.guarded.ask("/v1/chat/completions", {"model": "qwen", "max_tokens": 2, **body})
        assert (status, json.loads(text)["error"]["code"]) == (400, "media_not_allowed"), body
    assert served.guarded.ask("/v1/completions", {"model": "qwen", "prompt": "x", "images": [address]})[0] == 400
    assert asked == []
    with _client(served.guarded.port) as client:
        assert _answer(client, "qwen", messages=_about(content)).usage is not None
        plain = _answer(client, "qwen", messages=[{"role": "user", "content": f"see {address}"}])
    assert plain.usage is not None
    assert asked == []


def test_ms_swift_alone_would_have_fetched_what_only_the_template_reads(
    served: Served, metadata: tuple[str, list[str]]
) -> None:
    """Why the rule looks at all of a request: ms-swift's own looks at the places that its documents name."""
    address, asked = metadata
    port = _other_port(served)
    content = f"data:image/png;base64,{base64.b64encode((served.pictures / 'red.png').read_bytes()).decode()}"

    with _client(port) as client, pytest.raises(openai.APIError):
        _answer(client, "eyes", messages=_about(content), extra_body={"chat_template_kwargs": {"image": address}})

    assert set(asked) == {"/secret"}


def _other_port(served: Served) -> int:
    [port] = eventually(served.mllm.ports, bool, PHASE_SECONDS)
    return port


def _about(url: str) -> list[dict[str, Any]]:
    parts = [{"type": "text", "text": "What colour?"}, {"type": "image_url", "image_url": {"url": url}}]
    return [{"role": "user", "content": parts}]


def _text(text: str, **ignored: str) -> dict[str, Any]:
    return {"type": "text", **ignored, "text": text}


def _watching(content: bytes) -> list[dict[str, Any]]:
    url = f"data:video/mp4;base64,{base64.b64encode(content).decode()}"
    return [{"role": "user", "content": [_text("What moves?"), {"type": "video_url", "video_url": {"url": url}}]}]


def test_term_ends_a_server_gracefully(served: Served) -> None:
    assert served.checkpoint.end() == -signal.SIGTERM
    assert "Application shutdown complete" in served.checkpoint.log.read_text()
