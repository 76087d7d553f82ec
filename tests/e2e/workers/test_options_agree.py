"""The check of options and ms-swift's own classes of arguments agree: what the one takes, the other takes."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from api.services.trainers import default_params
from common.job_specs import TaskType
from common.swift.command.command import train_command
from common.swift.options import check_training_options, nearest_catalog
from tests.builders import make_spec
from tests.conflicting_options import CONFLICTS, DATA, MODEL, mended
from tests.e2e.workers.conftest import TINY, Bench

pytestmark = pytest.mark.e2e

SCRIPT = Path(__file__).with_name("parse_arguments.py")
PLAIN: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("sft", {}, {}),
    ("sft", {"train_type": "full"}, {"freeze_parameters_ratio": 0.5}),
    ("sft", {}, {"system": "Be brief.\nBe kind.", "response_prefix": "<think>\n"}),
    ("sft", {}, {"target_modules": ["q_proj", "v_proj"], "report_to": ["none"]}),
    *(
        ("sft", {}, {"task_type": "embedding", "loss_type": "infonce", "mrl_dims": dims})
        for dims in ('{"64": 1, "32": 1}', {"64": 1, "32": 0.5})
    ),
    ("pt", {}, {"truncation_strategy": "split"}),
    ("dpo", {}, {"padding_free": True, "attn_impl": "flash_attn"}),
    ("grpo", {"batch_size": 2}, {"reward_funcs": ["format"]}),
]


@pytest.fixture(scope="module")
def verdicts(bench: Bench) -> dict[str, str]:
    """What ms-swift says to each of the tables' rows, by what it was asked."""
    asked = [(case.method, case.params, case.extra) for case in CONFLICTS]
    asked += [(case.method, *mended(case)) for case in CONFLICTS]
    commands = {_key(*row): _command(bench, *row) for row in asked + PLAIN}
    file = bench.folder / "arguments.json"
    file.write_text(json.dumps(list(commands.values())))
    done = subprocess.run(
        [bench.python, str(SCRIPT), str(file)],
        env=bench.environments(1)[0] | {"HF_HUB_OFFLINE": "1"},
        cwd=bench.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(zip(commands, json.loads(done.stdout.splitlines()[-1]), strict=True))


def test_what_our_check_takes_ms_swift_takes(verdicts: dict[str, str]) -> None:
    rows = [*PLAIN, *((case.method, *mended(case)) for case in CONFLICTS)]

    assert [row for row in rows if _refused_here(*row)] == []
    assert {str(row): verdicts[_key(*row)] for row in rows if verdicts[_key(*row)]} == {}


def test_what_our_check_refuses_ms_swift_refuses_as_soon_as_it_sees_it(verdicts: dict[str, str]) -> None:
    cases = [case for case in CONFLICTS if case.parser_refuses]

    assert [str(case) for case in cases if not verdicts[_key(case.method, case.params, case.extra)]] == []
    assert [str(case) for case in cases if not _refused_here(case.method, case.params, case.extra)] == []


def _refused_here(method: str, params: dict[str, Any], extra: dict[str, Any]) -> bool:
    spec = make_spec(method=method, params={**default_params(TaskType.LLM), **params})
    return bool(check_training_options(spec.training, extra, nearest_catalog("4.6.0"), 1, frozenset(params)))


def _command(bench: Bench, method: str, params: dict[str, Any], extra: dict[str, Any]) -> list[str]:
    there = {DATA: str(bench.dataset), MODEL: str(bench.model), "one": "one", "two": "two"}
    params = {**default_params(TaskType.LLM), **params}
    spec = make_spec(method=method, params=params, extra_args=TINY | extra)
    # As on a GPU; ms-swift looks for one that computes in bfloat16 unless it is told that there is none.
    context = bench.context(bench.folder / "parsed", on_cpu=False, resolved=there)
    return [*train_command(spec, context), "--use_cpu=true"]


def _key(method: str, params: dict[str, Any], extra: dict[str, Any]) -> str:
    return json.dumps([method, params, extra], sort_keys=True)
