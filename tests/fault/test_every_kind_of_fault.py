"""Rounds of each kind of fault under a stream of jobs: none is lost, none runs twice, nothing is left."""

from pathlib import Path

import pytest

from tests.soak.engine import soak
from tests.soak.faults import KINDS
from tests.soak.table import table

pytestmark = [pytest.mark.fault, pytest.mark.timeout(900)]


@pytest.mark.parametrize(("rounds", "seed"), [(1, 7), pytest.param(2, 8, marks=pytest.mark.long)])
def test_rounds_of_each_kind_lose_nothing_and_leave_nothing(tmp_path: Path, rounds: int, seed: int) -> None:
    found = soak(list(KINDS), rounds, seed, thorough=False, folder=tmp_path)

    assert not any(counts.bad() for counts in found.values()), f"\n{table(found)}"
    assert sum(counts.rounds for kind, counts in found.items() if kind in KINDS) == rounds * len(KINDS)
