"""A page on another origin tries, in a real browser, what pages can try against a service on this machine."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from client.stack.embedded_redis import EmbeddedRedis
from tests import bodies
from tests.e2e.browser.conftest import KEY, PATIENCE_MILLISECONDS
from tests.integration.api.live_server import TRAINING, LiveServer, live_server

pytestmark = pytest.mark.browser

# Each resolves to what the page could read, or to null.
TRIES = """
async ({jobs, queue, body, key}) => {
    const headers = key ? {"Authorization": `Bearer ${key}`} : {};
    const read = async (url, options) => {
        try {
            const answer = await fetch(url, {headers, ...options});
            return answer.type === "opaque" ? null : await answer.text();
        } catch (error) {
            return null;
        }
    };
    const loaded = (name, attributes) => new Promise(resolve => {
        const made = document.createElement(name);
        made.onload = () => resolve("loaded");
        made.onerror = () => resolve(null);
        Object.assign(made, attributes);
        document.body.append(made);
    });
    const posted = action => new Promise(resolve => {
        const frame = document.createElement("iframe");
        frame.name = "target";
        document.body.append(frame);
        const form = document.createElement("form");
        Object.assign(form, {method: "post", enctype: "text/plain", target: "target", action});
        document.body.append(form);
        frame.onload = () => {
            let seen = null;
            try { seen = frame.contentDocument && frame.contentDocument.body.innerText || null; } catch (error) {}
            resolve(seen);
        };
        form.submit();
    });
    const streamed = url => new Promise(resolve => {
        const source = new EventSource(url);
        source.onmessage = source.onopen = () => { source.close(); resolve("streams"); };
        source.onerror = () => { source.close(); resolve(null); };
    });
    const text = {method: "POST", body, headers: {...headers, "Content-Type": "text/plain"}};
    const json = {method: "POST", body, headers: {...headers, "Content-Type": "application/json"}};
    return {
        list: await read(jobs),
        list_without_cors: await read(jobs, {mode: "no-cors"}),
        stop: await read(`${jobs}/one/stop`, {method: "POST"}),
        stop_without_cors: await read(`${jobs}/one/stop`, {method: "POST", mode: "no-cors"}),
        pause_by_form: await posted(`${queue}/processor/stop`),
        pause_by_beacon: navigator.sendBeacon(`${queue}/processor/stop`) && null,
        submit_as_text: await read(jobs, text),
        submit_without_cors: await read(jobs, {...text, mode: "no-cors"}),
        submit: await read(jobs, json),
        remove: await read(`${jobs}/one`, {method: "DELETE"}),
        script: await loaded("script", {src: jobs}),
        image: await loaded("img", {src: `${jobs}/one`}),
        stream: await streamed(`${jobs}/one/events`),
    };
}
"""


@contextmanager
def api(folder: Path, **settings: str) -> Iterator[LiveServer]:
    """An API of its own, over a Redis of its own, in which job `one` waits."""
    folder.mkdir()
    with EmbeddedRedis(folder) as redis, live_server(folder, redis.socket_path, **settings) as server:
        if key := settings.get("API_KEY"):
            server.http.headers["Authorization"] = f"Bearer {key}"
        answer = server.http.post(f"{TRAINING}/jobs", json=bodies.training(job_id="one"))
        assert answer.status_code == 201, answer.text
        yield server


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[str]:
    """The address of somebody else's page."""
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "index.html").write_text("<!doctype html><title>elsewhere</title><body></body>")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(browser: Browser, elsewhere: str) -> Iterator[Page]:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    opened = context.new_page()
    opened.goto(elsewhere)
    yield opened
    context.close()


def tried(page: Page, server: LiveServer, key: str = "") -> dict[str, str | None]:
    base = f"http://127.0.0.1:{server.port}{TRAINING}"
    about = {"jobs": f"{base}/jobs", "queue": f"{base}/queue", "body": json.dumps(bodies.training()), "key": key}
    return dict(page.evaluate(TRIES, about))


def standing(server: LiveServer) -> dict[str, Any]:
    """What a page would like to change."""
    processor = server.get("/queue/processor/status")
    return {
        "jobs": [(job["job_id"], job["status"]) for job in server.get("/jobs")["jobs"]],
        "one": server.http.get(f"{TRAINING}/jobs/one").headers["ETag"],
        "processor": {name: value for name, value in processor.items() if isinstance(value, bool | str)},
    }


def test_a_foreign_page_reads_nothing_and_changes_nothing(page: Page, tmp_path: Path) -> None:
    with api(tmp_path / "api") as server:
        before = standing(server)
        got = tried(page, server)

        assert {name: text for name, text in got.items() if text is not None} == {}
        assert standing(server) == before


def test_a_page_that_is_named_works_with_its_key(page: Page, elsewhere: str, tmp_path: Path) -> None:
    with api(tmp_path / "api", API_KEY=KEY, CORS_ORIGINS=elsewhere) as server:
        got = tried(page, server, KEY)

        assert json.loads(got["list"] or "{}")["total"] == 1
        assert json.loads(got["submit"] or "{}")["status"] in {"pending", "queued"}
        assert got["script"] is got["stream"] is None  # neither sends the key
        assert {job["job_id"] for job in server.get("/jobs")["jobs"]} & {"one"} == set()


def test_a_page_that_is_not_named_reads_nothing_with_the_right_key_either(page: Page, tmp_path: Path) -> None:
    with api(tmp_path / "api", API_KEY=KEY, CORS_ORIGINS="https://ui.example") as server:
        before = standing(server)
        got = tried(page, server, KEY)

        assert {name: text for name, text in got.items() if text is not None} == {}
        assert standing(server) == before
