"""What is left of an attempt whose runner was killed, however its processes hide, is found, ended and proved gone."""

import os
import signal
import subprocess
import time
import uuid
from pathlib import Path

import pytest

from workers.runner import cgroup_folders, cgroups, phase_files, process_table, remembered
from workers.runner.cgroups import Group
from workers.runner_control import (
    find_tree,
    is_alive,
    kill_tree,
    read_exit,
    read_runner,
    start_runner,
    strays_below,
)

pytestmark = pytest.mark.fault

# A child that nothing of the attempt marks: no environment, a session of its own, a parent that is gone at once.
HIDING = """
import os, subprocess, time
subprocess.run(["env", "-i", "/bin/sh", "-c", "setsid /bin/sh -c 'echo hidden $$ >> output.log; exec sleep 600' &"])
while b"hidden" not in open("output.log", "rb").read():
    time.sleep(0.01)
print("ready", flush=True)
time.sleep(600)
"""
# One that hides so, and at a word leaves another of its session behind and ends.
PASSING_ON = """
import os, subprocess, time
script = "while ! test -e go; do sleep 0.02; done; (sleep 600; :) & echo heir $! >> output.log"
subprocess.run(["env", "-i", "/bin/sh", "-c", f"setsid /bin/sh -c 'echo hidden $$ >> output.log; {script}' &"])
while b"hidden" not in open("output.log", "rb").read():
    time.sleep(0.01)
print("ready", flush=True)
time.sleep(600)
"""


def _can_be_had(kind: str) -> bool:
    group, _ = cgroups.make(f"swt-tests-{os.getpid()}", (kind,))
    if group:
        cgroups.remove(group)
    return group is not None


KINDS = [
    pytest.param(
        kind, marks=pytest.mark.skipif(not _can_be_had(kind), reason=f"no control group {kind} to be had here")
    )
    for kind in cgroup_folders.KINDS
]


def holds_a_group(path: Path) -> bool:
    return bool(read_runner(path).cgroup)


def hidden(phase, word: str = "hidden") -> int:
    return int(phase.text().split(f"{word} ")[1].split()[0])


@pytest.mark.parametrize("kind", KINDS)
def test_what_hides_from_a_killed_runner_is_ended_by_its_control_group(phase, kind, eventually, is_living):
    pid = phase.start(HIDING, cgroups=(kind,))
    phase.logged("ready")
    phase.kill_runner(pid)
    child, group = hidden(phase), Group(Path(read_runner(phase.path).cgroup))
    eventually(lambda: find_tree(phase.job_id, 1) == [])  # nothing that the marker finds
    assert is_living(child)

    assert kill_tree(phase.job_id, 1, 10, [phase.path])

    assert not is_living(child)
    assert not group.path.exists()
    assert holds_a_group(phase.path)


@pytest.mark.parametrize("kind", KINDS)
def test_the_control_group_is_found_by_its_name_when_the_runners_file_is_gone(phase, kind, is_living):
    pid = phase.start(HIDING, cgroups=(kind,))
    phase.logged("ready")
    child = hidden(phase)
    phase.kill_runner(pid)

    assert kill_tree(phase.job_id, 1, 10)

    assert not is_living(child)


@pytest.mark.parametrize("kind", KINDS)
def test_a_phase_leaves_no_control_group(phase, kind):
    phase.start("print('trained')", cgroups=(kind,))

    assert phase.ended().succeeded
    assert not Path(read_runner(phase.path).cgroup).exists()


@pytest.mark.parametrize("kind", KINDS)
def test_a_group_within_the_group_is_ended_and_removed_too(phase, kind, is_living):
    nested = """
import os, pathlib, time
own = pathlib.Path(open("group").read())
(own / "inner").mkdir()
if os.fork() == 0:
    (own / "inner" / "cgroup.procs").write_text("0")
    print(f"hidden {os.getpid()} ready", flush=True)
time.sleep(600)
"""
    parent = next(folder for found, folder in cgroup_folders.folders() if found == kind)
    (phase.path / "group").write_text(str(parent / cgroups.group_name(phase.job_id, 1)))
    pid = phase.start(nested, cgroups=(kind,))
    phase.logged("ready")
    phase.kill_runner(pid)

    assert kill_tree(phase.job_id, 1, 10, [phase.path])

    assert not is_living(hidden(phase))
    assert not Path(read_runner(phase.path).cgroup).exists()


@pytest.mark.parametrize("kind", KINDS)
def test_a_runner_starts_nothing_beside_what_an_earlier_one_left_in_the_group(make_phase, kind, is_living):
    first, second = make_phase(), make_phase()
    pid = first.start(HIDING, cgroups=(kind,))
    first.logged("ready")
    first.kill_runner(pid)

    # An orphan that init has not collected yet is dead all the same.
    look = f"print('sleep' in open('/proc/{hidden(first)}/cmdline').read())"
    second.start(f"try: {look}\nexcept OSError: print(False)", job_id=first.job_id, cgroups=(kind,))

    assert second.ended().succeeded
    assert second.text() == "False\n"


@pytest.mark.parametrize("kind", KINDS)
def test_an_old_empty_group_is_removed_and_no_fresh_or_full_one(kind):
    groups = [cgroups.make(f"swt-{uuid.uuid4().hex}", (kind,))[0] for _ in range(3)]
    old, fresh, full = groups
    for group in (old, full):
        os.utime(group.path, (0, 0))
    with subprocess.Popen(["sleep", "600"]) as member:
        (full.path / "cgroup.procs").write_text(str(member.pid))
        cgroups.remove_stale()

        assert [group.path.exists() for group in groups] == [False, True, True]
        member.kill()
    for group in (fresh, full):
        cgroups.remove(group)


def test_a_file_cannot_name_a_group_of_others(phase, is_living):
    pid = phase.start(HIDING)
    phase.logged("ready")
    phase.kill_runner(pid)
    document = phase_files.read_json(phase.path / "runner.json")
    phase_files.write_json(phase.path / "runner.json", document | {"cgroup": "/sys/fs/cgroup"})

    assert kill_tree(phase.job_id, 1, 10, [phase.path])


def test_without_a_group_what_the_runner_had_seen_is_ended(phase, eventually, is_living):
    pid = phase.start(HIDING, cgroups=())
    phase.logged("ready")
    child = hidden(phase)
    eventually(lambda: child in pids_remembered(phase), view=lambda: pids_remembered(phase))
    phase.kill_runner(pid)

    assert kill_tree(phase.job_id, 1, 10, [phase.path])

    assert not is_living(child)
    assert not holds_a_group(phase.path)


def test_without_a_group_its_session_leads_to_what_came_later(phase, eventually, is_living):
    pid = phase.start(PASSING_ON, cgroups=())
    phase.logged("ready")
    child = hidden(phase)
    eventually(lambda: child in pids_remembered(phase), view=lambda: pids_remembered(phase))
    phase.kill_runner(pid)
    (phase.path / "go").touch()
    eventually(lambda: not is_living(child))
    heir = hidden(phase, "heir")
    assert heir not in pids_remembered(phase)
    assert is_living(heir)

    assert kill_tree(phase.job_id, 1, 10, [phase.path])

    assert not is_living(heir)


def test_no_group_is_said_and_changes_nothing_else(phase):
    phase.start("print('trained')", cgroups=("v3",))

    assert phase.ended().succeeded
    assert "no control group" in read_runner(phase.path).note


def test_a_living_runner_whose_folder_was_removed_is_found_and_ended_with_its_tree(phase, tmp_path, is_living):
    pid = phase.start(HIDING, cgroups=())
    phase.logged("ready")
    child = hidden(phase)
    phase.path.rename(tmp_path / "removed")
    assert strays_below(tmp_path) == [phase.path]

    assert kill_tree(phase.job_id, 1, 10)

    assert not is_living(pid)
    assert not is_living(child)
    assert strays_below(tmp_path) == []


def test_a_runner_that_is_only_starting_is_ended_too(phase, is_living):
    phase.write("print('trained')")
    pid = start_runner(phase.path)
    os.kill(pid, signal.SIGSTOP)

    assert kill_tree(phase.job_id, 1, 10)

    assert not is_living(pid)
    assert phase.text() == ""


def test_a_runner_whose_folder_is_gone_ends_with_its_ranks(phase, tmp_path, eventually, is_living):
    until_told = f"import os, time\nprint('ready', flush=True)\nwhile not os.path.exists({str(tmp_path / 'go')!r}): "
    pid = phase.start(until_told + "time.sleep(0.01)", cgroups=())
    phase.logged("ready")
    phase.path.rename(tmp_path / "removed")

    (tmp_path / "go").touch()

    eventually(lambda: not is_alive(tmp_path / "removed") and process_table.find(pid) is None)
    assert read_exit(tmp_path / "removed") is None


def test_a_look_at_an_unchanged_tree_costs_next_to_nothing(phase, eventually):
    crowd = "import subprocess, time\nfor _ in range(50): subprocess.Popen(['sleep', '600'])\n"
    pid = phase.start(f"{crowd}print('ready', flush=True)\ntime.sleep(600)", cgroups=())
    phase.logged("ready")
    eventually(lambda: len(pids_remembered(phase)) == 51, view=lambda: len(pids_remembered(phase)))

    used, started = cpu_seconds(pid), time.monotonic()
    eventually(lambda: time.monotonic() > started + 2)

    assert (cpu_seconds(pid) - used) / (time.monotonic() - started) < 0.15


def pids_remembered(phase) -> set[int]:
    seen = remembered.read(phase.path)
    return {pid for pid, _ in seen.processes} if seen else set()


def cpu_seconds(pid: int) -> float:
    fields = (process_table.PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
