import pytest

from common.exports import ExportFormat, ExportSpec, HubPush
from common.swift.command.argv import OptionRefused
from common.swift.command.export_command import merge_command, push_arguments, quantize_command

AWQ = ExportSpec(ExportFormat.QUANTIZED, "awq", 4, {"group_size": 64})


def test_export_merges_the_adapter() -> None:
    assert merge_command("/out/checkpoint-5", "/out/merged") == [
        "-m",
        "swift.cli.export",
        "--adapters=/out/checkpoint-5",
        "--merge_lora=true",
        "--output_dir=/out/merged",
    ]


def test_options_of_a_merge_are_passed_and_those_of_a_quantiser_are_not() -> None:
    whole = ExportSpec(extra_args={"max_shard_size": "2GB"})

    assert "--max_shard_size=2GB" in merge_command("/out/checkpoint-5", "/out/merged", whole)
    assert merge_command("/out/checkpoint-5", "/out/merged", AWQ) == merge_command("/out/checkpoint-5", "/out/merged")


def test_a_method_that_calibrates_gets_the_data() -> None:
    assert quantize_command(AWQ, "/out/merged", ["/data/train.jsonl#100"], "/out/awq-int4") == [
        "-m",
        "swift.cli.export",
        "--group_size=64",
        "--model=/out/merged",
        "--quant_method=awq",
        "--quant_bits=4",
        "--dataset=/data/train.jsonl#100",
        "--output_dir=/out/awq-int4",
    ]


@pytest.mark.parametrize(
    ("method", "bits", "passed"),
    [("bnb", 8, ["--quant_method=bnb", "--quant_bits=8"]), ("fp8", None, ["--quant_method=fp8"])],
)
def test_a_method_that_does_not_gets_none(method: str, bits: int | None, passed: list[str]) -> None:
    command = quantize_command(ExportSpec(ExportFormat.QUANTIZED, method, bits), "/m", (), "/out")

    assert command[2:] == ["--model=/m", *passed, "--output_dir=/out"]


@pytest.mark.parametrize("name", ["output_dir", "external_plugins", "hub_token", "exist_ok", "to_mcore", "merge_lor"])
def test_an_option_that_a_user_may_not_send_is_never_passed(name: str) -> None:
    with pytest.raises(OptionRefused):
        quantize_command(ExportSpec(ExportFormat.QUANTIZED, "bnb", 4, {name: "x"}), "/m", (), "/out")


def test_a_push_names_its_hub_and_no_token() -> None:
    push = HubPush("team/bot", private=False, commit_message="--private=true")

    assert push_arguments(push, "/out/merged", "huggingface") == [
        "--hub=huggingface",
        "--repo=team/bot",
        "--folder=/out/merged",
        "--private=false",
        "--message=--private=true",
    ]


@pytest.mark.parametrize(
    ("export", "name"),
    [
        (ExportSpec(), "merged"),
        (AWQ, "awq-int4"),
        (ExportSpec(ExportFormat.QUANTIZED, "fp8"), "fp8"),
    ],
)
def test_each_export_has_a_folder_name_that_tells_what_it_is(export: ExportSpec, name: str) -> None:
    assert export.name == name
