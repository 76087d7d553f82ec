"""Runs several ms-swift commands from one interpreter that has imported it, each in a child of its own.

`python warm_swift.py COMMANDS.json`, a list of {argv, log}; prints the exit codes as JSON. Saves the imports, some five
seconds a command; what a command does is the same. With {launcher, environ} it runs by the service's launcher.
"""

import json
import os
import runpy
import sys
from pathlib import Path

import swift.rlhf_trainers  # type: ignore[import-not-found]
from swift import pipelines  # type: ignore[import-not-found]

AT_ONCE = 2
pipelines.sft_main, pipelines.pretrain_main, pipelines.rlhf_main, swift.rlhf_trainers.DPOTrainer  # noqa: B018 - loads


def run(argv: list[str], log: str, launcher: str = "", environ: dict[str, str] | None = None) -> None:
    """In the child: `python -m module …`, or `python launcher …`, its output in `log`."""
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(file, 1)
    os.dup2(file, 2)
    sys.argv = argv[1:]
    os.environ |= environ or {}
    try:
        if launcher:
            sys.argv = [launcher, argv[1].rpartition(".")[2], *argv[2:]]
            runpy.run_path(launcher, run_name="__main__")
        else:
            runpy.run_module(argv[1], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        sys.stderr.flush()
        os._exit(end.code if isinstance(end.code, int) else 1)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
        os._exit(1)
    sys.stdout.flush()
    os._exit(0)


def main(commands: list[dict[str, object]]) -> list[int]:
    """The exit codes, in the order of the commands."""
    codes: dict[int, int] = {}
    started: list[int] = []
    for command in commands:
        while len(started) - len(codes) >= AT_ONCE:
            wait(codes)
        pid = os.fork()
        if pid == 0:
            run(**command)  # type: ignore[arg-type]
        started.append(pid)
    while len(codes) < len(started):
        wait(codes)
    return [codes[pid] for pid in started]


def wait(codes: dict[int, int]) -> None:
    pid, status = os.wait()
    codes[pid] = os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    print(json.dumps(main(json.loads(Path(sys.argv[1]).read_text()))))
