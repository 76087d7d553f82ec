"""What the service believes about ms-swift, and what the fake interpreter imitates, compared with the installed one."""

import json
import subprocess
from pathlib import Path

import pytest

from common.swift.command.argv import OptionRefused
from common.swift.command.command import train_command
from common.swift.command.export_command import merge_command
from common.swift.command.extra_args import refuse_name
from common.swift.command.parameters import VALIDATION_DATA
from common.swift.options import METHODS, Catalog, nearest_catalog, parse_catalog
from common.swift.options.refused import PATHS, PRESETS, REFUSED
from common.swift.options.typed import RENAMED, SAME_NAME, UNFREEZING
from tests.e2e.workers.conftest import FAKE_PYTHON, Bench, tiny_spec
from workers.node.option_catalog import make_catalog
from workers.swift.installed import swift_version
from workers.swift.metric_lines import kind_of
from workers.swift.metrics_tail import FILE_NAME, read_all

pytestmark = pytest.mark.e2e

# Names of other releases, refused as a precaution.
NOT_IN_THIS_RELEASE = {"train_type", "load_dataset_config"}


@pytest.fixture(scope="module")
def catalog(bench: Bench) -> Catalog:
    """Made as a worker makes it."""
    text = make_catalog(bench.python, str(swift_version(bench.python)), bench.folder / "node")
    assert text is not None
    return parse_catalog(text)


@pytest.fixture(scope="module")
def options(catalog: Catalog) -> set[str]:
    return set(catalog.commands["rlhf"])


def test_the_bundled_catalog_is_what_this_ms_swift_says_of_itself(catalog: Catalog) -> None:
    assert catalog == nearest_catalog(catalog.version)


def test_every_option_that_is_passed_or_refused_exists(options: set[str]) -> None:
    passed = {*SAME_NAME, *VALIDATION_DATA, *UNFREEZING, *UNFREEZING.values()}
    passed |= {name for names in RENAMED.values() for name in names} | {"check_model", "fp16", "bf16", "warmup_steps"}

    assert (passed | REFUSED.keys() | PATHS | PRESETS.keys()) - NOT_IN_THIS_RELEASE <= options


def test_no_real_option_is_mistaken_for_an_abbreviation(options: set[str]) -> None:
    mistaken = []
    for name in options - REFUSED.keys():
        try:
            refuse_name(name)
        except OptionRefused as refused:
            mistaken.append(str(refused))

    assert mistaken == []


def test_every_method_has_its_entry_point(bench: Bench) -> None:
    modules = {train_command(tiny_spec(method=method), bench.context(Path("/o")))[1] for method in METHODS}
    found = subprocess.run(
        [
            bench.python,
            "-c",
            f"import importlib.util as u; print([n for n in {sorted(modules)!r} if not u.find_spec(n)])",
        ],
        capture_output=True,
        text=True,
        check=True,
        env=bench.environments(1)[0],
    )
    assert found.stdout.splitlines()[-1] == "[]"


def test_the_fake_interpreter_writes_what_the_real_one_writes(bench: Bench, tmp_path: Path) -> None:
    assert swift_version(FAKE_PYTHON) == swift_version(bench.python)
    (bench.model / "fake.json").write_text(json.dumps({"steps": 8, "seconds_per_step": 0.001}))
    spec = tiny_spec({"save_steps": 4, "save_only_model": False})

    for name, python in (("real", bench.python), ("fake", FAKE_PYTHON)):
        output = tmp_path / name
        argv = train_command(spec, bench.context(output))
        assert bench.run(argv, tmp_path / f"{name}.log", python=python) == 0
        argv = merge_command(output / "last-checkpoint", tmp_path / f"{name}-merged")
        assert bench.run(argv, tmp_path / f"{name}-export.log", python=python) == 0
    (bench.model / "fake.json").unlink()

    assert _lines(tmp_path / "fake") == _lines(tmp_path / "real")
    assert _files(tmp_path / "fake") <= _files(tmp_path / "real")
    assert _files(tmp_path / "fake-merged") <= _files(tmp_path / "real-merged")
    assert (tmp_path / "fake" / "last-checkpoint").readlink() == (tmp_path / "real" / "last-checkpoint").readlink()
    state = "checkpoint-8/trainer_state.json"
    assert _keys(tmp_path / "fake" / state) <= _keys(tmp_path / "real" / state)


def _lines(output: Path) -> list[tuple[str, list[str], object]]:
    return [
        (kind_of(record), sorted(record), record.get("global_step/max_steps"))
        for record in read_all(output / FILE_NAME)
    ]


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and not path.is_symlink()}


def _keys(path: Path) -> set[str]:
    return set(json.loads(path.read_text()))
