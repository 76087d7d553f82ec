import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.services.checks.trainings import input_problems
from api.services.dry_runs import dry_run
from api.services.refusals import refuse
from common.errors import InvalidInput
from common.settings import Settings
from common.swift.options import nearest_catalog
from tests.builders import make_spec

CATALOG = nearest_catalog("4.6.0")
PARAMS: dict[str, Any] = {"num_epochs": 1, "batch_size": 2, "gradient_accumulation_steps": 2, "train_type": "lora"}


@pytest.fixture
def settings(make_settings: Callable[..., Settings], tmp_path: Path) -> Settings:
    return make_settings(ALLOWED_ROOTS=str(tmp_path), INPUTS_VISIBLE_TO_API="true")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.jsonl"
    path.write_text((json.dumps({"query": "a", "response": "b", "rejected_response": "c"}) + "\n") * 10)
    return path


def test_a_dry_run_shows_the_command_and_what_it_will_take(settings: Settings, data: Path, tmp_path: Path) -> None:
    extra = {"beta": 0.2}
    output = str(tmp_path / "out")
    spec = make_spec(method="dpo", data_path=str(data), output_dir=output, params=PARAMS, extra_args=extra)

    found = dry_run(spec, settings, CATALOG, "4.6.0")

    assert found.ok
    assert found.command[:2] == ("-m", "swift.cli.rlhf")
    assert {f"--dataset={data}", f"--output_dir={output}/attempt-1", "--rlhf_type=dpo", "--beta=0.2"} < {*found.command}
    assert (found.steps.steps, found.memory.bytes_per_gpu) == (3, None)
    assert any("Qwen/Qwen2.5-7B-Instruct is on a hub" in note for note in found.notes)


def test_a_dry_run_names_everything_that_is_wrong(settings: Settings, data: Path) -> None:
    extra = {"lora_rnak": 8, "val_dataset": "/etc/passwd", "stop_words": ["a", "--load_args"]}
    spec = make_spec(method="kto", data_path=str(data), output_dir="/nowhere/x", params=PARAMS, extra_args=extra)

    found = dry_run(spec, settings, CATALOG, "4.6.0")

    assert [problem.field for problem in found.problems] == [
        "extra_args.lora_rnak",
        "data_path",
        "output_dir",
        "extra_args.val_dataset",
    ]
    assert (found.command, found.steps.steps) == ((), None)
    assert "line 1: kto needs a column label" in found.problems[1].message


def test_what_no_command_line_can_carry_is_a_problem_too(settings: Settings) -> None:
    spec = make_spec(params=PARAMS, extra_args={"stop_words": ["a", "--load_args"]})

    found = dry_run(spec, settings, CATALOG, "4.6.0")

    assert [(problem.field, problem.code) for problem in found.problems] == [
        ("extra_args.stop_words", "malformed_option")
    ]


def test_a_wrong_option_is_refused_at_submission(settings: Settings) -> None:
    with pytest.raises(InvalidInput, match="did you mean lora_rank") as refused:
        refuse(input_problems(settings, make_spec(extra_args={"lora_rnak": 8}), (CATALOG,)))

    assert refused.value.context["errors"] == [
        {
            "field": "extra_args.lora_rnak",
            "message": "no such option in ms-swift 4.6.0; did you mean lora_rank?",
            "code": "unknown_option",
        }
    ]


def test_files_that_only_the_nodes_see_are_left_to_them(make_settings: Callable[..., Settings], tmp_path: Path) -> None:
    settings = make_settings(ALLOWED_ROOTS=str(tmp_path))
    spec = make_spec(data_path=str(tmp_path / "none.jsonl"), params=PARAMS)

    found = dry_run(spec, settings, CATALOG, "4.6.0")

    assert found.ok
    assert any(note.startswith("data_path: lies on the nodes") for note in found.notes)
