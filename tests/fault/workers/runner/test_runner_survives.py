"""What happens when the runner, or the process that started it, is killed, and when there are two of them."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from workers.runner import phase_files, process_table
from workers.runner_control import (
    find_tree,
    is_alive,
    kill_tree,
    read_exit,
    read_runner,
    request_stop,
    wait_until_up,
)

pytestmark = pytest.mark.fault

# A rank that says when it is ready and then waits for signals.
WAITING = "import signal; print('ready', flush=True)\nwhile True: signal.pause()"
# A worker that is killed after it has started a runner.
CALLER = """
import sys, time
from pathlib import Path
from workers.runner_control import start_runner
print(start_runner(Path(sys.argv[1])), flush=True)
time.sleep(600)
"""
UNTIL_TOLD = "import os, time\nprint('ready', flush=True)\nwhile not os.path.exists('go'): time.sleep(0.01)"
# A rank and a child of a session of its own, both of which stay.
ESCAPING = """
import os, time, signal
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        print(f"daemon {os.getpid()} ready", flush=True)
        time.sleep(600)
    os._exit(0)
time.sleep(600)
"""


def is_lost(path: Path) -> bool:
    """Whether the runner died without an exit record; asked in the order in which a runner writes and lets go."""
    return not is_alive(path) and read_runner(path) is not None and read_exit(path) is None


def test_a_runner_survives_the_death_of_its_caller_and_its_group(phase, is_living):
    phase.write(UNTIL_TOLD)
    command = [sys.executable, "-c", CALLER, str(phase.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as caller:
        pid = int(caller.stdout.readline())
        phase.logged("ready")
        os.killpg(caller.pid, signal.SIGKILL)

    assert is_living(pid)
    assert is_alive(phase.path)
    (phase.path / "go").touch()
    assert phase.ended().succeeded


def test_ranks_die_with_a_killed_runner(phase, eventually, is_living):
    pid = phase.start(WAITING, WAITING)
    ranks = [process.pid for process in read_runner(phase.path).processes]

    phase.kill_runner(pid)

    eventually(lambda: not any(is_living(rank) for rank in ranks))
    assert is_lost(phase.path)
    assert read_exit(phase.path) is None


def test_a_daemon_that_outlives_a_killed_runner_is_found_and_killed(phase, eventually, is_living):
    pid = phase.start(ESCAPING)
    phase.logged("ready")
    daemon = int(phase.text().split()[1])
    phase.kill_runner(pid)
    eventually(lambda: phase.tree() == [daemon], view=phase.tree)

    assert kill_tree(phase.job_id, 1, 5)

    assert not is_living(daemon)


def test_another_attempt_or_job_is_left_alone(phase, is_living):
    pid = phase.start(ESCAPING)
    phase.logged("ready")
    daemon = int(phase.text().split()[1])
    phase.kill_runner(pid)

    assert kill_tree(phase.job_id, 11, 5)
    assert kill_tree(phase.job_id[:-1], 1, 5)

    assert is_living(daemon)


def test_a_process_with_the_marker_never_finds_itself(phase):
    code = f"from workers.runner_control import find_tree; print(find_tree('{phase.job_id}', 1))"
    phase.start(phase.rank("", argv=(sys.executable, "-P", "-c", code)))

    assert phase.ended().exit_code == 0
    assert phase.text() == "[]\n"


def test_of_runners_that_race_for_a_folder_one_runs_and_the_others_say_so(phase, eventually):
    phase.write(UNTIL_TOLD)
    command = [sys.executable, "-P", "-m", "workers.runner", str(phase.path)]
    runners = [subprocess.Popen(command) for _ in range(4)]

    eventually(lambda: sum(runner.poll() is not None for runner in runners) == 3)
    phase.logged("ready")
    (phase.path / "go").touch()

    assert phase.ended().succeeded
    assert sorted(runner.wait(10) for runner in runners) == [0, 3, 3, 3]
    assert phase.text() == "ready\n"


def test_a_phase_that_has_ended_is_not_run_again(phase):
    phase.start("print('ran')")
    record = phase.ended()

    again = subprocess.run([sys.executable, "-P", "-m", "workers.runner", str(phase.path)], check=False)

    assert again.returncode == 0
    assert read_exit(phase.path) == record
    assert phase.text() == "ran\n"


def test_a_phase_whose_runner_was_killed_is_not_run_again(phase):
    phase.kill_runner(phase.start(UNTIL_TOLD))
    (phase.path / "go").touch()

    again = subprocess.run([sys.executable, "-P", "-m", "workers.runner", str(phase.path)], check=False)

    assert again.returncode == 4
    assert is_lost(phase.path)


def test_a_long_lived_caller_keeps_no_zombie(phase, eventually):
    pid = phase.start("pass")

    phase.ended()

    eventually(lambda: not is_alive(phase.path) and process_table.find(pid) is None)


def test_a_runner_knows_nothing_of_its_callers_environment(phase, monkeypatch):
    monkeypatch.setenv("REDIS_PASSWORD", "s3cret")

    pid = phase.start(WAITING)

    assert b"s3cret" not in (process_table.PROC / str(pid) / "environ").read_bytes()
    assert os.getsid(pid) == pid


def test_a_wish_does_not_signal_a_process_that_has_the_runners_pid(phase):
    phase.start(SLEEP := "import time; print('ready', flush=True); time.sleep(600)")
    with subprocess.Popen([sys.executable, "-c", SLEEP], stdout=subprocess.PIPE) as stranger:
        stranger.stdout.readline()
        document = phase_files.read_json(phase.path / "runner.json")
        phase_files.write_json(phase.path / "runner.json", document | {"pid": stranger.pid})

        request_stop(phase.path, "cancel", 5)
        phase.ended()

        assert stranger.poll() is None
        stranger.kill()


def test_waiting_for_a_runner_that_never_starts_ends(phase):
    assert not wait_until_up(phase.path, 0.05)
    assert not is_lost(phase.path)
    assert find_tree(phase.job_id, 1) == []
