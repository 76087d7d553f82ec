"""Training parameters as users send them: what all types share, what LLM adds, what MLLM adds."""

from typing import Any

from marshmallow import fields, post_load, validate

from api.schemas.fields import Number, StrictSchema, WholeNumber
from common.swift.options.bundled import newest_catalog
from common.swift.options.check import unknown_parameter

_POSITIVE_RATE = validate.Range(min=0, max=10, min_inclusive=False)
# An open end of a range does not reach the OpenAPI document by itself.
_ABOVE_ZERO = {"exclusiveMinimum": 0}
_COUNT = validate.Range(min=1, max=1_000_000_000)
_WORKERS = validate.Range(min=0, max=256)


class Sent(dict[str, Any]):
    """Parameters with their defaults; `names` are those that the client sent, which alone can contradict anything."""

    def __init__(self, values: dict[str, Any], names: frozenset[str]) -> None:
        super().__init__(values)
        self.names = names


class BaseParamsSchema(StrictSchema):
    """What every training has. Only what is sent overrides a default."""

    @post_load(pass_original=True)
    def tell_what_was_sent(self, data: dict[str, Any], original: dict[str, Any], **_: Any) -> Sent:
        return Sent(data, frozenset(original))

    def about_unknown(self, name: str) -> str:
        return unknown_parameter(name, self.fields, newest_catalog().commands["rlhf"])

    num_epochs = Number(
        load_default=1, validate=validate.Range(min=0, max=100_000, min_inclusive=False), metadata=_ABOVE_ZERO
    )
    batch_size = WholeNumber(load_default=1, validate=validate.Range(min=1, max=65_536))
    learning_rate = Number(load_default=1e-4, validate=_POSITIVE_RATE, metadata=_ABOVE_ZERO)
    gradient_accumulation_steps = WholeNumber(load_default=4, validate=validate.Range(min=1, max=65_536))
    eval_steps = WholeNumber(load_default=100, validate=_COUNT)
    save_steps = WholeNumber(load_default=100, validate=_COUNT)
    save_total_limit = WholeNumber(load_default=2, validate=validate.Range(min=1, max=10_000))
    logging_steps = WholeNumber(load_default=5, validate=_COUNT)
    max_length = WholeNumber(load_default=2048, validate=validate.Range(min=1, max=10_000_000))
    warmup_ratio = Number(
        load_default=0.05, validate=validate.Range(min=0, max=1, max_inclusive=False), metadata={"exclusiveMaximum": 1}
    )
    dataloader_num_workers = WholeNumber(load_default=4, validate=_WORKERS)
    dataset_num_proc = WholeNumber(load_default=4, validate=validate.Range(min=1, max=256))
    save_only_model = fields.Boolean(load_default=True)
    torch_dtype = fields.String(
        load_default="bfloat16", validate=validate.OneOf(["bfloat16", "float16", "float32", "auto"])
    )


class LlmParamsSchema(BaseParamsSchema):
    """Parameters of a language model training."""

    train_type = fields.String(
        load_default="lora",
        validate=validate.OneOf(
            ["lora", "full", "longlora", "adalora", "llamapro", "adapter", "vera", "boft", "fourierft", "reft"]
        ),
    )
    lora_rank = WholeNumber(load_default=16, validate=validate.Range(min=1, max=4096))
    lora_alpha = WholeNumber(load_default=32, validate=validate.Range(min=1, max=65_536))


class MllmParamsSchema(LlmParamsSchema):
    """Parameters of a multimodal training: the vision tower and the aligner have rates of their own."""

    vit_lr = Number(load_default=1e-5, validate=_POSITIVE_RATE, metadata=_ABOVE_ZERO)
    aligner_lr = Number(load_default=1e-5, validate=_POSITIVE_RATE, metadata=_ABOVE_ZERO)
