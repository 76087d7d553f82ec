"""The check that every sentence has its Chinese: what it finds, and that nothing but a release waits for it."""

from pathlib import Path

import pytest

from api.language.chinese import TABLE
from tests.sentences.__main__ import main
from tests.sentences.compare import made_nowhere, without_chinese
from tests.sentences.in_code import sentences

CODE = '''"""A module's docstring is for its readers."""

def refuse(job: str, node: str) -> None:
    """Nor this."""
    if node:
        raise StateConflict(f"there is no job '{job}'")
    raise StateConflict(f"job '{job}' cannot fly to {node}" + "; it has no wings at all")
'''


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A service with one sentence that is known and two that are not."""
    module = tmp_path / "api" / "services" / "wings.py"
    module.parent.mkdir(parents=True)
    module.write_text(CODE)
    return tmp_path


def test_a_sentence_without_chinese_is_found_where_it_is_made(tree: Path) -> None:
    assert without_chinese(sentences(tree)) == {
        "job '{}' cannot fly to {}": "api/services/wings.py:7",
        "; it has no wings at all": "api/services/wings.py:7",
    }


def test_a_row_makes_a_sentence_known(tree: Path) -> None:
    row = ("job '{job}' cannot fly to {node}; it has no wings at all", "任务 '{job}' 无法飞到 {node}")

    assert without_chinese(sentences(tree), {"message": [*TABLE["message"], row]}) == {}


def test_a_row_of_a_sentence_that_nobody_makes_is_found(tree: Path) -> None:
    table = {"message": [("there is no job '{job}'", "任务不存在"), ("there is no moon over {node}", "没有月亮")]}

    assert made_nowhere(sentences(tree), table) == {"there is no moon over"}


def test_a_missing_sentence_is_a_warning_and_stops_a_release_only(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], tree) == 0
    assert "warning: api/services/wings.py:7: no Chinese for \"job '{}' cannot fly to {}\"" in capsys.readouterr().out

    assert main(["--strict"], tree) == 1
    assert "error: api/services/wings.py:7: no Chinese for" in capsys.readouterr().out
