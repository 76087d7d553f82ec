"""What users are told of files has the names that they gave."""

from pathlib import Path

import pytest

from common.exports import Export
from common.swift.inputs.given_names import as_given, given_names, source_as_given
from common.trainings import Resume, field_as_sent
from tests.builders import make_spec

SHA = "a" * 64
UPLOAD = f"dataset:half_null@{SHA}.jsonl#100"


def places(file_name: str) -> list[Path]:
    return [Path("/data/datasets", file_name), Path("/node/datasets", file_name)]


def test_an_upload_is_called_by_its_name_wherever_it_lies() -> None:
    spec = make_spec(data_path=("/own/a.jsonl", UPLOAD))
    names = given_names(spec, places)

    for folder in ("/data", "/node"):
        assert as_given(f"{folder}/datasets/{SHA}.jsonl, line 3: is null", names) == "half_null, line 3: is null"
    assert as_given("/own/a.jsonl, line 3", names) == "/own/a.jsonl, line 3"
    assert source_as_given(spec, f"/node/datasets/{SHA}.jsonl") == "half_null"
    assert source_as_given(spec, "/own/a.jsonl") == "/own/a.jsonl"


@pytest.mark.parametrize(
    ("path", "said", "told"),
    [
        ("/out/m/merged", "/out/m/merged has no tokenizer", "job 'm' has no tokenizer"),
        ("/out/m/merged", "/out/m/merged/config.json: not JSON", "config.json of job 'm': not JSON"),
        ("/out/m/merged", "'/out/m/merged' is not below", "job 'm' is not below"),
        ("/out/m/merged", "/out/m/merged-2 has none", "/out/m/merged-2 has none"),
    ],
)
def test_a_job_is_called_by_its_id(path: str, said: str, told: str) -> None:
    assert as_given(said, given_names(make_spec(model_path=path, model_job_id="m"), places)) == told


def test_adapters_and_states_are_those_of_jobs_and_exports_name_one_of_several_checkpoints() -> None:
    adapter = make_spec(extra_args={"adapters": ["/out/a/checkpoint-4"]}, adapter_job_id="a")
    several = make_spec(extra_args={"adapters": ["/out/a/checkpoint-4", "/own"]}, adapter_job_id="a")
    state = make_spec(resume=Resume("b", checkpoint_path="/out/b/checkpoint-9"))
    export = make_spec(work=Export(adapter.training, "c", "/out/c/checkpoint-2"))

    assert [given_names(spec, places) for spec in (adapter, several, state, export, make_spec())] == [
        {"/out/a/checkpoint-4": "job 'a'"},
        {},
        {"/out/b/checkpoint-9": "job 'b'"},
        {},
        {},
    ]


def test_a_field_is_called_as_it_was_sent() -> None:
    called = {"params": "llm_params", "extra_args.val_dataset": "val_dataset"}
    names = given_names(make_spec(called=called), places)

    assert as_given("extra_args.val_dataset: /own/a.jsonl is empty", names) == "val_dataset: /own/a.jsonl is empty"
    assert as_given("all params of it", names) == "all params of it"
    assert [field_as_sent(name, called) for name in ("params.lora_rank", "extra_args.val_dataset", "gpus")] == [
        "llm_params.lora_rank", "val_dataset", "gpus",
    ]  # fmt: skip
