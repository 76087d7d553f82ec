from typing import Any

import pytest

from common.exports import ExportFormat, ExportSpec
from common.swift.options import OptionCode, check_export_options
from common.swift.options.bundled import newest_catalog
from common.swift.options.catalog import Option, OptionType
from common.swift.options.check_export import COMMAND
from common.swift.options.refused_export import EXPORT_MANAGED

CATALOG = newest_catalog()


def codes(**extra_args: Any) -> dict[str, OptionCode]:
    found = check_export_options(ExportSpec(extra_args=extra_args), CATALOG)
    return {problem.field.removeprefix("extra_args."): problem.code for problem in found}


def quantized(method: str, bits: int | None) -> list[str]:
    found = check_export_options(ExportSpec(ExportFormat.QUANTIZED, method, bits), CATALOG)
    return [f"{problem.field}: {problem.message}" for problem in found]


def test_options_of_an_export_are_taken() -> None:
    assert codes(group_size=64, quant_n_samples=128, max_shard_size="2GB", torch_dtype="float16") == {}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("output_dir", "/etc", OptionCode.MANAGED),
        ("push_to_hub", True, OptionCode.MANAGED),
        ("to_ollama", True, OptionCode.MANAGED),
        ("hub_token", "secret", OptionCode.UNSAFE),
        ("external_plugins", ["x.py"], OptionCode.UNSAFE),
        ("custom_dataset_info", "x.json", OptionCode.UNSAFE),
        ("system", "/etc/passwd.txt", OptionCode.UNSAFE),
        ("group_size", "many", OptionCode.WRONG_TYPE),
        ("learning_rate", 1e-4, OptionCode.OTHER_METHOD),
        ("quant_n_sample", 3, OptionCode.MALFORMED),
        ("no_such_thing", 3, OptionCode.UNKNOWN),
    ],
)
def test_others_are_refused_by_name(name: str, value: Any, code: OptionCode) -> None:
    assert codes(**{name: value}) == {name: code}


def test_each_option_that_this_service_sets_is_one_of_ms_swift() -> None:
    assert set(EXPORT_MANAGED) <= set(CATALOG.commands[COMMAND])


@pytest.mark.parametrize(("method", "bits"), [("awq", 4), ("gptq", 3), ("gptq_v2", 8), ("bnb", 8), ("fp8", None)])
def test_bits_that_a_method_has_are_taken(method: str, bits: int | None) -> None:
    assert quantized(method, bits) == []


def test_bits_that_it_has_not_are_refused_with_those_it_has() -> None:
    assert quantized("awq", 8) == ["quant_bits: awq takes 4"]
    assert quantized("gptq", None) == ["quant_bits: gptq takes 2, 3, 4, 8"]
    assert quantized("fp8", 8) == ["quant_bits: fp8 has bits of its own; leave it out"]


def test_a_method_of_another_release_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert quantized("hqq", 4) == ["quant_method: 'hqq' is not one of awq, gptq, bnb, fp8, gptq_v2"]

    newer = Option(OptionType.STR, choices=("awq", "new"))
    monkeypatch.setitem(CATALOG.commands[COMMAND], "quant_method", newer)  # type: ignore[arg-type]
    assert quantized("new", 4) == ["quant_method: this service knows awq, gptq, gptq_v2, bnb, fp8"]
