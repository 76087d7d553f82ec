"""Each room of the tree says in its first sentence what is in it and, behind a semicolon, what is not."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TOPS = ("api", "client", "common", "deploy", "scheduler", "workers")
ROOMS = sorted(path for top in TOPS for path in ROOT.joinpath(top).rglob("__init__.py"))


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: str(path.parent.relative_to(ROOT)))
def test_a_room_says_what_is_in_it_and_what_is_not(room: Path) -> None:
    told = ast.get_docstring(ast.parse(room.read_text(encoding="utf-8"))) or ""
    sentence = " ".join(told.partition("\n\n")[0].split())

    assert "; " in sentence
    assert ". " not in sentence, "one sentence; what else there is to say is a paragraph of its own"
