"""Data in the shapes in which people have them, through the real ms-swift: what is learned is what was meant."""

from pathlib import Path
from typing import Any

import pytest

from common.swift.inputs import check_data_path, judge_for, renamed_columns
from tests.e2e.workers.conftest import Bench
from tests.shapes.case import Case, write_records
from tests.shapes.cases import CASES
from tests.shapes.encoded import encoded
from tests.shapes.hints import HINTS

pytestmark = pytest.mark.e2e

ALL = [*CASES, *(hint.followed for hint in HINTS)]
NUMBERED = [pytest.param(number, case, id=f"{case.method}: {case.name}") for number, case in enumerate(ALL)]


@pytest.fixture(scope="module")
def answers(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """All in one process: its imports are what takes the time."""
    return encoded(bench, tmp_path_factory.mktemp("shapes"), ALL)


@pytest.mark.parametrize(("number", "case"), NUMBERED)
def test_the_model_gets_what_the_record_means(number: int, case: Case, answers: list[Any], tmp_path: Path) -> None:
    write_records(data := tmp_path / f"data{case.ending}", case.records)

    assert check_data_path(data, renamed_columns(case.extra), judge=judge_for(case.method, case.extra)) == []
    assert answers[number] == case.rows
