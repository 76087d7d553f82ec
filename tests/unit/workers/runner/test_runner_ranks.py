"""How the ranks of a phase are started."""

import os
from pathlib import Path

import pytest

from workers.runner.ranks import Ranks, StartFailed, start
from workers.runner.spec import ProcessSpec, RunnerSpec


@pytest.mark.timeout(20)
def test_a_rank_whose_log_is_a_fifo_is_not_started_and_does_not_keep_the_runner(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "output.log")
    process = ProcessSpec(0, ("true",), {}, str(tmp_path), str(tmp_path / "output.log"))

    with pytest.raises(StartFailed, match="rank 0: "):
        start(Ranks(), RunnerSpec("job", 1, "merge", (process,)), None)
