import os
from pathlib import Path

from workers.runner_control import RankProcess
from workers.watchdog.stacks import write_stacks

ME = RankProcess(0, os.getpid(), 1)


def environment(folder: Path, script: str) -> str:
    """An interpreter with a py-spy beside it that does this."""
    spy = folder / "py-spy"
    spy.write_text(f"#!/bin/sh\n{script}\n")
    spy.chmod(0o755)
    return str(folder / "python")


def test_the_stack_of_each_rank_stands_behind_the_log(tmp_path: Path) -> None:
    log = tmp_path / "output.log"
    log.write_text("its own words\n")
    python = environment(tmp_path, 'echo "stack of $4"; echo $REDIS_PASSWORD')

    write_stacks(log, "it has made no step for 900 s", [ME, RankProcess(1, 2**30, 1)], python)

    text = log.read_text()
    assert text.startswith("its own words\n\n[swift-trainer] ")
    assert "it has made no step for 900 s; what its processes were doing:" in text
    assert f"rank 0, process {ME.pid}" in text
    assert f"stack of {ME.pid}" in text
    assert "stack of 1073741824" in text
    assert f"  thread {ME.pid} " in text


def test_without_py_spy_the_kernel_tells_a_little(tmp_path: Path) -> None:
    log = tmp_path / "output.log"

    write_stacks(log, "why", [ME], str(tmp_path / "python"))

    assert "py-spy is not installed beside ms-swift" in log.read_text()
    assert f"  thread {ME.pid} R" in log.read_text()


def test_a_py_spy_that_fails_ends_nothing(tmp_path: Path) -> None:
    log = tmp_path / "output.log"

    write_stacks(log, "why", [ME], environment(tmp_path, "echo Permission denied >&2; exit 1"))
    (tmp_path / "py-spy").chmod(0o600)
    write_stacks(tmp_path / "nowhere" / "output.log", "why", [ME], str(tmp_path / "python"))

    assert "Permission denied" in log.read_text()
