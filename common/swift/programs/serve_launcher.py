"""Serves a model with ms-swift, as `python -m swift.cli.deploy` does, with a key that is in no argument, log or file.

Runs in the swift interpreter, from its file: `python -P serve_launcher.py --model=… --port=…`; nothing but the standard
library, ms-swift and what ms-swift brings. The key comes by the environment. Ends with PORT_TAKEN when somebody else
has the port, where ms-swift would silently listen on the next free one.
"""

# The swift environment has these libraries; the environment that mypy sees does not.
# mypy: disable-error-code="import-not-found, no-any-unimported"

import ctypes
import errno
import hmac
import importlib.util
import json
import logging
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SERVER_KEY = "SWIFT_TRAINER_SERVER_KEY"
GPU_MEMORY_FRACTION = "SWIFT_TRAINER_GPU_MEMORY_FRACTION"
# `any` leaves addresses of pictures to ms-swift. Otherwise, `public` included, whoever may fetch them did so before.
MEDIA_URLS = "SWIFT_TRAINER_MEDIA_URLS"
# The service's own rule: beside this file on a machine that has nothing else of the service, else where it always is.
MEDIA_RULES = (Path(__file__).parent / "asked_media", Path(__file__).parents[2] / "asked_media")
SERVING = Path(__file__).parent / "serving"

USAGE = 2
PORT_TAKEN = 75  # EX_TEMPFAIL of sysexits.h: somewhere else, or later, it may go well
DEFAULT_HOST, DEFAULT_PORT = "0.0.0.0", 8000  # noqa: S104 - ms-swift's own, if nothing is said

HEALTH = "/health"
# The service looks at these every few seconds; each look would be a line of the log.
PROBED = (HEALTH, "/v1/models")


def main(argv: Sequence[str]) -> int:
    """Serve until a signal ends the process; returns only when it cannot begin."""
    key = take_secret(SERVER_KEY)
    fraction = os.environ.pop(GPU_MEMORY_FRACTION, "")
    policy = os.environ.pop(MEDIA_URLS, "")
    if not key:
        print(f"{SERVER_KEY} is not set: a server without a key would answer anybody", file=sys.stderr)
        return USAGE
    address = (_option(argv, "host") or DEFAULT_HOST, int(_option(argv, "port") or DEFAULT_PORT))
    if is_taken(address):
        return _port_taken(address)
    limit_gpu_memory(fraction)
    logging.getLogger("uvicorn.access").addFilter(is_no_probe)
    server_class(key, address, policy)(list(argv)).main()
    return 0


def take_secret(name: str) -> str:
    """The variable's value, which is gone afterwards: for children, and for whoever reads /proc/<pid>/environ."""
    getenv = ctypes.CDLL(None).getenv
    getenv.restype = ctypes.c_void_p
    place = getenv(name.encode())
    value = os.environ.pop(name, "")
    if place:
        ctypes.memset(place, 0, len(os.fsencode(value)))
    return value


def is_taken(address: tuple[str, int]) -> bool:
    """Whether somebody listens there. Connections of an earlier server that fade out do not count."""
    with socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return True
            raise
    return False


def limit_gpu_memory(fraction: str) -> None:
    """Let PyTorch take no more than this share of each GPU; a share that others rely on."""
    if not fraction:
        return
    import torch  # noqa: PLC0415 - seconds, and only some servers need it

    if torch.cuda.is_available():
        for device in range(torch.cuda.device_count()):
            torch.cuda.set_per_process_memory_fraction(float(fraction), device)


def is_no_probe(record: logging.LogRecord) -> bool:
    """Of uvicorn's access log: (client, method, path, version, status)."""
    line = record.args
    return not (isinstance(line, tuple) and len(line) == 5 and line[2] in PROBED and line[4] == 200)


def load(name: str, *folders: Path) -> Any:
    """A package of the service's, from the first of these folders that is there, as nothing else of ours is here."""
    folder = next(folder for folder in folders if folder.is_dir())
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        raise ImportError(str(folder))
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def server_class(key: str, address: tuple[str, int], policy: str) -> Any:
    """ms-swift's pipeline, told after its arguments were parsed and logged what it may not or does not read there, and
    with OpenAI's API in place of its own routes.
    """

    class Server(_deploy_module().SwiftDeploy):  # type: ignore[misc]
        def _register_app(self) -> None:
            # The last thing before the routes, in every release; 4.6 adds the check of the key behind them.
            self.args.api_key = key
            self.args.port = address[1]
            _tell_engine(self.infer_engine, self.args)
            super()._register_app()

        def run(self) -> None:
            if is_taken(address):  # while the model was loaded
                raise SystemExit(_port_taken(address))
            # The key is outside: whoever has none is refused before anything of the body is read.
            self.app: Any = guarded(door(self, policy), key)
            super().run()

    return Server


def door(pipeline: Any, policy: str) -> Any:
    """OpenAI's API in front of the pipeline's engine."""
    serving = load("swift_trainer_serving", SERVING)
    rule = load(MEDIA_RULES[0].name, *MEDIA_RULES)
    # With `public`, whoever may fetch did so before.
    kept = rule.ANY if policy == rule.ANY else rule.DENY

    def open_routes() -> Any:
        args = pipeline.args
        return serving.Routes(
            serving.open_engine(pipeline), pipeline._get_model_list(), args.owned_by, args.infer_backend
        )

    return serving.Door(open_routes, lambda body: rule.media_urls(body, kept), rule.MediaRefused)


def guarded(app: Any, key: str) -> Any:
    """The ASGI app, which nobody reaches without the key, by whatever path, method or protocol.

    ms-swift lets `/v1/models` and `/ping` be read by anybody, releases before 4.6 its manual as well. But for
    `/health`, which says nothing: Kubernetes and clouds ask there and have no key.
    """
    expected = f"Bearer {key}".encode()

    async def guard(scope: Any, receive: Any, send: Any) -> None:
        sent = [value for name, value in scope.get("headers", ()) if name == b"authorization"]
        is_known = len(sent) == 1 and hmac.compare_digest(sent[0], expected)
        if is_known or scope["type"] == "lifespan" or _asks_for_health(scope):
            await app(scope, receive, send)
        elif scope["type"] == "http":
            await _refuse(send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    return guard


def _asks_for_health(scope: Any) -> bool:
    return scope["type"] == "http" and scope["path"] == HEALTH and scope["method"] in {"GET", "HEAD"}


async def _refuse(send: Any) -> None:
    """In the shape of OpenAI's errors."""
    error = {"message": "API key error", "type": "invalid_request_error", "param": None, "code": "invalid_api_key"}
    body = json.dumps({"error": error}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"www-authenticate", b"Bearer"),
    ]
    await send({"type": "http.response.start", "status": 401, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _tell_engine(engine: Any, args: Any) -> None:
    # Answers otherwise name the model's folder.
    engine.model_name = args.served_model_name or engine.model_name
    if args.infer_backend in {"transformers", "pt"} and args.max_model_len:
        # That back end takes its limit from config.json only.
        engine.max_model_len = min(engine.max_model_len or args.max_model_len, args.max_model_len)


def _deploy_module() -> Any:
    try:
        import swift.pipelines.infer.deploy as module  # noqa: PLC0415 - a child that vLLM spawns reads this file, too
    except ModuleNotFoundError as missing:
        if missing.name != "swift.pipelines":
            raise
        import swift.llm.infer.deploy as module  # noqa: PLC0415 - releases before 4.0
    return module


def _option(argv: Sequence[str], name: str) -> str:
    start = f"--{name}="
    return next((item[len(start) :] for item in argv if item.startswith(start)), "")


def _port_taken(address: tuple[str, int]) -> int:
    print(f"port {address[1]} is taken by another process", file=sys.stderr)
    return PORT_TAKEN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
