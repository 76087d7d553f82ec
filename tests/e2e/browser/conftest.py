"""A real Chromium, watched: what it asks for stays on this machine, and it has nothing to complain about."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Route, expect, sync_playwright

from tests.ports import free_port
from tests.real_stack import PATIENCE_SECONDS, RealStack

PATIENCE_MILLISECONDS = 1000 * PATIENCE_SECONDS
KEY = "the-api-key-of-the-browser-tests"
FLAGS = [
    "--no-sandbox",  # its sandbox does not work as root, which containers run tests as; it sees our own pages only
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True, slots=True)
class Visit:
    """A page, what it asked for, and what went wrong in it."""

    page: Page
    url: str
    pictures: Path
    requests: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}", wait_until="networkidle")

    def picture(self, name: str) -> None:
        """Keep a screenshot, for whoever wants to see the page."""
        self.page.screenshot(path=self.pictures / f"{name}.png")


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    # Whoever waits for a job's end asks often.
    settings = {"API_KEY": KEY, "RATE_LIMIT": "", "NODE_TTL_SECONDS": 60}
    running = RealStack(tmp_path_factory.mktemp("browser"), free_port(), **settings)
    running.show_key(KEY)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium as the system has it; without it these tests skip here and fail in CI.

    For this package only: while it is open an event loop runs, and no other test could run one.
    """
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        why = "there is no Chromium; install it (Debian: apt-get install chromium) or name it in CHROMIUM"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS, timeout=PATIENCE_MILLISECONDS)
        expect.set_options(timeout=PATIENCE_MILLISECONDS)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser, stack: RealStack, tmp_path: Path) -> Iterator[Visit]:
    """A page of its own. After the test: nothing was asked of another machine, and nothing was complained about."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    made = Visit(context.new_page(), f"http://127.0.0.1:{stack.port}", tmp_path)
    context.route(lambda url: not is_ours(url, made.url), refuse)
    made.page.on("request", lambda request: made.requests.append(request))  # noqa: PLW0108 - playwright takes no bound method of a list
    made.page.on("console", lambda message: note(made, message))
    made.page.on("pageerror", lambda error: made.complaints.append(f"pageerror: {error}"))
    yield made
    context.close()
    assert [request.url for request in made.requests if not is_ours(request.url, made.url)] == []
    assert made.complaints == []


def is_ours(url: str, server: str) -> bool:
    return url.startswith((f"{server}/", "data:", "blob:"))


def refuse(route: Route) -> None:
    route.abort()


def note(visit: Visit, message: ConsoleMessage) -> None:
    """Violations of the page's policy are errors of the console, too."""
    if message.type in {"error", "warning"}:
        visit.complaints.append(f"{message.type}: {message.text}")
