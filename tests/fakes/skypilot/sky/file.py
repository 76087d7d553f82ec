"""The JSON file that is the fake's world."""

import json
import os
from contextlib import contextmanager
from pathlib import Path


def read():
    """What is there now."""
    path = Path(os.environ["FAKE_SKY"])
    known = json.loads(path.read_text()) if path.exists() else {}
    return {"services": {}, "requests": [], "calls": [], "logs": {}, **known}


@contextmanager
def changed():
    """What is there now, written back at the end."""
    state = read()
    yield state
    Path(os.environ["FAKE_SKY"]).write_text(json.dumps(state))
