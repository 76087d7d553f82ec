"""The worker's side of a runner: start it, watch it through its files, stop it, clean up after one that was killed;
what the runner does itself is in workers/runner.
"""

from workers.runner.phase_files import write_json
from workers.runner.records import ExitRecord, RankProcess, RunnerInfo
from workers.runner.reserve import is_full, reserve
from workers.runner.spec import ProcessSpec, RunnerSpec
from workers.runner_control.control import (
    forget_environment,
    forget_room,
    is_alive,
    read_exit,
    read_runner,
    request_stop,
    start_runner,
    stop_was_requested,
    wait_until_up,
    write_spec,
)
from workers.runner_control.orphans import find_tree, kill_tree, strays_below

__all__ = [
    "ExitRecord",
    "ProcessSpec",
    "RankProcess",
    "RunnerInfo",
    "RunnerSpec",
    "find_tree",
    "forget_environment",
    "forget_room",
    "is_alive",
    "is_full",
    "kill_tree",
    "read_exit",
    "read_runner",
    "request_stop",
    "reserve",
    "start_runner",
    "stop_was_requested",
    "strays_below",
    "wait_until_up",
    "write_json",
    "write_spec",
]
