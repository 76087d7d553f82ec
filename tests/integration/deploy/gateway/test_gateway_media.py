"""Pictures in requests: content goes on, files never, addresses as MEDIA_URLS says; nothing inside is ever asked."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from client.stack.embedded_redis import EmbeddedRedis
from common.asked_media import as_data_url
from tests.integration.deploy.gateway.conftest import MakeServer
from tests.integration.deploy.gateway.fake_server import Conversation, FakeServer, says, text_of
from tests.integration.deploy.gateway.gateway_process import GatewayProcess, gateway_process

pytestmark = pytest.mark.integration

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(60)
CONTENT = as_data_url(PNG, "image/png")
PUBLIC_ADDRESS = "93.184.216.34"
StartGateway = Callable[..., AbstractContextManager[GatewayProcess]]


class Web:
    """Names of the web and what they answer, all of it really on loopback; `inside` must never be asked."""

    def __init__(self, folder: Path, make_server: MakeServer) -> None:
        self.names = folder / "names.json"
        self.answers: dict[str, Callable[[Conversation], None]] = {}
        self.server = make_server(lambda talk: self.answers[talk.path](talk))
        self.inside = make_server(says("the secrets of this place"))
        self.claim("pictures.example", PUBLIC_ADDRESS)

    def claim(self, host: str, *addresses: str) -> None:
        told = json.loads(self.names.read_text()) if self.names.exists() else {}
        told[host] = {"claims": addresses, "port": self.server.port}
        self.names.write_text(json.dumps(told))

    def serve(self, path: str, body: bytes = PNG, status: int = 200, **headers: str) -> str:
        named = {"Content-Type": "image/png", **headers}
        self.answers[path] = lambda talk: talk.answer(body, status, **named)
        return f"http://pictures.example{path}"


@pytest.fixture(scope="module")
def web_and_gateway(
    tmp_path_factory: pytest.TempPathFactory, redis_server: EmbeddedRedis
) -> Iterator[tuple[Web, GatewayProcess]]:
    made: list[FakeServer] = []

    def make(script: Callable[[Conversation], None], port: int = 0) -> FakeServer:
        made.append(FakeServer(script, port))
        return made[-1]

    folder = tmp_path_factory.mktemp("public")
    web = Web(folder, make)
    with gateway_process(
        folder, redis_server.socket_path, MEDIA_URLS="public", GATEWAY_MAX_BODY_BYTES=50 * 1024**2
    ) as running:
        yield web, running
    for server in made:
        server.stop()


@pytest.fixture
def web(web_and_gateway: tuple[Web, GatewayProcess]) -> Web:
    return web_and_gateway[0]


@pytest.fixture
def public(web_and_gateway: tuple[Web, GatewayProcess]) -> GatewayProcess:
    return web_and_gateway[1]


def about(url: Any) -> dict[str, Any]:
    parts = [{"type": "text", "text": "What colour?"}, {"type": "image_url", "image_url": {"url": url}}]
    return {"messages": [{"role": "user", "content": parts}]}


def refused(response: httpx2.Response, code: str) -> dict[str, Any]:
    error: dict[str, Any] = response.json()["error"]
    assert (response.status_code, error["type"], error["code"]) == (400, "invalid_request_error", code), response.text
    return error


def image_in(talk: Conversation) -> str:
    return str(talk.json["messages"][0]["content"][1]["image_url"]["url"])


def test_nothing_inside_is_asked_and_no_file_is_opened_by_default(
    gateway: GatewayProcess, make_server: MakeServer, model: str
) -> None:
    replica, inside = make_server(says("red")), make_server(says("secret"))
    gateway.serve(model, replica.url)
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("/v1/chat/completions", about(f"{inside.url}/latest/meta-data")),
        ("/v1/chat/completions", about(inside.url.upper())),
        ("/v1/chat/completions", about("/etc/passwd")),
        ("/v1/chat/completions", about("file:///etc/passwd")),
        ("/v1/chat/completions", about(CONTENT) | {"chat_template_kwargs": {"image": inside.url}}),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": "<img>/etc/passwd</img>"}]}),
        ("/v1/completions", {"prompt": "x", "images": [inside.url]}),
        ("/v1/completions", {"prompt": "x", "videos": ["/etc/passwd"]}),
        ("/v1/embeddings", {"input": "x", "images": inside.url}),
        ("/v1/anything/else", {"input": [{"content": [{"type": "input_image", "image_url": inside.url}]}]}),
    ]

    for path, body in bodies:
        refused(gateway.post(path, model=model, **body), "media_not_allowed")

    assert (inside.connections, replica.requests) == (0, [])


def test_a_refusal_tells_where_it_is_and_the_way_out(
    gateway: GatewayProcess, make_server: MakeServer, model: str
) -> None:
    gateway.serve(model, make_server(says("red")).url)

    error = refused(gateway.post(model=model, **about("https://example.org/a.png")), "media_not_allowed")

    assert error["param"] == "messages[0].content[1].image_url.url"
    assert "data:image/png;base64,..." in error["message"]
    assert "MEDIA_URLS" in error["message"]


def test_content_goes_on_to_the_byte(gateway: GatewayProcess, make_server: MakeServer, model: str) -> None:
    replica = make_server(says("red"))
    gateway.serve(model, replica.url)
    body = json.dumps({"model": model, **about(CONTENT), "seed": 1.0}, indent=3).encode()

    assert text_of(gateway.http.post("/v1/chat/completions", content=body)) == "red"

    assert replica.requests[0].body == body


def test_a_model_that_nobody_serves_costs_no_fetch(public: GatewayProcess, web: Web) -> None:
    url = web.serve("/unasked.png")

    assert public.post(model="nobody", **about(url)).status_code == 404

    assert [talk.path for talk in web.server.requests if talk.path == "/unasked.png"] == []


def test_what_a_public_place_has_goes_on_as_content(
    public: GatewayProcess, web: Web, make_server: MakeServer, model: str
) -> None:
    replica = make_server(says("red"))
    public.serve(model, replica.url)
    url = web.serve("/red.png", Content_Type="text/html")

    response = public.post(model=model, **about(url), images=[url, CONTENT], seed=7)

    assert text_of(response) == "red"
    (sent,) = replica.requests
    assert image_in(sent) == CONTENT
    assert (sent.json["images"], sent.json["seed"]) == ([CONTENT, CONTENT], 7)
    (asked,) = [talk for talk in web.server.requests if talk.path == "/red.png"]
    assert asked.headers["host"] == "pictures.example"
    assert not {"authorization", "cookie", "x-api-key", "referer"} & set(asked.headers)


def test_what_leads_inside_is_followed_by_nobody(
    public: GatewayProcess, web: Web, make_server: MakeServer, model: str
) -> None:
    replica = make_server(says("red"))
    public.serve(model, replica.url)
    web.claim("rebound.example", PUBLIC_ADDRESS, "127.0.0.1")
    web.claim("metadata.example", "169.254.169.254")
    web.claim("mapped.example", "::ffff:10.0.0.1")
    hops = [
        web.serve(f"/hop-{number}", b"", 302, Location=target)
        for number, target in enumerate(
            [
                web.inside.url,
                "http://127.0.0.1/",
                "http://metadata.example/",
                "//rebound.example/",
                "file:///etc/passwd",
                "http://[::1]/",
                "/hop-6",
            ]
        )
    ]
    hops.append(web.serve("/hop-6", b"", 302, Location="/hop-6"))
    straight = [
        f"{web.inside.url}/", "http://127.0.0.1/", "http://localhost/", "http://rebound.example/a.png",
        "http://metadata.example/", "http://mapped.example/", "http://[::ffff:127.0.0.1]/", "http://2130706433/",
        "http://0177.0.0.1/", "http://0x7f.1/", "http://unknown.example/", "http://me:secret@pictures.example/red.png",
        f"http://pictures.example:{web.inside.port}/",
    ]  # fmt: skip

    for url in [*hops, *straight]:
        error = refused(public.post(model=model, **about(url)), "media_not_fetched")
        assert error["param"] == "messages[0].content[1].image_url.url"
        assert "127.0.0.1" not in error["message"]

    assert (web.inside.connections, replica.requests) == (0, [])
    refused(public.post(model=model, **about("/etc/passwd")), "media_not_allowed")


def test_what_is_fetched_is_bounded(public: GatewayProcess, web: Web, make_server: MakeServer, model: str) -> None:
    public.serve(model, make_server(says("red")).url)
    large = PNG + bytes(21 * 1024**2)
    whole, told = web.serve("/large.png", large), web.serve("/told.png", Content_Length="99999999")

    def endless(talk: Conversation) -> None:
        talk.send(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(1000):
            talk.write(bytes(1024**2))

    web.answers["/endless.png"] = endless
    for url in (whole, told, "http://pictures.example/endless.png"):
        error = refused(public.post(model=model, **about(url)), "media_not_fetched")
        assert "is larger than 20 MiB" in error["message"]

    together = [web.serve(f"/part-{number}.png", PNG + bytes(15 * 1024**2)) for number in range(3)]
    error = refused(public.post(model=model, messages=[], images=together), "media_not_fetched")
    assert "too large together" in error["message"]

    many = [f"http://pictures.example/{number}.png" for number in range(17)]
    error = refused(public.post(model=model, messages=[], images=many), "media_not_allowed")
    assert "17 addresses; 16 are fetched at most" in error["message"]


def test_only_pictures_videos_and_sounds_go_on(
    public: GatewayProcess, web: Web, make_server: MakeServer, model: str
) -> None:
    public.serve(model, make_server(says("red")).url)
    answers: list[tuple[str, str]] = [
        (web.serve("/list", b"#EXTM3U\nhttp://10.0.0.1/"), "is no picture, video or sound"),
        (web.serve("/sound", b"OggS\0\2" + bytes(60)), "is audio/ogg by its content"),
        (web.serve("/page", b"<html>"), "is no picture, video or sound"),
        (web.serve("/nothing", b""), "is no picture, video or sound"),
        (web.serve("/gone", PNG, 404), "was answered with status 404"),
        (web.serve("/part", PNG, 206), "was answered with status 206"),
        (web.serve("/packed", PNG, Content_Encoding="gzip"), "in a packed form"),
    ]

    for url, why in answers:
        assert why in refused(public.post(model=model, **about(url)), "media_not_fetched")["message"]


def test_addresses_go_on_as_they_are_where_any_are_allowed_and_files_never(
    start_gateway: StartGateway, make_server: MakeServer, model: str
) -> None:
    replica, inside = make_server(says("red")), make_server(says("secret"))

    with start_gateway(MEDIA_URLS="any") as gateway:
        gateway.serve(model, replica.url)
        assert text_of(gateway.post(model=model, **about(f"{inside.url}/a.png"))) == "red"
        for body in (about("/etc/passwd"), about("file:///etc/passwd"), {"prompt": "<img>/etc/passwd</img>"}):
            refused(gateway.post(model=model, **body), "media_not_allowed")

    assert [image_in(talk) for talk in replica.requests] == [f"{inside.url}/a.png"]
    assert inside.connections == 0
