import json
from pathlib import Path

import pytest

from common.reasons import Reason
from common.swift.inputs import adapter_rank, check_adapter
from tests.model_files import Shapes, make_adapter, make_model, write_safetensors

Q = "self_attn.q_proj"
UP = "mlp.up_proj"


def _lora(layer: str, into: int, out: int, rank: int = 8) -> Shapes:
    return {f"{layer}.lora_A.weight": (rank, into), f"{layer}.lora_B.weight": (out, rank)}


def _messages(adapter: Path, model: Path | str) -> list[str]:
    return [problem.message for problem in check_adapter(adapter, str(model))]


def test_an_adapter_of_this_model_is_accepted(tmp_path: Path) -> None:
    assert _messages(make_adapter(tmp_path / "a"), make_model(tmp_path / "m")) == []


def test_of_a_model_that_is_not_known_yet_every_adapter_may_be(tmp_path: Path) -> None:
    assert _messages(make_adapter(tmp_path / "a", base="Qwen/Qwen2.5-7B"), "") == []


def test_an_adapter_of_a_wider_model_says_which_layer_and_which_model(tmp_path: Path) -> None:
    model = make_model(tmp_path / "m")
    adapter = make_adapter(tmp_path / "a", _lora(f"base_model.model.model.layers.0.{Q}", 128, 256), "Qwen/Qwen2.5-7B")

    [message] = _messages(adapter, model)

    assert message == (
        f"{adapter} does not fit {model}: layer layers.0.{Q} is 64→64 there and 128→256 for the adapter; "
        "it was made for Qwen/Qwen2.5-7B"
    )


def test_an_adapter_of_a_deeper_model_is_refused(tmp_path: Path) -> None:
    adapter = make_adapter(tmp_path / "a", _lora(f"model.layers.7.{Q}", 64, 64))

    [message] = _messages(adapter, make_model(tmp_path / "m"))

    assert f"there is no layer layers.7.{Q}" in message


@pytest.mark.parametrize(
    ("layer", "tail"),
    [
        (f"base_model.model.model.language_model.layers.0.{Q}", ".lora_{side}.weight"),
        (f"base_model.model.model.layers.0.{Q}", ".lora_{side}.default.weight"),
        (f"model.layers.0.{Q}", ".lora_{side}"),
    ],
)
def test_layers_are_found_under_the_names_that_other_releases_give_them(tmp_path: Path, layer: str, tail: str) -> None:
    def shapes(into: int) -> Shapes:
        return {layer + tail.format(side="A"): (8, into), layer + tail.format(side="B"): (64, 8)}

    model = make_model(tmp_path / "m")

    assert _messages(make_adapter(tmp_path / "fits", shapes(64)), model) == []
    assert "does not fit" in _messages(make_adapter(tmp_path / "other", shapes(65)), model)[0]


def test_a_layer_may_lie_the_other_way_round(tmp_path: Path) -> None:
    model = make_model(tmp_path / "m", {"h.0.attn.c_attn.weight": (64, 192)})

    assert _messages(make_adapter(tmp_path / "a", _lora("transformer.h.0.attn.c_attn", 64, 192)), model) == []


def test_of_two_layers_with_one_name_either_may_be_meant(tmp_path: Path) -> None:
    both = {f"vision.encoder.layers.0.{Q}.weight": (32, 32), f"model.layers.0.{Q}.weight": (64, 64)}
    model = make_model(tmp_path / "m", both)

    assert _messages(make_adapter(tmp_path / "a", _lora(f"model.layers.0.{Q}", 64, 64)), model) == []
    assert _messages(make_adapter(tmp_path / "b", _lora(f"model.layers.0.{Q}", 16, 16)), model) != []


def test_a_part_whose_layers_have_other_names_is_passed_over(tmp_path: Path) -> None:
    shapes = _lora(f"model.layers.0.{Q}", 64, 64) | _lora("model.visual.blocks.0.qkv", 8, 24)

    assert _messages(make_adapter(tmp_path / "a", shapes), make_model(tmp_path / "m")) == []


def test_shapes_are_looked_for_in_every_file_of_the_model(tmp_path: Path) -> None:
    model = make_model(tmp_path / "m", {"lm_head.weight": (10, 64)})
    write_safetensors(model / "model-2.safetensors", {f"model.layers.0.{UP}.weight": (256, 64)})

    assert _messages(make_adapter(tmp_path / "a", _lora(f"model.layers.0.{UP}", 64, 256)), model) == []
    assert _messages(make_adapter(tmp_path / "b", _lora(f"model.layers.0.{UP}", 64, 128)), model) != []


@pytest.mark.parametrize(
    ("base", "accepted"),
    [
        ("Qwen/Qwen2.5-7B", True),
        ("/cache/models--Qwen--Qwen2.5-7B/snapshots/12ab", True),
        ("/cache/Qwen2___5-7B/", True),
        ("Qwen/Qwen2.5-14B", False),
        ("", True),
    ],
)
@pytest.mark.parametrize("packed", [True, False])
def test_where_shapes_tell_nothing_the_names_decide(tmp_path: Path, base: str, accepted: bool, packed: bool) -> None:
    adapter = make_adapter(tmp_path / "a", base=base)
    model = str(make_model(tmp_path / "Qwen2.5-7B", dtype="U8")) if packed else "Qwen/Qwen2.5-7B"

    messages = _messages(adapter, model)

    assert messages == ([] if accepted else [f"{adapter} is not an adapter of {model}; it was made for {base}"])


def test_the_name_of_a_model_that_fits_is_no_matter(tmp_path: Path) -> None:
    assert _messages(make_adapter(tmp_path / "a", base="Qwen/Other"), make_model(tmp_path / "m")) == []


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({}, "is no adapter: no adapter_config.json"),
        ({"config.json": "{}", "model.safetensors": "x"}, "is a whole model, not an adapter"),
        ({"adapter_config.json": "{}", "adapter_model.safetensors": "x"}, "is not a JSON object"),
        ({"adapter_config.json": '{"r": 8}'}, "has no weights"),
        ({"adapter_config.json": '{"r": 8}', "adapter_model.safetensors": ""}, "is empty"),
        ({"adapter_config.json": '{"r": 8}', "adapter_model.bin": "version https://git-lfs\n"}, "Git LFS pointer"),
    ],
)
def test_a_folder_that_is_no_adapter_is_refused_with_the_cause(tmp_path: Path, files: dict[str, str], why: str) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content)

    [problem] = check_adapter(tmp_path, "/nowhere", "adapters.sql")

    assert (problem.field, problem.code) == ("adapters.sql", Reason.MODEL_INVALID)
    assert why in problem.message


def test_a_missing_adapter_is_not_found(tmp_path: Path) -> None:
    [problem] = check_adapter(tmp_path / "gone", "Qwen/x")

    assert problem.code is Reason.MODEL_NOT_FOUND


@pytest.mark.parametrize("head", [b"", b"\xff" * 8, (10**6).to_bytes(8, "little") + b"{", b"\x02" + bytes(7) + b"[]"])
def test_weights_that_cannot_be_read_leave_it_to_the_names(tmp_path: Path, head: bytes) -> None:
    adapter = make_adapter(tmp_path / "a", base="Qwen/m")
    model = make_model(tmp_path / "m")
    (model / "model.safetensors").write_bytes(head)

    assert _messages(adapter, model) == []


def test_an_adapter_may_keep_its_files_one_folder_down(tmp_path: Path) -> None:
    make_adapter(tmp_path / "a" / "default", base="Qwen/m")

    assert _messages(tmp_path / "a", make_model(tmp_path / "m")) == []
    assert adapter_rank(tmp_path / "a") == 8


def test_the_rank_is_the_highest_of_all_layers(tmp_path: Path) -> None:
    adapter = make_adapter(tmp_path / "a", rank=16)
    assert adapter_rank(adapter) == 16
    (adapter / "adapter_config.json").write_text(json.dumps({"r": 16, "rank_pattern": {"q_proj": 64}}))
    assert adapter_rank(adapter) == 64
    (adapter / "adapter_config.json").write_text("[]")
    assert adapter_rank(adapter) == 0


def test_an_adapter_of_a_model_in_a_hubs_cache_is_accepted_by_either_name(tmp_path: Path) -> None:
    """Shapes that cannot be read leave names to judge by: of a link, its own and its target's."""
    snapshot = tmp_path / "models--Qwen--Qwen2.5-7B" / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (tmp_path / "mine").symlink_to(snapshot)

    assert _messages(make_adapter(tmp_path / "a", base="Qwen/Qwen2.5-7B"), tmp_path / "mine") == []
    assert _messages(make_adapter(tmp_path / "b", base=str(tmp_path / "mine")), snapshot) == []
