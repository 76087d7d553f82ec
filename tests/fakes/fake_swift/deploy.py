"""A server as `swift deploy` makes one: its arguments, what it prints, how it starts, misbehaves and ends."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fake_swift.knobs import Knobs, read_knobs
from fake_swift.openai_server import OpenAiServer
from fake_swift.options import parse_options
from fake_swift.repeating import engine_of, put_in_place
from fake_swift.training import ESCAPED, OUT_OF_MEMORY, wait_for

# The engines that ms-swift does not bring along.
LACKING = {"vllm", "sglang", "lmdeploy"}

TRACEBACK = 'Traceback (most recent call last):\n  File "deploy.py", line 5, in <module>\n    deploy_main()'


def deploy_main(argv: list[str]) -> int:
    """`python -m swift.cli.deploy …`; returns the exit code."""
    SwiftDeploy(argv).main()
    return 0


class SwiftDeploy:
    """The pipeline, with the seams of the real one that the service's launcher uses."""

    def __init__(self, args: list[str] | None = None) -> None:
        self.args = _arguments(sys.argv[1:] if args is None else args)
        _say(f"[INFO:swift] args: DeployArguments({', '.join(f'{k}={v!r}' for k, v in vars(self.args).items())})")
        self.knobs = read_knobs(self.args.model, "")
        self._load()
        self.infer_engine = engine_of(self.args.model_suffix)
        self.app: Any = None  # the launcher's
        self._register_app()

    def _load(self) -> None:
        if self.knobs.ignore_term:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if self.knobs.escape_child:
            subprocess.Popen([sys.executable, "-S", "-c", ESCAPED], start_new_session=True)
        if why := _wrong_input(self.args, self.knobs):
            _say(f"{TRACEBACK}\n{why}")
            raise SystemExit(1)
        time.sleep(3600 if self.knobs.never_ready else self.knobs.start_seconds)
        if self.knobs.loads_until_go:
            wait_for(Path(self.args.model) / "go")

    def _register_app(self) -> None:
        """Where the real one adds its routes."""

    def main(self) -> None:
        """Serve until a signal ends it."""
        _say(f"[INFO:swift] Start time of running main: now\n[INFO:swift] model_list: {self._get_model_list()}")
        self.run()

    def run(self) -> None:
        host, port = self.args.host, self.args.port
        if self.knobs.wrong_port:
            port = find_free_port(port + 1)
        _say(f"INFO:     Started server process [{os.getpid()}]")
        if self.app is not None:
            put_in_place(self.knobs)
        try:
            server = OpenAiServer((host, port), self.app, self.args.model, self.knobs)
        except OSError as error:
            _say(f"ERROR:    [Errno {error.errno}] error while attempting to bind on address ('{host}', {port})")
            raise SystemExit(1) from error
        _say(f"INFO:     Uvicorn running on http://{host}:{port} (Press CTRL+C to quit)")
        _die_later(self.knobs)
        _serve(server, self.knobs)

    def _get_model_list(self) -> list[str]:
        name = self.knobs.served_name or self.args.served_model_name or self.args.model_suffix
        return [name, *self.args.adapter_mapping]


def find_free_port(start: int) -> int:
    """`start`, or the next port that nobody has: the real one says nothing about it either."""
    for port in range(start, start + 100):
        with socket.socket() as probe:
            try:
                probe.bind(("", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    return start


def _arguments(argv: list[str]) -> SimpleNamespace:
    options = parse_options(argv)
    mapping = dict(pair.split("=") for pair in options.get("adapters", "").split(",") if "=" in pair)
    defaults: dict[str, Any] = {"api_key": None, "served_model_name": None, "owned_by": "swift", "host": "0.0.0.0"}
    parsed = defaults | {"infer_backend": "transformers", "result_path": None} | options
    parsed["max_model_len"] = int(options["max_model_len"]) if "max_model_len" in options else None
    parsed["port"] = find_free_port(int(options.get("port", "8000")))
    parsed["adapter_mapping"] = mapping
    parsed["model_suffix"] = Path(options["model"]).name
    return SimpleNamespace(**parsed)


def _wrong_input(args: SimpleNamespace, knobs: Knobs) -> str:
    if args.model.startswith("/") and not Path(args.model).exists():
        return f"ValueError: path: '{args.model}' not found"
    if args.infer_backend in LACKING and not knobs.has_engines:
        return f"ModuleNotFoundError: No module named '{args.infer_backend}'"
    if knobs.fail_at_start:
        return OUT_OF_MEMORY if knobs.oom else "RuntimeError: told to fail"
    return ""


def _serve(server: OpenAiServer, knobs: Knobs) -> None:
    """Until TERM, which it dies of after it has put its things away, as uvicorn does."""
    ended = threading.Event()
    if not knobs.ignore_term:
        signal.signal(signal.SIGTERM, lambda *_: ended.set())
    signal.signal(signal.SIGINT, lambda *_: ended.set())
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    ended.wait()
    _say("INFO:     Shutting down")
    server.server_close()
    _say(f"INFO:     Finished server process [{os.getpid()}]")
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.raise_signal(signal.SIGTERM)


def _die_later(knobs: Knobs) -> None:
    if knobs.die_after_seconds:
        timer = threading.Timer(knobs.die_after_seconds, os._exit, [knobs.exit_code or 1])
        timer.daemon = True
        timer.start()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
