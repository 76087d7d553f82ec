"""Three rounds of each kind of fault under a stream of jobs: none is lost, none runs twice, nothing is left."""

from pathlib import Path

import pytest

from tests.soak.engine import soak
from tests.soak.faults import KINDS
from tests.soak.table import table

pytestmark = [pytest.mark.fault, pytest.mark.timeout(900)]

ROUNDS = 3
SEED = 7


def test_three_rounds_of_each_kind_lose_nothing_and_leave_nothing(tmp_path: Path) -> None:
    found = soak(list(KINDS), ROUNDS, SEED, thorough=False, folder=tmp_path)

    assert not any(counts.bad() for counts in found.values()), f"\n{table(found)}"
    assert sum(counts.rounds for kind, counts in found.items() if kind in KINDS) == ROUNDS * len(KINDS)
