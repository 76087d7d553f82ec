"""Clients as processes (tests/clients), and which there are on this machine."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.clients.answers import Answer, Refused, read_answer
from tests.e2e.clients.types import faults_of
from tests.e2e.conftest import REPOSITORY

MODEL = "qwen"
VECTORS = "vectors"  # a model that makes vectors of texts
PROGRAMS = REPOSITORY / "tests" / "clients"
LANGCHAIN = REPOSITORY / ".venv-clients" / "bin" / "python"
OLDEST_NODE = 20
# Neither a proxy of this machine nor a key of its owner gets into a client.
ENVIRONMENT = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {
    "LANGSMITH_TRACING": "false"
}

PYTHON, NODE, LANG = "openai-python", "openai-node", "langchain"
ALL = (PYTHON, NODE, LANG)


@dataclass(slots=True)
class Client:
    """One running program. What it was answered is held to OpenAI's types, and kept for those who know others."""

    name: str
    process: subprocess.Popen[str]
    log: Path
    seen: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def ask(self, do: str, key: str = "", **body: Any) -> Answer:
        """Raises Refused."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": do, "body": body, "key": key}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"{self.name} ended: {self.log.read_text()[-2000:]}"
        answer = read_answer(json.loads(line))
        self.seen += [(do, part) for part in answer.raw]
        faults = [fault for part in answer.raw for fault in faults_of(do, part)]
        assert faults == [], (do, body)
        return answer

    def chat(self, asked: str | list[Any], do: str = "chat", **body: Any) -> Answer:
        """One question, or a whole conversation; greedily, unless something else is asked for. Raises Refused."""
        messages = [{"role": "user", "content": asked}] if isinstance(asked, str) else asked
        return self.ask(do, **{"model": MODEL, "temperature": 0, "messages": messages} | body)

    def stream(self, asked: str | list[Any], **body: Any) -> Answer:
        return self.chat(asked, "stream", **body)

    def refusal(self, asked: str | list[Any], do: str = "chat", **body: Any) -> Refused:
        """What the client raised; not being refused is a failure."""
        with pytest.raises(Refused) as caught:
            self.chat(asked, do, **body)
        return caught.value

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


def start_client(name: str, url: str, key: str, folder: Path) -> Client:
    """Start one that `absence` knows no reason against."""
    log = folder / f"{name}.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*_argv(name), url, key],
            env=ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    return Client(name, process, log)


def absence(name: str) -> str:
    """Why a client is not there; empty for one that is."""
    if name == LANG and not LANGCHAIN.exists():
        return f"{LANGCHAIN} is not there; `make clients-env` installs it"
    if name == NODE:
        return _no_node()
    return ""


def _no_node() -> str:
    if not (node := shutil.which("node")):
        return "Node.js is not here"
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(told.lstrip("v").partition(".")[0]) < OLDEST_NODE:
        return f"Node.js is {told.strip()}, older than {OLDEST_NODE}"
    if not (PROGRAMS / "node_modules" / "openai").exists():
        return f"{PROGRAMS}/node_modules has no openai; `make clients-env` installs it"
    return ""


def _argv(name: str) -> list[str]:
    programs = {
        PYTHON: (sys.executable, "openai_python.py"),
        NODE: ("node", "openai_node.mjs"),
        LANG: (str(LANGCHAIN), "langchain_python.py"),
    }
    program, script = programs[name]
    return [program, str(PROGRAMS / script)]
