"""A form put into the generation config of vLLM, SGLang or LMDeploy, which mask tokens themselves.

Calls are told as a structural tag of xgrammar's (0.1.25 and later), which vLLM takes from 0.12 on, and SGLang with its
default grammar back end.
"""

# The swift environment has these libraries; the environment that mypy sees does not.
# mypy: disable-error-code="import-not-found, no-any-unimported"

import json
from collections.abc import Callable, Mapping
from typing import Any

from ...ask import Constraint
from ...errors import ApiError, unsupported_value
from ...thoughts import END
from ..begun import NOTHING, Begun
from .call_formats import CallFormat, call_format
from .grammars import CALL_PARAM, known, name_of, parameters_of, parameters_param
from .schemas import FORMAT_PARAM, refuse_impossible, refuse_uncommon

_OBJECT: Mapping[str, Any] = {"type": "object"}
_FORMAT = "response_format"
_REASON_MAX = 300


def constrain(back_end: str, config: Any, constraint: Constraint, agent_template: Any, begun: Begun = NOTHING) -> None:
    """Change `config`, which ms-swift made for one request, whose answer goes on from what was `begun`. Raises
    ApiError.
    """
    if constraint.kind == "json" and begun.text.strip():
        raise unsupported_value(
            "messages",
            "cannot end with a message of the assistant's beside a 'response_format': the back end of this model, "
            f"{back_end}, begins each form anew. Leave that message out, or serve the model with the transformers back "
            "end",
        )
    _TOLD[back_end](config, constraint, call_format(agent_template), begun.is_thinking)


def refused_by(back_end: str, constraint: Constraint, reason: str) -> ApiError:
    """What an engine said of a form, which it looked at only as it was asked."""
    told = " ".join(reason.split())[:_REASON_MAX].rstrip(". ")
    return unsupported_value(_param(constraint), f"cannot be held to by the back end of this model, {back_end}: {told}")


def _to_vllm(config: Any, constraint: Constraint, form: CallFormat | None, is_thinking: bool) -> None:
    from vllm import sampling_params  # noqa: PLC0415 - where it is installed

    schema = _schema(constraint, "vllm")
    is_old = not hasattr(config, "structured_outputs")
    kind = getattr(sampling_params, "GuidedDecodingParams" if is_old else "StructuredOutputsParams")
    if constraint.kind == "json" and not is_thinking:
        params = kind(json=dict(schema))
    elif is_old:
        raise unsupported_value(_param(constraint), "needs vLLM 0.12 or later with this model")
    else:
        params = kind(
            structural_tag=json.dumps(structural_tag(constraint, schema, form, "vllm", is_thinking=is_thinking))
        )
    setattr(config, "guided_decoding" if is_old else "structured_outputs", params)


def _to_sglang(config: Any, constraint: Constraint, form: CallFormat | None, is_thinking: bool) -> None:
    schema = _schema(constraint, "sglang")
    if constraint.kind == "json" and not is_thinking:
        config["json_schema"] = json.dumps(schema)
    else:
        tag = structural_tag(constraint, schema, form, "sglang", is_thinking=is_thinking)
        config["structural_tag"] = json.dumps(tag)


def _to_lmdeploy(config: Any, constraint: Constraint, _form: CallFormat | None, is_thinking: bool) -> None:
    schema = _schema(constraint, "lmdeploy")
    if constraint.kind == "calls":
        raise unsupported_value(CALL_PARAM, "cannot force a call with this model's back end, lmdeploy. Send 'auto'")
    if is_thinking or not hasattr(config, "response_format"):
        why = "with a model that thinks first" if is_thinking else "by this release of it"
        raise unsupported_value(_FORMAT, f"is not honoured by the back end of this model, lmdeploy, {why}")
    config.response_format = {"type": "json_schema", "json_schema": {"name": "answer", "schema": dict(schema)}}


_TOLD: Mapping[str, Callable[[Any, Constraint, CallFormat | None, bool], None]] = {
    "lmdeploy": _to_lmdeploy,
    "sglang": _to_sglang,
    "vllm": _to_vllm,
}


def structural_tag(
    constraint: Constraint, schema: Mapping[str, Any], form: CallFormat | None, back_end: str, *, is_thinking: bool
) -> dict[str, Any]:
    """In xgrammar's words. Raises ApiError."""
    thought = {"type": "tag", "begin": "", "content": {"type": "any_text"}, "end": END}
    parts = [thought, _text("\n\n")] if is_thinking else []
    parts += [_json(schema)] if constraint.kind == "json" else _calls(constraint, known(form), back_end)
    return {"type": "structural_tag", "format": {"type": "sequence", "elements": parts}}


def _calls(constraint: Constraint, form: CallFormat, back_end: str) -> list[dict[str, Any]]:
    if form.parameters is not None:
        raise unsupported_value(
            CALL_PARAM,
            f"cannot force a call of this model with its back end, {back_end}: it writes arguments one by one. Send "
            "'auto', or serve it with the transformers back end",
        )
    for function in constraint.functions:
        refuse_uncommon(parameters_of(function), parameters_param(function), back_end)
    if constraint.several and not form.is_one and form.between and form.close and "{place}" not in form.open:
        tags = [_tag(function, form) for function in constraint.functions]
        calls = {"type": "tags_with_separator", "tags": tags, "separator": form.between, "at_least_one": True}
    else:  # one call is never too few
        calls = {"type": "or", "elements": [_call(function, form) for function in constraint.functions]}
    return [*_texts(form.begin), calls, *_texts(form.end)]


def _tag(function: Mapping[str, Any], form: CallFormat) -> dict[str, Any]:
    return {
        "type": "tag",
        "begin": _opened(function, form),
        "content": _json(parameters_of(function)),
        "end": form.close,
    }


def _call(function: Mapping[str, Any], form: CallFormat) -> dict[str, Any]:
    parts = [_text(_opened(function, form)), _json(parameters_of(function)), *_texts(form.close)]
    return {"type": "sequence", "elements": parts}


def _opened(function: Mapping[str, Any], form: CallFormat) -> str:
    return form.open.replace("{name}", name_of(function)).replace("{place}", "0")


def _json(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": dict(schema)}


def _text(text: str) -> dict[str, Any]:
    return {"type": "const_string", "value": text}


def _texts(text: str) -> list[dict[str, Any]]:
    return [_text(text)] if text else []


def _schema(constraint: Constraint, back_end: str) -> Mapping[str, Any]:
    """Of the whole answer."""
    schema = _OBJECT if constraint.schema is None else constraint.schema
    refuse_impossible(schema, FORMAT_PARAM)
    refuse_uncommon(schema, FORMAT_PARAM, back_end)
    return schema


def _param(constraint: Constraint) -> str:
    return _FORMAT if constraint.kind == "json" else CALL_PARAM
