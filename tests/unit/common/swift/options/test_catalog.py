import pytest

from common.swift.options import METHODS, Option, command_of, nearest_catalog, parse_catalog
from common.swift.options.bundled import bundled_text, bundled_versions, newest_catalog
from common.swift.options.catalog import OptionType
from common.swift.options.refused import FREE_TEXT, IMPLEMENTATIONS, PATHS, PRESETS, REFUSED
from common.swift.options.safety import name_refusal
from common.swift.options.typed import RENAMED, SAME_NAME, UNFREEZING


def test_a_catalog_tells_what_each_option_of_a_command_takes() -> None:
    catalog = nearest_catalog("4.6.0")

    assert catalog.version == "4.6.0"
    assert catalog.commands["sft"]["lora_rank"] == Option(OptionType.INT, default=8)
    assert catalog.commands["rlhf"]["reward_weights"] == Option(OptionType.FLOAT, many=True)
    assert catalog.commands["sft"]["loss_scale"].default == "default"
    assert catalog.commands["pt"]["loss_scale"].default == "all"
    assert catalog.commands_with("merge_lora") == ["export", "deploy", "infer"]


@pytest.mark.parametrize("version", ["4.6.0", "4.6.1", "4.7.0.dev0", "5.0", "3.12.1", "", "what?"])
def test_a_release_without_a_catalog_gets_the_nearest(version: str) -> None:
    assert nearest_catalog(version).version in bundled_versions()
    assert (bundled_text(version) is None) == (version not in bundled_versions())


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"version": "1"}', '{"version": "1", "options": {"a": [{"in": ["sft"]}]}}', "[" * 100_000],
)
def test_a_text_that_is_no_catalog_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_catalog(text)


def test_every_method_has_a_command_with_options() -> None:
    assert {command_of(method) for method in METHODS} == {"sft", "pt", "rlhf"}
    assert all(newest_catalog().commands[command_of(method)] for method in METHODS)


def test_every_name_that_has_a_rule_is_an_option() -> None:
    ruled = {*REFUSED, *PATHS, *PRESETS, *FREE_TEXT, *IMPLEMENTATIONS, *SAME_NAME, *UNFREEZING}
    ruled |= {name for names in RENAMED.values() for name in names}

    assert ruled - newest_catalog().commands["rlhf"].keys() == {"train_type", "load_dataset_config"}


def test_no_real_option_is_mistaken_for_the_beginning_of_a_refused_one() -> None:
    for command in ("sft", "pt", "rlhf"):
        assert [name for name in newest_catalog().commands[command] if name not in REFUSED and name_refusal(name)] == []
