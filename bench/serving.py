"""What our OpenAI API costs inside a model server, beside ms-swift's own: a tiny model, the transformers back end.

python -m bench.serving [rounds]

Three servers are asked the same in turn: `swift deploy` as it comes, the same told to generate eight at a time, and the
service's launcher with its default (eight). Tokens per second are those of all answers together; the model is so small
that most of what is measured is not the model. Needs `make swift-env`. Exit code 1 where ours is slower than ms-swift's
own (below 0.95) at one stream.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import aiohttp

from common.swift.programs import serve_launcher
from common.swift.programs.serve_launcher import SERVER_KEY
from tests.ports import free_port

REPOSITORY = Path(__file__).parents[1]
PYTHON = os.environ.get("SWIFT_PYTHON", str(REPOSITORY / ".venv-swift/bin/python"))
KEY = "bench"
TOKENS = 200
AT_ONCE = 16
LIMIT = 0.95
START_SECONDS = 120
BY_HAND, BY_HAND_8, OURS = "swift deploy", "max_batch_size 8", "ours"


async def one_answer(session: aiohttp.ClientSession, *, stream: bool) -> float:
    """Milliseconds to the first token of a stream, to the end otherwise."""
    # What this model makes of it has spaces: ms-swift streams word by word, and would say nothing until the end.
    messages = [{"role": "system", "content": "a"}, {"role": "user", "content": "hello there"}]
    body = {"model": "qwen", "messages": messages, "max_tokens": TOKENS, "temperature": 0, "stream": stream}
    began, first = time.perf_counter(), 0.0
    async with session.post("/v1/chat/completions", json=body) as answer:
        answer.raise_for_status()
        async for _ in answer.content.iter_any():
            first = first or time.perf_counter() - began
    return 1000 * (first if stream else time.perf_counter() - began)


async def measure(port: int) -> dict[str, float]:
    """One round at one server."""
    headers = {"Authorization": f"Bearer {KEY}"}
    found: dict[str, float] = {}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=headers) as session:
        began = time.perf_counter()
        found["first token of one stream, ms"] = await one_answer(session, stream=True)
        found["tokens per second, one stream"] = TOKENS / (time.perf_counter() - began)
        for name, stream in ((f"{AT_ONCE} streams", True), (f"{AT_ONCE} whole answers", False)):
            began = time.perf_counter()
            await asyncio.gather(*(one_answer(session, stream=stream) for _ in range(AT_ONCE)))
            found[f"tokens per second, {name}"] = TOKENS * AT_ONCE / (time.perf_counter() - began)
    return found


def main(rounds: int = 5) -> int:
    with tempfile.TemporaryDirectory(prefix="swt-bench-") as folder:
        model = Path(folder, "model")
        script = REPOSITORY / "client/demo/make_tiny_model.py"
        subprocess.run([PYTHON, "-P", script, model], check=True, capture_output=True, cwd=folder)
        by_hand = ["-m", "swift.cli.deploy", f"--api_key={KEY}"]
        launched = ["-P", str(serve_launcher.__file__), "--max_batch_size=8"]
        programs = {BY_HAND: by_hand, BY_HAND_8: [*by_hand, "--max_batch_size=8"], OURS: launched}
        found: dict[str, list[dict[str, float]]] = {name: [] for name in programs}
        with servers(Path(folder), model, programs) as ports:
            for _ in range(rounds + 1):  # the first one warms up
                for name, port in ports.items():
                    found[name].append(asyncio.run(measure(port)))
    return tell({name: runs[1:] for name, runs in found.items()})


def tell(found: dict[str, list[dict[str, float]]]) -> int:
    print(f"medians of {len(found[OURS])} rounds, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"{'':<40}{BY_HAND:>14}{BY_HAND_8:>18}{OURS:>10}{'ratio':>8}")
    kept = True
    for row in found[OURS][0]:
        first, second, ours = (median(run[row] for run in found[name]) for name in (BY_HAND, BY_HAND_8, OURS))
        print(f"{row:<40}{first:>14.1f}{second:>18.1f}{ours:>10.1f}{ours / first:>8.2f}")
        kept = kept and (row != "tokens per second, one stream" or ours / first >= LIMIT)
    print(f"one stream at least {LIMIT} of ms-swift's own: {'kept' if kept else 'MISSED'}")
    return 0 if kept else 1


@contextmanager
def servers(folder: Path, model: Path, programs: dict[str, list[str]]) -> Iterator[dict[str, int]]:
    """Their ports, once all of them answer."""
    environ = {"PATH": os.defpath, "HOME": str(folder), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", SERVER_KEY: KEY}
    ports = {name: free_port() for name in programs}
    running = []
    try:
        for name, program in programs.items():
            options = [f"--model={model}", "--model_type=qwen2", "--template=qwen", "--torch_dtype=float32"]
            options += ["--host=127.0.0.1", f"--port={ports[name]}", "--served_model_name=qwen", "--log_interval=-1"]
            options += ["--verbose=false", "--infer_backend=transformers"]
            log = (folder / f"{ports[name]}.log").open("wb")
            running.append(
                subprocess.Popen([PYTHON, *program, *options], env=environ, cwd=folder, stdout=log, stderr=log)
            )
        for port in ports.values():
            asyncio.run(ready(port, folder / f"{port}.log"))
        yield ports
    finally:
        for process in running:
            process.kill()
            process.wait()


async def ready(port: int, log: Path) -> None:
    """Ends this process with the server's log where it does not come."""
    until = time.monotonic() + START_SECONDS
    async with aiohttp.ClientSession() as session:
        while time.monotonic() < until:
            try:
                async with session.get(f"http://127.0.0.1:{port}/health") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                await asyncio.sleep(0.2)
    sys.exit(log.read_text(errors="replace")[-3000:])


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
