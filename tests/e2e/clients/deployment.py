"""A tiny model that was taught a few things, served by the real ms-swift behind a real gateway, and clients of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from client.stack.embedded_redis import EmbeddedRedis
from tests.e2e.clients.clients import MODEL, VECTORS, Client, absence, start_client
from tests.e2e.clients.lessons import write_lessons
from tests.e2e.conftest import PHASE_SECONDS
from tests.e2e.workers.conftest import TINY, Bench, environments, tiny_spec
from tests.e2e.workers.warm import warm_swift
from tests.integration.deploy.gateway.gateway_process import API_KEY, gateway_process
from tests.serving import KEY, RunningServer, Servers
from workers.lives.server.probe import ProbeKind

CONTEXT_TOKENS = 2048
STEPS = 120
LESSON = {
    "train_type": "full",
    "torch_dtype": "float32",
    "learning_rate": 1e-2,
    "max_length": 1024,
    "save_steps": STEPS,
}


@dataclass(frozen=True, slots=True)
class Deployment:
    """`server` is that of the model that was taught."""

    server: RunningServer
    clients: dict[str, Client]


@contextmanager
def deployment(python: str, folder: Path, names: list[str]) -> Iterator[Deployment]:
    """All of it, with those clients that are on this machine."""
    redis = EmbeddedRedis(folder / "redis")
    servers = Servers(folder, python)
    clients: dict[str, Client] = {}
    redis.start()
    try:
        with warm_swift(python, environments(folder, 1)[0], folder) as warm:
            bench = Bench(python, folder, folder / "model", folder / "lessons.jsonl", warm)
            write_lessons(bench.dataset)
            bench.demo("make_tiny_model.py", str(bench.model), "0", str(bench.dataset))
            vectors = servers.start(bench.model, name=VECTORS, extra_args=TINY | {"task_type": "embedding"})
            server = servers.start(taught(bench), extra_args=TINY, max_model_len=CONTEXT_TOKENS)
        with gateway_process(folder, redis.socket_path) as gateway:
            for name in names:
                if not absence(name):
                    clients[name] = start_client(name, f"{gateway.url}/v1", API_KEY, folder)
            for model, running in ((MODEL, server), (VECTORS, vectors)):
                assert running.wait_for(ProbeKind.READY, PHASE_SECONDS).is_ready, running.log.read_text()
                gateway.serve(model, f"http://127.0.0.1:{running.port}", api_key=KEY)
            yield Deployment(server, clients)
    finally:
        for client in clients.values():
            client.end()
        servers.end()
        redis.stop()


def taught(bench: Bench) -> Path:
    """The model after its lessons."""
    output = bench.folder / "taught"
    verdict = bench.train(tiny_spec(LESSON, extra_args={"max_steps": STEPS, "save_only_model": True}), output)
    assert verdict.ok, verdict
    return output / f"checkpoint-{STEPS}"
