"""The command line: what the real interpreter is asked for, and nothing else."""

import json
from pathlib import Path

from fake_swift.export import export
from fake_swift.knobs import read_knobs
from fake_swift.options import parse_options
from fake_swift.training import train

VERSION = "4.6.0"
TRAINING = {"swift.cli.sft", "swift.cli.pt", "swift.cli.rlhf"}


def main(argv: list[str]) -> int:
    """Act as the real one would; returns the exit code."""
    while argv and argv[0] in {"-I", "-P", "-u"}:
        argv = argv[1:]
    if argv[:1] == ["-c"]:
        print(VERSION)
        return 0
    if argv[:1] != ["-m"] or len(argv) < 2:
        raise SystemExit(f"the fake interpreter does not know {argv[:2]}")
    options = parse_options(argv[2:])
    if argv[1] in TRAINING:
        return train(options, read_knobs(options["model"], options["dataset"]))
    if argv[1] == "swift.cli.export":
        return export(options, read_knobs(*_of_checkpoint(options["adapters"])))
    raise SystemExit(f"the fake interpreter does not know {argv[1]}")


def _of_checkpoint(checkpoint: str) -> tuple[str, str]:
    arguments = json.loads((Path(checkpoint) / "args.json").read_text(encoding="utf-8"))
    return arguments["model"], arguments["dataset"][0]
