"""Full disks and endless logs: neither costs the result of a phase."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.small_disk import fill, small_disk
from workers.runner import log_space
from workers.runner.phase_files import RESERVED, read_json, write_json
from workers.runner.reserve import reserve
from workers.runner_control import start_runner

pytestmark = pytest.mark.fault

MIB = 1024 * 1024

WAITS_FOR_GO = """
import os, time
print('ready', flush=True)
while not os.path.exists({go!r}): time.sleep(0.01)
"""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", 4) as folder:
        yield folder


def test_the_end_of_a_phase_is_recorded_on_a_full_disk(phase, disk, tmp_path):
    """And its last words, however many: they would raise in the process that prints them."""
    phase = type(phase)(disk / "phase", phase.job_id)
    phase.path.mkdir()
    go = tmp_path / "go"
    phase.start(WAITS_FOR_GO.format(go=str(go)) + "for n in range(1000): print('x' * 100, flush=True)")
    phase.logged("ready")
    assert (phase.path / RESERVED).stat().st_blocks * 512 >= 65536
    fill(disk)
    with pytest.raises(OSError, match="No space left"):
        (disk / "more").write_bytes(bytes(4096))

    go.touch()

    record = phase.ended()
    assert (record.succeeded, record.tree_empty) == (True, True)
    assert phase.log.read_text().count("x" * 100) == 1000
    assert not (phase.path / RESERVED).exists()


def test_a_record_fits_into_the_room_that_was_taken_for_it(disk):
    reserve(disk / RESERVED, 65536)
    fill(disk)
    record = {"text": "x" * 60_000}

    with pytest.raises(OSError, match="No space left"):
        write_json(disk / "exit.json", record)
    write_json(disk / "exit.json", record, disk / RESERVED)

    assert read_json(disk / "exit.json") == record
    assert sorted(path.name for path in disk.iterdir()) == ["exit.json", "filler"]


def test_a_phase_that_could_not_record_its_end_is_not_started(phase, disk, tmp_path):
    phase = type(phase)(disk / "phase", phase.job_id)
    phase.path.mkdir()
    started = tmp_path / "started"
    phase.write(f"open({str(started)!r}, 'w')")
    fill(disk)
    filler = disk / "filler"
    os.truncate(filler, filler.stat().st_size - 16 * 1024)

    start_runner(phase.path)

    record = phase.ended()
    assert record.outcome == "start_failed"
    assert "No space left on device" in record.error
    assert not started.exists()


def test_an_endless_log_is_cut_behind_its_head_while_it_is_written(phase, tmp_path, eventually):
    if not has_holes(tmp_path):
        pytest.skip("this file system has no holes")
    go = tmp_path / "go"
    lines = "for n in range(50_000): print(f'line {n:07} ' + 'x' * 86, flush=n % 1000 == 0)\n"
    phase.start(lines + WAITS_FOR_GO.format(go=str(go)) + "print('the last line')", log_max_bytes=MIB)

    phase.logged("ready")
    on_disk = MIB + log_space.AHEAD_BYTES
    waits = 50_000 * 100
    assert phase.log.stat().st_size > waits
    eventually(lambda: phase.log.stat().st_blocks * 512 <= on_disk)
    go.touch()
    phase.ended()

    content = phase.log.read_bytes()
    assert len(content) == waits + len("ready\nthe last line\n")
    head, _, rest = content.partition(b"\n[... ")
    assert head == b"".join(b"line %07d " % n + b"x" * 86 + b"\n" for n in range(2700))[: len(head)]
    assert len(head) > MIB // 4 - 4096
    notice, _, rest = rest.partition(b"\n")
    assert notice.endswith(b"bytes were cut here, by LOG_FILE_MAX_BYTES=1048576 ...]")
    tail = rest.lstrip(b"\0")
    assert len(tail) >= MIB // 2
    assert tail.endswith(b"x\nready\nthe last line\n")
    assert phase.log.stat().st_blocks * 512 <= MIB  # the room ahead was given back
    assert len(rest) - len(tail) == int(notice.split()[0])


def test_a_log_within_its_bound_and_one_without_a_bound_stay_whole(make_phase):
    for bound in (MIB, 0):
        phase = make_phase()
        phase.start("print('y' * 1000 + '\\n' + 'z' * 500_000)", log_max_bytes=bound)
        phase.ended()
        assert phase.log.read_text() == "y" * 1000 + "\n" + "z" * 500_000 + "\n"


def has_holes(folder: Path) -> bool:
    with (folder / "probe").open("w+b") as file:
        file.write(bytes(8192))
        file.flush()
        try:
            log_space.kernel.punch_hole(file.fileno(), 0, 4096)
        except OSError:
            return False
    return True
