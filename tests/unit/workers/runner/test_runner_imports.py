"""A runner outlives upgrades of the service around it: it may use nothing but the standard library."""

import json
import subprocess
import sys

PROBE = """
import json, sys
before = set(sys.modules)
import workers.runner.__main__
print(json.dumps(sorted({name.partition(".")[0] for name in set(sys.modules) - before})))
"""


def test_a_runner_imports_only_the_standard_library_and_itself():
    listing = subprocess.run([sys.executable, "-P", "-c", PROBE], capture_output=True, text=True, check=True).stdout

    assert {name for name in json.loads(listing) if name not in sys.stdlib_module_names} == {"workers"}


def test_a_runner_without_a_folder_says_how_to_use_it():
    ended = subprocess.run([sys.executable, "-P", "-m", "workers.runner"], capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stderr) == (2, "usage: python -m workers.runner PHASE_DIR\n")
