"""The loop of the programs in Python: a case a line in, its result a line out. Standard library only."""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

Verb = Callable[[Any, dict[str, Any]], dict[str, Any]]


def serve(verbs: Mapping[str, Verb], connect: Callable[[str], Any]) -> None:
    """Answer each line of stdin; `connect` makes what a verb asks through, from a key."""
    for line in sys.stdin:
        case = json.loads(line)
        try:
            result = verbs[case["do"]](connect(case.get("key", "")), case["body"])
        except Exception as problem:  # whatever a client raises is the result
            result = {"error": told(problem)}
        print(json.dumps(result), flush=True)


def told(problem: Exception) -> dict[str, Any]:
    """An exception: the names of its classes, and what OpenAI's have of the answer."""
    named = {name: getattr(problem, name, None) for name in ("code", "param", "type")}
    classes = [each.__name__ for each in type(problem).__mro__]
    return {"classes": classes, "message": str(problem), "status": getattr(problem, "status_code", None), **named}
