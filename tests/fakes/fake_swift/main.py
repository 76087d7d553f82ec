"""The command line: what the real interpreter is asked for, and nothing else."""

import json
import runpy
import sys
from collections.abc import Callable
from pathlib import Path

from fake_swift import hooks, traces
from fake_swift.checkpoint import resume_step
from fake_swift.deploy import deploy_main
from fake_swift.export import export
from fake_swift.knobs import Knobs, read_knobs
from fake_swift.modules import install_modules
from fake_swift.options import parse_options
from fake_swift.training import train

VERSION = "4.6.0"
TRAINING = {"swift.cli.sft", "swift.cli.pt", "swift.cli.rlhf"}


def main(argv: list[str]) -> int:
    """Act as the real one would; returns the exit code."""
    while argv and argv[0] in {"-I", "-P", "-u"}:
        argv = argv[1:]
    if argv[:1] == ["-c"]:
        print(packages(argv[2:]) if argv[2:] else VERSION)
        return 0
    if argv and argv[0].endswith("train_launcher.py"):
        hooks.launcher.append(argv[0])
        argv = ["-m", f"swift.cli.{argv[1]}", *argv[2:]]
    if argv and argv[0].endswith(".py"):
        return run_script(argv)
    if argv[:1] != ["-m"] or len(argv) < 2:
        raise SystemExit(f"the fake interpreter does not know {argv[:2]}")
    if argv[1] == "swift.cli.deploy":
        return deploy_main(argv[2:])
    options = parse_options(argv[2:])
    if argv[1] in TRAINING:
        model, dataset = options["model"], options["dataset"]
        return _traced(Path(model), "train", options, read_knobs(model, dataset), train)
    if argv[1] == "swift.cli.export":
        model, dataset = _of_checkpoint(options.get("adapters") or options["model"])
        return _traced(Path(model), "export", options, read_knobs(model, dataset), export)
    raise SystemExit(f"the fake interpreter does not know {argv[1]}")


def _traced(
    model: Path, command: str, options: dict[str, str], knobs: Knobs, run: Callable[[dict[str, str], Knobs], int]
) -> int:
    if not knobs.traced:
        return run(options, knobs)
    with traces.begin(model, command, resume_step(options)):
        code = run(options, knobs)
        traces.end(model, command, code)
    return code


def packages(names: list[str]) -> str:
    """Those that HOME/fake-packages.json has beside the fake ms-swift."""
    path = Path.home() / "fake-packages.json"
    installed = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return json.dumps({name: installed[name] for name in names if name in installed})


def run_script(argv: list[str]) -> int:
    """Run a script of the service that imports ms-swift: it gets the fake one."""
    install_modules()
    sys.argv = argv
    runpy.run_path(argv[0], run_name="__main__")
    return 0


def _of_checkpoint(checkpoint: str) -> tuple[str, str]:
    arguments = json.loads((Path(checkpoint) / "args.json").read_text(encoding="utf-8"))
    return arguments["model"], arguments["dataset"][0]
