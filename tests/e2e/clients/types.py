"""Answers as they were sent, held to the types of OpenAI's clients: a field that is missing, unknown or of another kind
is a fault. Python's types by their models, TypeScript's by the compiler.
"""

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from openai.types import Completion, CreateEmbeddingResponse, Model
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import BaseModel

from tests.openai_types import strict_faults

Part = tuple[str, dict[str, Any]]  # what was asked for, and what came


class Models(BaseModel):
    """A list of models; the client has a page in its place."""

    object: str
    data: list[Model]


# By what was asked for: the type in Python, and in TypeScript.
TYPES: dict[str, tuple[Any, str]] = {
    "chat": (ChatCompletion, "OpenAI.Chat.Completions.ChatCompletion"),
    "stream": (ChatCompletionChunk, "OpenAI.Chat.Completions.ChatCompletionChunk"),
    "completion": (Completion, "OpenAI.Completions.Completion"),
    "completion_stream": (Completion, "OpenAI.Completions.Completion"),
    "embeddings": (CreateEmbeddingResponse, "OpenAI.Embeddings.CreateEmbeddingResponse"),
    "models": (Models, "{ object: string; data: OpenAI.Models.Model[] }"),
    "response": (Response, "OpenAI.Responses.Response"),
    "response_stream": (ResponseStreamEvent, "OpenAI.Responses.ResponseStreamEvent"),
}
ADDED = "output_text"  # by the client for Node, to each response
# What OpenAI's own answers have, whatever the types say: `store`, and nulls in these.
UNTYPED = ("store", "response.store")
NULLS_SENT = ((None, "usage"), (None, "user"))
COMPILER = {"strict": True, "noEmit": True, "module": "nodenext", "target": "es2022", "skipLibCheck": True, "types": []}


def faults_of(do: str, part: dict[str, Any]) -> list[str]:
    """In the eyes of the client for Python."""
    if do not in TYPES:
        return []
    sent = {name: value for name, value in part.items() if (do, name) != ("response", ADDED)}
    return strict_faults(TYPES[do][0], _as_typed(do, sent), also=UNTYPED)


def typescript_faults(parts: Iterable[Part], folder: Path, node_modules: Path) -> str:
    """In the eyes of the client for Node: what its compiler says of them, written as literals."""
    folder.joinpath("node_modules").symlink_to(node_modules)
    lines = ['import type OpenAI from "openai";']
    lines += [f"({json.dumps(_for_typescript(do, part))}) satisfies {TYPES[do][1]};" for do, part in parts]
    folder.joinpath("answers.mts").write_text("\n".join(lines), encoding="utf-8")
    folder.joinpath("tsconfig.json").write_text(json.dumps({"compilerOptions": COMPILER, "files": ["answers.mts"]}))
    argv = [node_modules / ".bin" / "tsc", "-p", folder, "--pretty", "false"]
    return subprocess.run(argv, capture_output=True, text=True, check=False).stdout


def _as_typed(do: str, part: dict[str, Any]) -> dict[str, Any]:
    """A text completion that goes on has a null in OpenAI's own streams, of which its clients' types know nothing."""
    if do != "completion_stream":
        return part
    choices = [{**choice, "finish_reason": choice["finish_reason"] or "stop"} for choice in part["choices"]]
    return part | {"choices": choices}


def _for_typescript(do: str, part: dict[str, Any]) -> dict[str, Any]:
    if do == "response":
        return _response(part)
    if do == "response_stream" and "response" in part:
        return part | {"response": _response(part["response"])}
    return _as_typed(do, part)


def _response(made: dict[str, Any]) -> dict[str, Any]:
    typed = {name: value for name, value in made.items() if name not in UNTYPED and (value, name) not in NULLS_SENT}
    return {ADDED: "", **typed}
