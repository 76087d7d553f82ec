"""Failures of a model's config.json: kinds of model, and values in it, that the node's `transformers` cannot build."""

import re

from common.reasons import Reason
from workers.swift.failures.classes import FailureClass

_BUILDING = re.compile(
    r"(transformers/models/\w+|transformers_modules/.+)/(modeling|configuration)_\w+\.py __(init|post_init)__$"
)

# Its own text tells to upgrade a package, as those of missing packages do: this stands before them.
UNKNOWN_KINDS = (
    FailureClass(
        Reason.MODEL_INVALID,
        "config.json of the model says model_type {}, which the node's transformers does not know: correct it, or"
        " upgrade transformers there where a newer release knows it",
        ("name",),
        kind=re.compile(r"^(ValueError|KeyError)$"),
        message=re.compile(r"has model type `(?P<name>[^`]+)` but Transformers does not recognize this architecture"),
    ),
)

CONFIGS = (
    FailureClass(
        Reason.MODEL_INVALID,
        "config.json of the model says dtype {}, which PyTorch does not have: correct it, or copy it again",
        ("name",),
        kind=re.compile(r"^AttributeError$"),
        message=re.compile(r"^module 'torch' has no attribute '(?P<name>[^']+)'"),
        frame=re.compile(r" (to_torch_dtype|from_dict|__init__|__post_init__|from_pretrained)$"),
    ),
    FailureClass(
        Reason.MODEL_INVALID,
        "config.json of the model names the activation function {}, which the node's transformers does not have:"
        " correct it, or copy it again",
        ("name",),
        kind=re.compile(r"^KeyError$"),
        message=re.compile(r"^'(?P<name>[^']+)'$"),
        frame=re.compile(r"transformers/activations\.py __getitem__$"),
    ),
    FailureClass(
        Reason.MODEL_INVALID,
        "config.json of the model says {}, which the node's transformers does not know: correct it, or copy it again",
        ("name",),
        kind=re.compile(r"^KeyError$"),
        message=re.compile(r"^'(?P<name>[^']+)'$"),
        frame=_BUILDING,
    ),
    FailureClass(
        Reason.MODEL_INVALID,
        "config.json of the model has values that cannot be: {}; correct it, or copy it again",
        ("fault",),
        kind=re.compile(r"(^|\.)StrictDataclass(Field|Class)ValidationError$"),
        message=re.compile(r"^\w[^\n]*:\n\s*(\w+: )?(?P<fault>[^\n]+)"),
    ),
    FailureClass(
        Reason.MODEL_INVALID,
        "the model cannot be built as its config.json says: correct it, or copy it again",
        kind=re.compile(
            r"^(KeyError|AttributeError|TypeError|IndexError|ValueError|ZeroDivisionError|RuntimeError|AssertionError)$"
        ),
        # An attn_impl that the model does not have is found there, too.
        message=re.compile(r"^(?!.*(attention implementation|attn_implementation|Attention))", re.DOTALL),
        frame=_BUILDING,
    ),
)
