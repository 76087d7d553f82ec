"""Finds the English sentences that the service's code makes, as the templates of api.language.chinese have them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[5]
PACKAGES = ("api", "common", "deploy", "scheduler", "workers")

# What is said there is for whoever runs the service, or for the OpenAPI document: it is in English, as the logs are.
NOT_FOR_USERS = (
    "api/app.py",
    "api/language/catalogue.py",  # holds both languages side by side
    "api/language/chinese/",
    "api/manual/pages.py",
    "api/monitoring/",
    "api/manual/openapi.py",
    "api/services/doorbell.py",
    "common/secret.py",  # a mistake of ours
    "api/flower.py",  # ends a process, or answers as Flower does
    "api/live/frames.py",  # the syntax of event streams, and comments that clients skip
    "api/views/progress.py",
    "api/resources/",  # speaks through services and schemas
    "common/messaging/broker.py",
    "common/messaging/app.py",
    "common/messaging/worker.py",
    "common/setting_values.py",
    "common/settings.py",
    "common/store/logs.py",  # stands in a job's log, which is ms-swift's and in English
    "common/store/passes.py",
    "common/swift/options/catalog.py",
    "common/asked_media/",  # of answers to requests for models, as are those of the gateway
    "deploy/gateway/",  # answers as OpenAI's servers do, in English whoever asks
    "deploy/platforms/cloud/service_document.py",  # the shell script of a machine
    "common/store/consistency.py",
    "scheduler/main.py",
    "scheduler/tasks.py",
    "workers/attempts/ends.py",  # ends that are no job's
    "workers/node/inventory/",
    "workers/main.py",
    "workers/tasks.py",
    "workers/runner/__main__.py",
    "workers/runner/cgroup_places.py",
    "workers/runner/cgroups.py",
    "workers/runner/ending.py",
    "workers/runner/kernel.py",
    "workers/runner/life.py",
    "workers/runner/log_space.py",
    "workers/node/name.py",  # ends a worker, not a job
    "workers/runner/spec.py",
    "workers/runner/supervise.py",
    "common/swift/programs/describe_options.py",
    "common/swift/programs/push_model.py",  # stands in the log
    "workers/swift/installed.py",
    "workers/swift/log_excerpt.py",
    "workers/watchdog/stacks.py",  # stands in the log
)
# Of no sentence; blanks stand for values.
NO_SENTENCES = {
    "Bearer",
    'Bearer realm="swift-trainer"',
    "default-src 'none'; frame-ancestors 'none'",
    'id: 1:6\nevent: log\ndata: {"text":"…"}',
    "come back with Last-Event-ID",  # a comment of a stream
    "too slow: come back with Last-Event-ID",
    # Mistakes of a programmer, which no request brings about
    "this job is no deployment",
    "job {} is no deployment",
    "the key of a request that is kept has to be sealed",
    "take the node first",
    "local function verb()\n{}\nend",  # a frame of Lua
    "API key error",  # of a model server, which answers as OpenAI's do
    "the body is too large",  # of an error of which only the kind is told
    "messages, query and response, instruction and output, text, …",  # names of columns
}
# What stands there is a part of the OpenAPI document.
_DOCUMENTING = {"metadata", "description", "summary", "example"}
_BLANKS = re.compile(r"\{\}(?: ?\{\})*")


def sentences() -> dict[str, str]:
    """Each sentence that may reach a user, with {} for its values, and where it is made."""
    found: dict[str, str] = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if not name.startswith(NOT_FOR_USERS):
                for line, text in _texts(ast.parse(path.read_text())):
                    found.setdefault(text, f"{name}:{line}")
    return {text: where for text, where in found.items() if is_sentence(text)}


def is_sentence(text: str) -> bool:
    """Whether there are words in it, not a name or a sign only."""
    words = blanked(text)
    return " " in words and words not in NO_SENTENCES and re.search("[a-z]{2}", words) is not None


def blanked(template: str) -> str:
    """One spelling for what code and table may spell in two ways: values at the ends and side by side do not count."""
    return _BLANKS.sub("{}", template).removeprefix("{}").removesuffix("{}").strip()


def _texts(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.JoinedStr):
        yield node.lineno, "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.lineno, node.value
    for child in _speaking(node):
        yield from _texts(child)


def _speaking(node: ast.AST) -> Iterator[ast.AST]:
    """The children without docstrings, what documents, patterns, and the pieces of an f-string between its values."""
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        yield from (value for key, value in pairs if not (isinstance(key, ast.Constant) and key.value in _DOCUMENTING))
        return
    if _is_pattern(node):
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.keyword) and child.arg in _DOCUMENTING and not _is_abort(node):
            continue
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue
        if not (isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant)):
            yield child


def _is_abort(node: ast.AST) -> bool:
    """Its description is what a user is told."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "abort"


def _is_pattern(node: ast.AST) -> bool:
    """A regular expression reads what others wrote."""
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile"
