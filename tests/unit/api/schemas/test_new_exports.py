from typing import Any

import pytest
from marshmallow import ValidationError

from api.schemas.new_exports import NEW_EXPORT_EXAMPLES, NewExportSchema


def problems(**body: Any) -> dict[str, Any]:
    with pytest.raises(ValidationError) as refused:
        NewExportSchema().load(body)
    assert isinstance(refused.value.messages, dict)
    return refused.value.messages


def test_an_empty_body_is_a_merge() -> None:
    body = NewExportSchema().load({})

    assert (body["format"], body["quant_method"], body["push_to_hub"], body["gpus"]) == ("merged", None, None, 1)


@pytest.mark.parametrize("name", NEW_EXPORT_EXAMPLES)
def test_the_examples_are_taken(name: str) -> None:
    NewExportSchema().load(NEW_EXPORT_EXAMPLES[name]["value"])


def test_a_model_is_private_unless_it_is_said_not_to_be() -> None:
    body = NewExportSchema().load({"push_to_hub": {"hub_model_id": "team/bot"}})

    assert body["push_to_hub"] == {"hub_model_id": "team/bot", "private": True, "use_hf": None, "commit_message": ""}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"format": "quantized"}, "quant_method"),
        ({"format": "quantized", "quant_method": "hqq"}, "quant_method"),
        ({"quant_method": "awq"}, "format"),
        ({"quant_bits": 4}, "format"),
        ({"data_path": "a/b"}, "format"),
        ({"format": "quantized", "quant_method": "bnb", "data_path": "a/b"}, "quant_method"),
        ({"format": "onnx"}, "format"),
        ({"quant_bit": 4}, "quant_bit"),
        ({"gpus": 0}, "gpus"),
    ],
)
def test_what_does_not_fit_is_named(body: dict[str, Any], field: str) -> None:
    assert list(problems(**body)) == [field]


@pytest.mark.parametrize("repository", ["bot", "a/b/c", "../b", "a/..", "a b/c", "a/b\n", "https://x/y", ""])
def test_a_repository_is_an_owner_and_a_name(repository: str) -> None:
    assert list(problems(push_to_hub={"hub_model_id": repository})) == ["push_to_hub"]


def test_a_token_is_no_field() -> None:
    told = problems(push_to_hub={"hub_model_id": "a/b", "token": "hf_x"})

    assert "token" in told["push_to_hub"]


def test_gguf_is_refused_with_the_way_out() -> None:
    assert "convert_hf_to_gguf.py" in problems(format="gguf")["format"][0]
