"""Fields that jobs of all kinds share: paths, where to run, further options, environment variables."""

import json
import unicodedata
from collections.abc import Callable
from typing import Any

from marshmallow import ValidationError, fields, validate

from api.schemas.fields import OneOrMore, StrictSchema, WholeNumber, WholeText
from common.job_specs import JobSpec
from common.swift.command.job_environment import PLAIN_VALUE
from common.swift.options.refused import FREE_TEXT

# What a field that names a folder, a file, a data set or an id on a hub takes.
_PATH_MAX, _NO_CONTROLS = 4096, r"^[^\x00-\x1f]*$"
PATH = [validate.Length(min=1, max=_PATH_MAX), WholeText(_NO_CONTROLS, error="Has control characters.")]
PATH_FORM = {"type": "string", "minLength": 1, "maxLength": _PATH_MAX, "pattern": _NO_CONTROLS}
# The best one, the last one, or one by its name.
CHECKPOINT_PATTERN = r"^(best|last|checkpoint-[0-9]{1,15})$"
METADATA_MAX_KIB = 64
EXTRA_ARGS_MAX_KIB = 64
DATA_MAX_KIB = 64
_OPTION_VALUE_MAX = 4096
# Of sentences and patterns, such as a system prompt, which have lines.
_FREE_TEXT_MAX = 32_768
_LINES = str.maketrans("", "", "\n\r\t")
_OPTION_ITEM = {"type": ["string", "number", "boolean", "object"], "maxLength": _FREE_TEXT_MAX}


def data_field(**kwargs: Any) -> OneOrMore:
    """Data sets: each by its path, its id on a hub, or as an uploaded one."""
    return OneOrMore(PATH, PATH_FORM, validate=no_longer_than(DATA_MAX_KIB), **kwargs)


def checkpoint_field() -> fields.String:
    """Which one is meant, where a training may have several."""
    return fields.String(
        load_default=None,
        allow_none=True,
        validate=WholeText(CHECKPOINT_PATTERN, error="Must be best, last, or a checkpoint's name like checkpoint-100."),
        metadata={
            "example": "best",
            "description": "Which checkpoint of the job: best, last, or its name; by default the one that it took.",
        },
    )


def no_longer_than(kib: int) -> Callable[[Any], None]:
    """A bound for what is stored, listed and read by every pass as it is. Refuses by ValidationError."""

    def check(value: Any) -> None:
        if len(json.dumps(value, ensure_ascii=False).encode()) > kib * 1024:
            raise ValidationError(f"Longer than {kib} KiB.")

    return check


def check_extra_args(extra_args: dict[str, Any]) -> None:
    """What no ms-swift option takes, whatever its name. Raises ValidationError."""
    for name, value in extra_args.items():
        for item in value if isinstance(value, list) else [value]:
            if not isinstance(item, str | int | float | bool | dict):
                raise ValidationError({name: ["Must be a text, number, boolean, object or a list of these."]})
            text = json.dumps(item) if isinstance(item, dict) else item
            if isinstance(text, str) and not _is_plain(name, text):
                raise ValidationError({name: ["Too long, or has control characters."]})


def _is_plain(name: str, text: str) -> bool:
    """A sentence may have lines, and signs that are not printed, as the joints of emojis are."""
    if name not in FREE_TEXT:
        return len(text) <= _OPTION_VALUE_MAX and text.isprintable()
    kinds = {unicodedata.category(sign) for sign in text.translate(_LINES)}
    return len(text) <= _FREE_TEXT_MAX and not kinds & {"Cc", "Cs"}


def extra_args_field() -> fields.Dict:
    """Options of ms-swift beyond the typed ones."""
    return fields.Dict(
        keys=fields.String(validate=validate.Length(min=1, max=200)),
        load_default=dict,
        validate=[validate.Length(max=100), check_extra_args, no_longer_than(EXTRA_ARGS_MAX_KIB)],
        metadata={
            "description": "Further ms-swift options, by their ms-swift names without dashes.",
            "additionalProperties": {"anyOf": [_OPTION_ITEM, {"type": "array", "items": _OPTION_ITEM}]},
        },
    )


def environment_field() -> fields.Dict:
    """Environment variables of the processes."""
    return fields.Dict(
        keys=fields.String(),
        values=fields.String(
            validate=WholeText(f"^{PLAIN_VALUE.pattern}$", error="Must be at most 1000 printable characters of ASCII.")
        ),
        load_default=dict,
        validate=validate.Length(max=32),
        metadata={"description": "Environment variables of the processes, from a list of harmless ones."},
    )


def metadata_field() -> fields.Dict:
    """What is the user's own."""
    return fields.Dict(
        keys=fields.String(validate=validate.Length(max=64)),
        load_default=dict,
        validate=[validate.Length(max=64), no_longer_than(METADATA_MAX_KIB)],
        metadata={"description": f"Yours, answered as it is; at most {METADATA_MAX_KIB} KiB of JSON."},
    )


class ConstraintsSchema(StrictSchema):
    """Which nodes and GPUs a job may be given."""

    def about_unknown(self, _name: str) -> str:
        return f"no such field; there are {', '.join(self.fields)}"

    gpu_model = fields.String(
        load_default="",
        validate=validate.Length(max=128),
        metadata={"example": "NVIDIA H100 80GB HBM3", "description": "The GPU's name, as GET /training/gpus shows it."},
    )
    min_memory_mib = WholeNumber(
        load_default=0,
        validate=validate.Range(min=0, max=2**31),
        metadata={"description": "What each GPU has to have in all."},
    )
    node_names = fields.List(
        fields.String(validate=validate.Length(min=1, max=255)), load_default=list, validate=validate.Length(max=1000)
    )
    labels = fields.Dict(
        keys=fields.String(validate=validate.Length(max=64)),
        values=fields.String(validate=validate.Length(max=128)),
        load_default=dict,
        validate=validate.Length(max=16),
    )


def constraints_of(spec: JobSpec) -> dict[str, Any]:
    """Where the job may run, as it was asked for."""
    found = {"gpu_model": spec.gpu_model, "min_memory_mib": spec.min_memory_mib}
    found |= {"node_names": list(spec.node_names), "labels": spec.node_labels}
    return {name: value for name, value in found.items() if value}
