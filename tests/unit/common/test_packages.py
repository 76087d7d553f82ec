"""Our top-level names are ours alone, and the linter's list of pure modules is whole."""

import json
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
OURS = ["api", "celeryconfig", "client", "common", "deploy", "scheduler", "workers"]
OF_THE_CLIENT = "swift_trainer"
PROBE = "import json, sys, importlib.util as u; print(json.dumps([u.find_spec(name).origin for name in sys.argv[1:]]))"
# They talk to Redis, Celery or the clock: everything else of the scheduler only decides.
NOT_PURE = {
    "duties",
    "lost_nodes",
    "main",
    "refused_jobs",
    "rescuer",
    "scheduler",
    "scheduling_pass",
    "snapshot",
    "store_watch",
    "tasks",
    "ticker",
}


@pytest.mark.parametrize("name", [*OURS, OF_THE_CLIENT])
def test_no_other_distribution_owns_a_name_of_ours(name: str) -> None:
    assert set(packages_distributions().get(name, [])) <= {"swift-trainer", "swift-trainer-client"}


def test_in_every_process_our_names_lead_to_this_checkout(tmp_path: Path) -> None:
    # As `swt up` starts them: elsewhere, with nothing but what is installed on the path.
    argv = [sys.executable, "-P", "-c", PROBE, *OURS, OF_THE_CLIENT]
    found = subprocess.run(argv, cwd=tmp_path, capture_output=True, check=True)

    *origins, of_the_client = [Path(origin) for origin in json.loads(found.stdout)]
    assert [origin.relative_to(ROOT).parts[0].removesuffix(".py") for origin in origins] == OURS
    assert of_the_client == ROOT / "client/src/swift_trainer/__init__.py"


def test_all_that_is_installed_is_named_here() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]

    names = [name.partition("/")[0].removesuffix(".py") for name in wheel["only-include"]]
    assert list(dict.fromkeys(names)) == OURS


def test_every_module_of_the_scheduler_that_only_decides_is_in_the_linters_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    pure = next(found["source_modules"] for found in contracts if "does no I/O" in found["name"])

    rooms = [path for path in (ROOT / "scheduler").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
    modules = {path.stem for path in rooms} - {"__init__"}
    assert {name.partition(".")[2] for name in pure if name.startswith("scheduler.")} == modules - NOT_PURE
