"""The supervisor with small stand-in processes: order, readiness, restarts, and nothing left behind."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from client.stack import supervisor
from client.stack.child import Service, ServiceProcess
from client.stack.errors import StackError
from client.stack.supervisor import StopRequested, Supervisor
from tests.eventually import eventually

pytestmark = pytest.mark.integration


# Notes its start and its orderly end in one diary, so that the order over processes can be read.
STAND_IN = """
import signal, sys
name, diary = sys.argv[1:]
def note(word):
    with open(diary, "a") as file:
        file.write(f"{name} {word}\\n")
def end(*_):
    note("stopped")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
note("started")
print("ready", flush=True)
while True:
    signal.pause()
"""


def make_process(
    folder: Path, name: str, code: str = STAND_IN, *, essential: bool = True, stop_seconds: float = 60
) -> ServiceProcess:
    log_path = folder / "logs" / f"{name}.log"
    return ServiceProcess(
        Service(
            name=name,
            argv=(sys.executable, "-c", code, name, str(folder / "diary")),
            env=dict(os.environ),
            cwd=folder,
            log_path=log_path,
            is_ready=lambda: log_path.exists() and "ready" in log_path.read_text(),
            essential=essential,
            stop_seconds=stop_seconds,
        )
    )


def diary(folder: Path) -> list[str]:
    path = folder / "diary"
    return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervise(said) -> Iterator[Callable[..., Supervisor]]:
    made = []

    def make(*stages: list[ServiceProcess]) -> Supervisor:
        made.append(Supervisor(stages, said.append))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def test_a_stage_starts_when_the_one_before_is_ready_and_stops_after_it(tmp_path, supervise):
    stack = supervise([make_process(tmp_path, "first")], [make_process(tmp_path, "second")])

    stack.start()
    stack.stop()

    assert diary(tmp_path) == ["first started", "second started", "second stopped", "first stopped"]


def test_a_process_that_ends_before_it_is_ready_is_reported_with_its_words(tmp_path, supervise, is_gone):
    first = make_process(tmp_path, "first")
    broken = make_process(tmp_path, "broken", "print('no such setting'); raise SystemExit(3)")
    stack = supervise([first], [broken])

    with pytest.raises(StackError, match=r"broken did not start(.|\n)*no such setting"):
        stack.start()

    assert first.pid is None
    assert diary(tmp_path) == ["first started", "first stopped"]


def test_the_start_does_not_wait_for_what_is_not_essential(tmp_path, supervise):
    api = make_process(tmp_path, "api")
    flower = make_process(tmp_path, "flower", "raise SystemExit(1)", essential=False)
    stack = supervise([flower, api])

    stack.start()

    assert api.is_up()


def test_a_process_that_ends_while_another_is_waited_for_is_noticed(tmp_path, supervise):
    mute = make_process(tmp_path, "mute", "import signal; signal.pause()")
    broken = make_process(tmp_path, "broken", "raise SystemExit(1)")
    stack = supervise([mute, broken])

    with pytest.raises(StackError, match="broken did not start"):
        stack.start()


def test_a_process_that_never_gets_ready_is_reported(tmp_path, supervise, monkeypatch):
    monkeypatch.setattr(supervisor, "READY_SECONDS", 0.2)
    stack = supervise([make_process(tmp_path, "mute", "import signal; signal.pause()")])

    with pytest.raises(StackError, match="mute was not ready"):
        stack.start()


def test_a_wish_to_stop_ends_the_start(tmp_path, supervise):
    mute = make_process(tmp_path, "mute", "import signal; signal.pause()")
    stack = supervise([mute])

    with pytest.raises(StopRequested):
        stack.start(stop_requested=lambda: True)

    assert mute.pid is None


def test_a_killed_process_is_started_again(tmp_path, supervise, said, monkeypatch):
    monkeypatch.setattr(supervisor, "FIRST_DELAY_SECONDS", 0.05)
    process = make_process(tmp_path, "api")
    stack = supervise([process])
    stack.start()
    first_pid = process.pid

    os.kill(first_pid, signal.SIGKILL)

    def is_back() -> bool:
        stack.tick()
        return process.is_up() and process.pid != first_pid

    eventually(is_back, bool, what="the process runs again")
    assert said[0].startswith("api ended (signal 9); starting it again in 0.05 s")


@pytest.fixture
def at_once(monkeypatch):
    """What ends is started again at once, the first times."""
    monkeypatch.setattr(supervisor, "FIRST_DELAY_SECONDS", 0.0)


def kill_again_and_again(stack: Supervisor, process: ServiceProcess, times: int) -> None:
    """As often as it comes up."""
    killed: set[int] = set()

    def is_dead_for_good() -> bool:
        if (pid := process.pid) is not None and pid not in killed:
            killed.add(pid)
            os.kill(pid, signal.SIGKILL)
        stack.tick()
        return len(killed) >= times and process.pid is None

    eventually(is_dead_for_good, bool, what=f"{process.name} is killed {times} times")
    stack.tick()


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("essential", [True, False])
def test_only_the_process_that_keeps_ending_is_given_up(tmp_path, supervise, said, essential):
    other = make_process(tmp_path, "api")
    broken = make_process(tmp_path, "worker", essential=essential)
    stack = supervise([make_process(tmp_path, "redis")], [other, broken])
    stack.start()
    pid = other.pid

    kill_again_and_again(stack, broken, 6)

    assert other.pid == pid
    assert said[-1].startswith("worker ended (signal 9), 6 times in a row; the rest goes on without it")
    assert "trying again in 30 s" in said[-1]
    assert f"{broken.log_path} ends with:" in said[-1]


def test_one_that_was_given_up_is_tried_again(tmp_path, supervise, said, monkeypatch):
    monkeypatch.setattr(supervisor, "FIRST_DELAY_SECONDS", 0.0)
    monkeypatch.setattr(supervisor, "FIRST_LATE_SECONDS", 0.1)
    process = make_process(tmp_path, "worker")
    stack = supervise([process])
    stack.start()
    kill_again_and_again(stack, process, 7)
    assert said[-1].endswith(f"see {process.log_path}")  # its last words were told with the first

    def is_back() -> bool:
        stack.tick()
        return process.is_up()

    eventually(is_back, bool, what="it runs again")


def test_redis_is_started_again_for_ever(tmp_path, supervise, said, monkeypatch):
    monkeypatch.setattr(supervisor, "FIRST_DELAY_SECONDS", 0.0)
    monkeypatch.setattr(supervisor, "LONGEST_DELAY_SECONDS", 0.0)
    monkeypatch.setattr(supervisor, "FIRST_LATE_SECONDS", 3600.0)
    redis, api = make_process(tmp_path, "redis"), make_process(tmp_path, "api")
    stack = supervise([redis], [api])
    stack.start()

    kill_again_and_again(stack, redis, 12)

    assert api.pid is not None
    assert said[-1].startswith("redis ended (signal 9), 12 times in a row")


def test_a_process_that_cannot_be_started_now_is_tried_later(tmp_path, supervise, said, monkeypatch):
    monkeypatch.setattr(supervisor, "FIRST_DELAY_SECONDS", 0.0)
    process, api = make_process(tmp_path, "worker"), make_process(tmp_path, "api")
    stack = supervise([process, api])
    stack.start()
    launch = process.launch
    failures = iter([OSError("no memory for a process"), StackError("another one holds its lock")])

    def launch_at_last() -> None:
        if problem := next(failures, None):
            raise problem
        launch()

    monkeypatch.setattr(process, "launch", launch_at_last)
    first_pid = process.pid
    os.kill(first_pid, signal.SIGKILL)

    def is_back() -> bool:
        stack.tick()
        return process.is_up() and process.pid != first_pid

    eventually(is_back, bool, what="it runs again")
    assert [text.partition(";")[0] for text in said[1:]] == [
        "worker could not be started (no memory for a process)",
        "worker could not be started (another one holds its lock)",
    ]
    assert api.pid is not None


def test_a_process_that_ignores_term_is_killed_in_the_end(tmp_path, supervise, is_gone):
    stubborn = make_process(
        tmp_path,
        "stubborn",
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True)\n"
        "while True: signal.pause()",
        stop_seconds=0.1,
    )
    stack = supervise([stubborn])
    stack.start()
    pid = stubborn.pid

    stack.stop()

    assert is_gone(pid)


def test_stopping_leaves_what_a_process_detached(tmp_path, supervise, is_gone):
    detaching = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"], start_new_session=True)
print("runner", child.pid, flush=True)
print("ready", flush=True)
import signal
signal.pause()
"""
    worker = make_process(tmp_path, "worker", detaching)
    stack = supervise([worker])
    stack.start()
    runner = int(worker.log_path.read_text().split()[1])

    stack.stop()

    assert not is_gone(runner)
    os.kill(runner, signal.SIGKILL)


def test_a_stopped_child_is_not_started_again(tmp_path, supervise):
    api, scheduler = make_process(tmp_path, "api"), make_process(tmp_path, "scheduler")
    stack = supervise([api, scheduler])
    stack.start()

    stack.stop_child("scheduler")
    stack.tick()
    stack.tick()

    assert scheduler.pid is None
    assert api.pid is not None


def test_nothing_outlives_a_killed_supervisor(tmp_path, is_gone):
    parent_code = f"""
import sys, time
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
from tests.integration.client.test_supervisor import make_process
from client.stack.supervisor import Supervisor
folder = Path({str(tmp_path)!r})
processes = [make_process(folder, "first"), make_process(folder, "second")]
Supervisor([[processes[0]], [processes[1]]], print).start()
print(*[process.pid for process in processes], flush=True)
time.sleep(60)  # it is killed long before
"""
    with subprocess.Popen([sys.executable, "-c", parent_code], stdout=subprocess.PIPE) as parent:
        pids = [int(word) for word in parent.stdout.readline().split()]
        os.kill(parent.pid, signal.SIGKILL)

    assert len(pids) == 2
    for pid in pids:
        eventually(lambda pid=pid: is_gone(pid), bool, what="a child ends after its supervisor was killed")


def test_starting_from_a_passing_thread_is_refused(tmp_path):
    problems = []

    def start() -> None:
        try:
            make_process(tmp_path, "api").launch()
        except RuntimeError as problem:
            problems.append(str(problem))

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()

    assert "main thread" in problems[0]
