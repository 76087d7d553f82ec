"""How a phase ends by itself, and what its exit record says."""

import signal
import sys

import pytest

from workers.runner_control import find_tree, read_runner, start_runner

pytestmark = pytest.mark.fault

# A rank that says when it is ready and then waits for signals.
WAITING = "import signal; print('ready', flush=True)\nwhile True: signal.pause()"
# A child of a session of its own that asking does not end.
DAEMON = """
import os, time, signal
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print(f"daemon {os.getpid()}", flush=True)
        time.sleep(600)
    os._exit(0)
os.wait()
while b"daemon" not in open("output.log", "rb").read():
    time.sleep(0.01)
"""
ADDED_BY_PYTHON = "('LC_CTYPE', 'C.UTF-8'), "
# A child that needs a moment more than the rank, and less than it is given.
SLOW_HELPER = """
import os, time
if os.fork() == 0:
    time.sleep(0.3)
    print("cleaned up", flush=True)
"""


def test_a_rank_that_ends_well_leaves_a_record_of_success(phase):
    phase.start("print('trained')")

    record = phase.ended()

    assert record.succeeded
    assert (record.outcome, record.reason, record.error, record.exit_codes) == ("exited", "", "", {0: 0})
    assert (record.failed_rank, record.killed_leftovers, record.tree_empty) == (None, 0, True)
    assert record.started_at < record.ended_at
    assert phase.text() == "trained\n"


def test_a_rank_that_fails_leaves_its_exit_code(phase):
    phase.start("raise SystemExit(3)")

    record = phase.ended()

    assert (record.outcome, record.exit_code, record.failed_rank) == ("exited", 3, 0)


def test_a_rank_that_is_killed_leaves_its_signal(phase):
    phase.start("import os; os.kill(os.getpid(), 9)")

    assert phase.ended().exit_code == -signal.SIGKILL


def test_a_failing_rank_ends_the_others_and_is_the_one_named(phase):
    phase.start(
        WAITING, "import time\nwhile 'ready' not in open('output.log').read(): time.sleep(0.01)\nraise SystemExit(7)"
    )

    record = phase.ended()

    assert (record.outcome, record.exit_code, record.failed_rank) == ("exited", 7, 1)
    assert record.exit_codes == {0: -signal.SIGTERM, 1: 7}
    assert record.tree_empty


def test_a_daemon_that_slipped_away_is_killed_at_the_end(phase, is_living):
    phase.start(DAEMON)

    record = phase.ended()

    assert (record.outcome, record.exit_code, record.killed_leftovers, record.tree_empty) == ("exited", 0, 1, True)
    assert not is_living(int(phase.text().split()[1]))


def test_a_helper_that_outlives_its_rank_by_a_moment_may_clean_up(phase):
    phase.start(SLOW_HELPER)

    record = phase.ended()

    assert (record.killed_leftovers, record.tree_empty) == (0, True)
    assert phase.text() == "cleaned up\n"


def test_adopted_orphans_are_not_taken_for_ranks(phase):
    # The moment is in which the runner could take what it adopted for its rank.
    orphans = (
        "import os, time\nif os.fork() == 0:\n  if os.fork(): os._exit(9)\n  os._exit(8)\nos.wait()\ntime.sleep(0.3)"
    )
    phase.start(orphans)

    assert phase.ended().exit_codes == {0: 0}


def test_a_log_that_is_written_in_a_burst_is_whole(phase):
    phase.start("import os\nfor n in range(80): os.write(1 + n % 2, b'%99999d\\n' % n)")

    assert phase.ended().exit_code == 0
    assert [int(line) for line in phase.text().splitlines()] == list(range(80))


def test_two_phases_append_to_one_log(make_phase):
    train, export = make_phase(), make_phase()
    train.start("print('train')")
    train.ended()

    export.start(export.rank("print('export')", log_path=str(train.log)))
    export.ended()

    assert train.text() == "train\nexport\n"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"argv": ("/nowhere/python",)}, "rank 0: [Errno 2]"),
        ({"argv": ("/",)}, "rank 0: [Errno 13]"),
        ({"argv": (sys.executable, "a\0b")}, "rank 0: embedded null byte"),
        ({"cwd": "/nowhere"}, "rank 0: [Errno 2]"),
        ({"log_path": "/nowhere/output.log"}, "rank 0: [Errno 2]"),
    ],
)
def test_what_cannot_be_started_is_said(phase, change, text):
    phase.start(phase.rank("pass", **change))

    record = phase.ended()

    assert (record.outcome, record.exit_codes, record.tree_empty) == ("start_failed", {}, True)
    assert text in record.error
    assert not record.succeeded


def test_a_folder_without_a_spec_cannot_be_started(phase):
    start_runner(phase.path)

    record = phase.ended()

    assert (record.outcome, record.error) == ("start_failed", "spec.json is missing or no JSON object")


def test_ranks_that_were_started_end_when_a_later_one_cannot_be(phase):
    phase.start(phase.rank(WAITING), phase.rank("pass", 1, argv=("/nowhere/python",)))

    record = phase.ended()

    assert (record.outcome, record.exit_codes, record.tree_empty) == ("start_failed", {0: -signal.SIGKILL}, True)
    assert read_runner(phase.path).processes == ()


def test_a_rank_finds_its_environment_a_marker_and_untouched_signals(phase):
    code = "import os, signal as s; print(sorted(os.environ.items()), s.getsignal(1) is s.getsignal(15) is s.SIG_DFL)"
    phase.start(phase.rank(code, env={"HOME": "/root"}))

    assert phase.ended().exit_code == 0
    marker = f"('SWIFT_TRAINER_ATTEMPT', '{phase.job_id}:1')"
    assert f"[('HOME', '/root'), {marker}]" in phase.text().replace(ADDED_BY_PYTHON, "")
    assert phase.text().endswith("] True\n")


def test_every_rank_leads_a_session_of_its_own(phase):
    phase.start("import os; print(os.getsid(0) == os.getpid())")

    phase.ended()

    assert phase.text() == "True\n"


def test_the_runner_says_who_runs(phase, eventually):
    pid = phase.start(WAITING, WAITING)

    info = eventually(lambda: read_runner(phase.path))

    assert info.pid == pid
    assert [process.rank for process in info.processes] == [0, 1]
    assert sorted(process.pid for process in info.processes) == find_tree(phase.job_id, 1)
