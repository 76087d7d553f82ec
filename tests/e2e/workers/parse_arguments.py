"""Reads command lines as ms-swift does and goes no further: `python parse_arguments.py COMMANDS.json`.

COMMANDS.json is a list of argv, from `-m` on. Prints a JSON list: for each an empty text, or why ms-swift refused it.
"""

import contextlib
import json
import os
import sys
from pathlib import Path

from swift.arguments import PretrainArguments, RLHFArguments, SftArguments  # type: ignore[import-not-found]
from swift.utils import parse_args  # type: ignore[import-not-found]

CLASSES = {"swift.cli.sft": SftArguments, "swift.cli.pt": PretrainArguments, "swift.cli.rlhf": RLHFArguments}


def refusal(argv: list[str]) -> str:
    """Empty when ms-swift takes it."""
    _, module, *options = argv
    try:
        _, left = parse_args(CLASSES[module], options)
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    return f"not read: {left}" if left else ""


def main(commands: list[list[str]]) -> list[str]:
    before = dict(os.environ)
    answers = []
    for argv in commands:
        with contextlib.redirect_stdout(sys.stderr):
            answers.append(refusal(argv))
        os.environ.clear()
        os.environ.update(before)
    return answers


if __name__ == "__main__":
    print(json.dumps(main(json.loads(Path(sys.argv[1]).read_text()))))
