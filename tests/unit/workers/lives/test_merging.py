"""Where a model is written until it is whole."""

from pathlib import Path

from tests.builders import make_job
from workers.lives.merging import cleared, unfinished


def test_what_one_job_clears_away_is_not_what_another_writes(tmp_path: Path) -> None:
    """A training clears behind its end; an export of it may have begun by then, and writes the same model."""
    target = tmp_path / "merged"
    written = unfinished(target, make_job("export"))
    written.mkdir()

    cleared(target, make_job("training"))

    assert written.is_dir()
    assert cleared(target, make_job("export")) == written
    assert not written.exists()
