"""`python -m tests.sentences`: lists the sentences without Chinese; with --strict, for a release, they are an error."""

import argparse
import sys
from pathlib import Path

from tests.sentences.compare import made_nowhere, without_chinese
from tests.sentences.in_code import ROOT, sentences


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """The exit code: 1 when something is missing, or left over, and --strict was given."""
    parser = argparse.ArgumentParser(prog="python -m tests.sentences", description=__doc__)
    parser.add_argument("--strict", action="store_true", help="exit with 1 when anything is listed")
    asked = parser.parse_args(arguments)
    made = sentences(root)
    lines = [f"{where}: no Chinese for {text!r}" for text, where in without_chinese(made).items()]
    lines += [f"api/language/chinese: made nowhere: {row!r}" for row in sorted(made_nowhere(made))]
    for line in lines:
        print(f"{'error' if asked.strict else 'warning'}: {line}")
    print(f"{len(made)} sentences, {len(lines)} to put into Chinese or to remove there")
    return 1 if lines and asked.strict else 0


if __name__ == "__main__":
    sys.exit(main())
