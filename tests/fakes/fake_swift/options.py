"""Options as argparse would read them, values as text; several values of one option are joined by a comma."""

import sys


def parse_options(items: list[str]) -> dict[str, str]:
    """{"num_train_epochs": "1", …}; ends with 2 on what is no option, as argparse does."""
    options: dict[str, str] = {}
    name = ""
    for item in items:
        if item.startswith("--") and "=" in item:
            name, _, value = item[2:].partition("=")
            options[name] = value
        elif item.startswith("--"):
            name = item[2:]
            options[name] = ""
        elif name:
            options[name] = ",".join(filter(None, [options[name], item]))
        else:
            print(f"sft.py: error: unrecognized arguments: {item}", file=sys.stderr)
            raise SystemExit(2)
    return options
