"""What clients that are slow, or wait, cost all others: latency, memory of the process, and the probes meanwhile.

python -m bench.slow_clients [worker ...]

Starts one API process over a Redis of its own for each worker class that is named: `front` is the product's own,
`gthread` the same app in gunicorn's threads, each of which a waiting client holds. Measures others' requests when the
process is idle, and again beside 100 clients that send a head byte by byte, 100 that send a body so, and 500 open event
streams, of which 50 look at a log that grows.
"""

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles

import psutil

from client.stack.embedded_redis import EmbeddedRedis
from common.settings import load_settings
from common.store import Store, open_store
from common.store.attempts import Report
from tests.builders import make_job
from tests.integration.store.test_job_verbs import start, submit
from tests.ports import free_port

SLOW_HEADS = SLOW_BODIES = 100
STREAMS, STREAMS_THAT_GROW = 500, 50
REQUESTS, AT_A_TIME = 2000, 4
PROBES_SECONDS = 5.0
GIVE_UP_SECONDS = 10.0
QUIET = "quiet"
JOBS = "/api/v1/training/jobs"
HEAD = f"POST {JOBS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n".encode()
WORKERS = {"front": "api.front.worker.Worker", "gthread": "gthread"}


@dataclass(frozen=True, slots=True)
class Api:
    port: int
    worker: psutil.Process
    store: Store

    def seconds(self, path: str) -> float:
        """How long a request took on a connection of its own; GIVE_UP_SECONDS when it was not answered by then."""
        began = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=GIVE_UP_SECONDS)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
        except OSError:
            return GIVE_UP_SECONDS
        finally:
            connection.close()
        return time.perf_counter() - began

    def connect(self, sent: bytes) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), GIVE_UP_SECONDS)
        connection.sendall(sent)
        connection.setblocking(False)
        return connection


def main(names: list[str]) -> None:
    print(f"{'':10}{'p50 ms':>16}{'p99 ms':>16}{'p99':>8}{'MiB more':>10}{'/healthz':>12}{'/readyz':>12}")
    for name in names or list(WORKERS):
        with tempfile.TemporaryDirectory(prefix="swt-bench-") as folder, _api(Path(folder), name) as api:
            _measure(name, api)


def _measure(name: str, api: Api) -> None:
    path = f"{JOBS}/{submit(api.store, make_job(QUIET)).id}"
    for _ in range(200):
        api.seconds(path)
    memory = api.worker.memory_info().rss
    idle = _latencies(api, path)
    with _waiting_clients(api):
        probes = [max(_for_a_while(api, probe)) * 1000 for probe in ("/healthz", "/readyz")]
        busy = _latencies(api, path)
        more = (api.worker.memory_info().rss - memory) / 2**20
    shown = [f"{idle[at]:6.1f} → {busy[at]:7.1f}" for at in (49, 98)]
    print(
        f"{name:10}{shown[0]:>16}{shown[1]:>16}{busy[98] / idle[98]:>7.1f}×{more:>10.0f}"
        f"{probes[0]:>9.0f} ms{probes[1]:>9.0f} ms",
        flush=True,
    )


def _latencies(api: Api, path: str) -> list[float]:
    """The percentiles of REQUESTS, in milliseconds; of fewer when the API answers none."""
    until = time.monotonic() + 60

    def ask(_: int) -> float | None:
        return api.seconds(path) if time.monotonic() < until else None

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        found = [seconds * 1000 for seconds in pool.map(ask, range(REQUESTS)) if seconds is not None]
    return quantiles(found, n=100)


def _for_a_while(api: Api, path: str) -> Iterator[float]:
    until = time.monotonic() + PROBES_SECONDS
    while time.monotonic() < until:
        yield api.seconds(path)
        time.sleep(0.02)


@contextmanager
def _waiting_clients(api: Api) -> Iterator[None]:
    grows = start(api.store).id
    jobs = [grows] * STREAMS_THAT_GROW + [QUIET] * (STREAMS - STREAMS_THAT_GROW)
    opened = [_ask_for_stream(job_id) for job_id in jobs]
    with ExitStack() as closing, _beside(lambda: _write(api.store, grows)):
        streams = [closing.enter_context(api.connect(sent)) for sent in opened]
        heads = [closing.enter_context(api.connect(HEAD)) for _ in range(SLOW_HEADS)]
        bodies = [closing.enter_context(api.connect(HEAD + b"Content-Length: 900\r\n\r\n")) for _ in range(SLOW_BODIES)]
        time.sleep(2)
        dripping = _beside(lambda: [_drip(connection) for connection in (*heads, *bodies)], every=1.0)
        with dripping, _beside(lambda: [_read(connection) for connection in streams], every=0.05):
            yield


def _ask_for_stream(job_id: str) -> bytes:
    path = f"{JOBS}/{job_id}/logs"
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n".encode()


def _write(store: Store, job_id: str) -> None:
    end = store.attempts.report(job_id, 1, Report()).log_end
    store.attempts.report(job_id, 1, Report(log_from=end, log_chunk="{'loss': 1.25, 'epoch': 0.5}\n" * 4))


def _drip(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.send(b"x")


def _read(connection: socket.socket) -> None:
    with suppress(OSError):
        while connection.recv(65536):
            pass


@contextmanager
def _beside(act: Callable[[], object], every: float = 0.2) -> Iterator[None]:
    stop = threading.Event()

    def go_on() -> None:
        while not stop.wait(every):
            act()

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def _api(folder: Path, name: str) -> Iterator[Api]:
    with EmbeddedRedis(folder) as redis:
        port = free_port()
        own = {
            "DATA_DIR": str(folder),
            "REDIS_SOCKET": str(redis.socket_path),
            "LOG_LEVEL": "WARNING",
            "RATE_LIMIT": "",
        }
        env = {"PATH": os.environ["PATH"], "ENVIRONMENT": "bench", "SSE_MAX_CLIENTS": "1000", **own}
        argv = ["gunicorn", "api.app:create_app()", "-c", "python:api.gunicorn_hooks", "-k", WORKERS.get(name, name)]
        argv += ["--no-control-socket", "-b", f"127.0.0.1:{port}", "--graceful-timeout", "1"]
        with (folder / "api.log").open("ab") as log:
            master = subprocess.Popen([sys.executable, "-m", *argv], env=env, cwd=folder, stdout=log, stderr=log)
        try:
            os.environ.update(own)
            yield Api(port, _worker(port, master), open_store(load_settings()))
        finally:
            master.terminate()
            master.wait(30)


def _worker(port: int, master: subprocess.Popen[bytes]) -> psutil.Process:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0 and (found := psutil.Process(master.pid).children()):
                return found[0]
        time.sleep(0.1)
    raise SystemExit("the API did not start")


if __name__ == "__main__":
    main(sys.argv[1:])
