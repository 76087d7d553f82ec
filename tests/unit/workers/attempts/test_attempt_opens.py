"""An attempt whose folder cannot be written: what lives goes on, what does not is the node's trouble."""

import errno
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from common.reasons import Reason
from common.states import JobState
from tests.builders import make_job
from workers.attempts import attempt as attempt_module
from workers.attempts.attempt import Attempt
from workers.attempts.folder import folder_of
from workers.attempts.phase import InfrastructureFailed
from workers.runner.lock import take_lock

JOB = make_job(state=JobState.RUNNING, attempt=1)


@pytest.fixture
def adopted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Attempt:
    """An attempt that an earlier worker began, on a disk that is full by now."""
    folder = folder_of(tmp_path, JOB, 1)
    folder.create(JOB, 1)
    folder.phase_dir("train").mkdir()
    node: Any = SimpleNamespace(name="node-1", store=SimpleNamespace(attempts=None))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(attempt_module, "remember", full)
    return Attempt(node, JOB, 1, folder, lambda _: None)


def test_a_full_disk_does_not_end_what_lives(adopted: Attempt) -> None:
    lock = take_lock(adopted.folder.phase_dir("train"))
    assert lock is not None

    adopted.open({})

    os.close(lock)
    assert adopted.folder.record()["job_id"] == "one"


def test_a_full_disk_is_the_nodes_trouble_where_nothing_lives(adopted: Attempt) -> None:
    with pytest.raises(InfrastructureFailed, match="the disk of node node-1 is full") as failed:
        adopted.open({})

    assert failed.value.reason is Reason.DISK_FULL
