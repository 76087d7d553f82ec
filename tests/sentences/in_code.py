"""Finds the English sentences that the service's code makes, as the templates of api.language.chinese have them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.sentences.english_only import NO_SENTENCES, NOT_FOR_USERS

ROOT = Path(__file__).parents[2]
PACKAGES = ("api", "common", "deploy", "scheduler", "workers")

# What stands there is a part of the OpenAPI document.
_DOCUMENTING = {"metadata", "description", "summary", "example"}
_BLANKS = re.compile(r"\{\}(?: ?\{\})*")


def sentences(root: Path = ROOT) -> dict[str, str]:
    """Each sentence that may reach a user, with {} for its values, and where it is made, in the tree below `root`."""
    found: dict[str, str] = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            name = str(path.relative_to(root))
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
