"""What the gateway costs: the same requests to a fast fake model server, directly and through the gateway, in turn.

python -m bench.gateway [rounds]

Small completions one at a time and 32 at a time; 64 streams at the pace of an engine (50 tokens a second each), and as
fast as they go. The fake server, the gateway and the load are a process each; with fewer cores than that, what happens
at full load is a share of them, so the gateway's own CPU time is printed, too.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import psutil

from client.stack.embedded_redis import EmbeddedRedis
from tests.integration.deploy.gateway.gateway_process import API_KEY, gateway_process
from tests.ports import free_port
from tests.real_stack import eventually

MODEL = "bench"
STREAMS = 64
PACED_TOKENS, PACE_SECONDS = 250, 0.02
FAST_TOKENS = 1000
EVENT = (
    b'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"bench","choices":[{"index":0,'
    b'"delta":{"content":"word "},"finish_reason":null}]}\n\n'
)
ANSWER = (
    b'{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"bench","choices":[{"index":0,"message":'
    b'{"role":"assistant","content":"hello there"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,'
    b'"completion_tokens":2,"total_tokens":7}}'
)

Results = dict[str, dict[str, list[float]]]


def main(rounds: int) -> None:
    server_port = free_port()
    server = subprocess.Popen([sys.executable, "-m", "bench.gateway", "serve", str(server_port)])
    results: Results = {"direct": defaultdict(list), "gateway": defaultdict(list)}
    with tempfile.TemporaryDirectory(prefix="swt-bench-") as name:
        redis = EmbeddedRedis(Path(name))
        redis.start()
        try:
            with gateway_process(
                Path(name), redis.socket_path, GATEWAY_CONNECT_SECONDS=10, GATEWAY_REFRESH_SECONDS=0.5
            ) as gateway:
                gateway.serve(MODEL, f"http://127.0.0.1:{server_port}")
                eventually(lambda: gateway.chat(MODEL).status_code, lambda status: status == 200)
                process = psutil.Process(gateway.process.pid)
                ports = {"direct": server_port, "gateway": gateway.port}
                for _ in range(rounds):
                    for way, port in ports.items():
                        asyncio.run(_measure(port, results[way], lambda: sum(process.cpu_times()[:2])))
                memory = process.memory_info().rss / 2**20
        finally:
            redis.stop()
            server.terminate()
            server.wait()
    _print(results, rounds, memory)


async def _measure(port: int, into: dict[str, list[float]], cpu_seconds: Callable[[], float]) -> None:
    await _completions(port, at_a_time=4, count=40)
    times = await _completions(port, at_a_time=1, count=300)
    _add_times(into, "completion, 1 at a time", times)
    before, began = cpu_seconds(), time.perf_counter()
    times = await _completions(port, at_a_time=32, count=1600)
    into["completions per second, 32 at a time"].append(1600 / (time.perf_counter() - began))
    into["gateway CPU, us per completion"].append(1e6 * (cpu_seconds() - before) / 1600)
    _add_times(into, "completion, 32 at a time", times)
    before = cpu_seconds()
    times, rate = await _streams(port, PACED_TOKENS, PACE_SECONDS)
    into["gateway CPU, us per token"].append(1e6 * (cpu_seconds() - before) / (STREAMS * PACED_TOKENS))
    _add_times(into, f"first token of {STREAMS} paced streams", times)
    into[f"tokens per second, {STREAMS} paced streams"].append(rate)
    _, rate = await _streams(port, FAST_TOKENS, 0)
    into[f"tokens per second, {STREAMS} fast streams"].append(rate)


def _add_times(into: dict[str, list[float]], name: str, times: list[float]) -> None:
    ordered = sorted(times)
    into[f"{name}, p50 ms"].append(1000 * ordered[len(ordered) // 2])
    into[f"{name}, p99 ms"].append(1000 * ordered[int(len(ordered) * 0.99)])


async def _completions(port: int, at_a_time: int, count: int) -> list[float]:
    request, times = _request({"model": MODEL, "messages": [{"role": "user", "content": "hi"}]}), []

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(count // at_a_time):
            began = time.perf_counter()
            writer.write(request)
            await reader.readexactly(_length(await _good_head(reader)))
            times.append(time.perf_counter() - began)
        writer.close()

    await asyncio.gather(*(client() for _ in range(at_a_time)))
    return times


async def _streams(port: int, tokens: int, pace_seconds: float) -> tuple[list[float], float]:
    """Seconds to each stream's first token, and tokens per second of all together."""
    request = _request({"model": MODEL, "stream": True, "tokens": tokens, "pace": pace_seconds, "messages": []})
    firsts: list[float] = []

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        began, got, tail = time.perf_counter(), 0, b""
        writer.write(request)
        await _good_head(reader)
        while not tail.endswith(b"0\r\n\r\n"):
            data = await reader.read(65536)
            assert data, "the stream broke off"
            if not got and b"data:" in data:
                firsts.append(time.perf_counter() - began)
            got += data.count(b'"word "')
            tail = (tail + data)[-7:]
        # One that is cut in two by a read is not counted.
        assert tokens * 0.9 < got <= tokens, got
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(STREAMS)))
    return firsts, STREAMS * tokens / (time.perf_counter() - began)


async def _good_head(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 "), head
    return head


def _request(body: dict[str, object]) -> bytes:
    data = json.dumps(body).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {API_KEY}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r")[0])


async def serve(port: int) -> None:
    """The fake model server: as little HTTP as it takes."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                body = json.loads(await reader.readexactly(_length(head)))
                if body.get("stream"):
                    await _stream(writer, body["tokens"], body["pace"])
                else:
                    plain = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                    writer.write(plain % (len(ANSWER), ANSWER))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


async def _stream(writer: asyncio.StreamWriter, tokens: int, pace_seconds: float) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(tokens):
        writer.write(b"%x\r\n%s\r\n" % (len(EVENT), EVENT))
        await writer.drain()
        await asyncio.sleep(pace_seconds)
    writer.write(b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n")


def _print(results: Results, rounds: int, memory_mib: float) -> None:
    print(f"medians of {rounds} rounds, {os.cpu_count()} cores")
    print(f"{'':<44}{'direct':>10}{'gateway':>10}{'added':>10}{'ratio':>8}")
    for name in results["direct"]:
        direct, through = (statistics.median(results[way][name]) for way in ("direct", "gateway"))
        if name.startswith("gateway"):
            print(f"{name:<44}{'':>10}{through:>10.1f}")
        else:
            print(f"{name:<44}{direct:>10.2f}{through:>10.2f}{through - direct:>10.2f}{through / direct:>8.2f}")
    print(f"{'gateway memory at the end, MiB':<44}{'':>10}{memory_mib:>10.1f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(int(sys.argv[2])))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
