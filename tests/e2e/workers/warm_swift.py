"""Runs ms-swift commands from one interpreter that has imported it, each in a child of its own.

Each line of the standard input is a JSON list of {argv, log}, and is answered with a JSON list of exit codes. Saves the
imports, some seven seconds a command; what a command does is the same. `environ` is what only one of them is told.
"""

import json
import os
import runpy
import sys

# What is printed while modules are imported is no answer.
ANSWERS = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import swift.rlhf_trainers  # type: ignore[import-not-found]  # noqa: E402 - see above
from swift import pipelines  # type: ignore[import-not-found]  # noqa: E402 - see above

AT_ONCE = 2
pipelines.sft_main, pipelines.pretrain_main, pipelines.rlhf_main, pipelines.export_main  # noqa: B018 - loads
swift.rlhf_trainers.DPOTrainer  # noqa: B018 - loads


def run(argv: list[str], log: str, environ: dict[str, str] | None = None) -> None:
    """In the child: `python -m module …` or `python file …`, its output in `log`."""
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.environ |= environ or {}
    try:
        if argv[0] == "-m":
            sys.argv = argv[1:]
            runpy.run_module(argv[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = argv
            runpy.run_path(argv[0], run_name="__main__")
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
    for line in sys.stdin:
        print(json.dumps(main(json.loads(line))), file=ANSWERS, flush=True)
