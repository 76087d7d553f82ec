"""The body and the answer of POST /training/jobs/{id}/export."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from api.schemas.fields import StrictSchema, WholeNumber, WholeText
from api.schemas.job_fields import checkpoint_field, data_field, extra_args_field
from api.schemas.jobs import JobActionSchema
from common.exports import ExportFormat
from common.swift.quantizers import QUANTIZERS, calibrates

GGUF = "gguf"
NO_GGUF = (
    "No well-kept package makes GGUF files: export the merged model, "
    "then run convert_hf_to_gguf.py of llama.cpp on its folder."
)
REPOSITORY_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,95}/[A-Za-z0-9][A-Za-z0-9_.-]{0,95}$"

NEW_EXPORT_EXAMPLES: dict[str, dict[str, Any]] = {
    "merged": {"summary": "The whole model, as without a body", "value": {}},
    "quantized": {"summary": "Four bits, by AWQ", "value": {"format": "quantized", "quant_method": "awq"}},
    "pushed": {
        "summary": "The whole model, on a hub too",
        "value": {"push_to_hub": {"hub_model_id": "team/support-bot", "use_hf": True}},
    },
}


class HubPushSchema(StrictSchema):
    """A repository on a hub; the token is in the environment of the nodes' workers."""

    hub_model_id = fields.String(
        required=True,
        validate=WholeText(REPOSITORY_PATTERN, error="Must be owner/name."),
        metadata={"example": "team/support-bot", "description": "Made when it is not there."},
    )
    private = fields.Boolean(
        load_default=True, metadata={"description": "True refuses a repository that is there and public."}
    )
    use_hf = fields.Boolean(
        load_default=None,
        allow_none=True,
        metadata={"description": "Hugging Face or ModelScope; by default as the node's USE_HF says."},
    )
    commit_message = fields.String(
        load_default="",
        validate=[validate.Length(max=200), WholeText(r"^[^\x00-\x1f\x7f]*$", error="Has control characters.")],
    )


class NewExportSchema(StrictSchema):
    """What to make of a trained model; nothing of it has to be sent."""

    format = fields.String(
        load_default=ExportFormat.MERGED.value,
        validate=validate.OneOf([kind.value for kind in ExportFormat]),
        metadata={"description": "The whole model with its adapter merged, or one of fewer bits."},
    )
    quant_method = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf(list(QUANTIZERS)),
        metadata={"description": "For the format quantized. Each needs packages on the node; awq, gptq, fp8 a GPU."},
    )
    quant_bits = WholeNumber(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=1, max=16),
        metadata={"description": "By default 4, where the method has a choice."},
    )
    data_path = data_field(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "What awq and gptq look at while they quantise, one data set or several; by default what it "
            "was trained on."
        },
    )
    checkpoint = checkpoint_field()
    gpus = WholeNumber(load_default=1, validate=validate.Range(min=1, max=64))
    push_to_hub = fields.Nested(HubPushSchema, load_default=None, allow_none=True)
    extra_args = extra_args_field()

    def handle_error(self, error: ValidationError, data: Any, *, many: bool, **kwargs: Any) -> None:
        """Tell why there is no GGUF, instead of that it is no choice."""
        super().handle_error(error, data, many=many, **kwargs)
        if isinstance(error.messages, dict) and isinstance(data, dict) and data.get("format") == GGUF:
            error.messages["format"] = [NO_GGUF]

    @validates_schema
    def check_together(self, data: dict[str, Any], **_: Any) -> None:
        method = data["quant_method"]
        if data["format"] == ExportFormat.QUANTIZED and not method:
            raise ValidationError({"quant_method": [f"Needed for this format; one of {', '.join(QUANTIZERS)}."]})
        if data["format"] == ExportFormat.MERGED:
            sent = [name for name in ("quant_method", "quant_bits", "data_path") if data[name]]
            if sent:
                raise ValidationError({"format": [f"Must be quantized to send {', '.join(sent)}."]})
        elif data["data_path"] and not calibrates(method):
            raise ValidationError({"quant_method": [f"{method} looks at no data; leave data_path out."]})


class ExportAnswerSchema(JobActionSchema):
    """The answer to export."""

    export_job_id = fields.String(metadata={"description": "The job that does it."})
