"""Failures of models, tokenizers and adapters."""

import re

from common.reasons import Reason
from workers.swift.failures.classes import FailureClass

_LOADING = re.compile(r"transformers/(models/auto|tokenization|configuration|modeling)|tokenizers/|swift/model/")

_NOT_THERE = (
    FailureClass(
        Reason.MODEL_NOT_FOUND,
        "{} is not there: look at the path",
        ("path",),
        kind=re.compile(r"^(ValueError|FileNotFoundError)$"),
        message=re.compile(r"^path: '(?P<path>[^']+)'( not found)?$"),
    ),
    FailureClass(
        Reason.MODEL_NOT_FOUND,
        "the hub gives this model to members only: ask for access there, and give the node a token",
        kind=re.compile(r"(^|\.)GatedRepoError$"),
    ),
    FailureClass(
        Reason.MODEL_NOT_FOUND,
        "the hub has no such model, or not for this node's token: look at its name and at the token",
        kind=re.compile(r"(^|\.)(RepositoryNotFoundError|NotExistError|RevisionNotFoundError)$"),
    ),
    FailureClass(
        Reason.MODEL_NOT_FOUND,
        "the hub could not be reached from the node: look at its network, or name a local folder",
        kind=re.compile(
            r"(^|\.)(LocalEntryNotFoundError|OfflineModeIsEnabled|MaxRetryError|ConnectTimeout|NameResolutionError"
            r"|_DownloadDeadlineError)$"
        ),
    ),
    FailureClass(
        Reason.MODEL_INVALID,
        "{} holds no weights: copy the model again, whole",
        ("folder",),
        kind=re.compile(r"^OSError$"),
        message=re.compile(r"^Error no file named .+ found in directory (?P<folder>.+?)\.?$"),
    ),
)

_DAMAGED = (
    FailureClass(
        Reason.MODEL_INVALID,
        "{} is damaged or cut off: copy it again",
        ("file",),
        kind=re.compile(r"(^|\.)(SafetensorError|UnpicklingError)$"),
        message=re.compile(r"deserializ|Header|header|invalid load key"),
    ),
    FailureClass(
        Reason.MODEL_INVALID,
        "a file of weights is damaged or cut off: copy the model again, whole",
        kind=re.compile(r"(^|\.)(SafetensorError|UnpicklingError)$|^RuntimeError$"),
        message=re.compile(r"while deserializing|^invalid load key|failed finding central directory"),
    ),
    FailureClass(
        Reason.MODEL_INVALID,
        "a JSON file of the model or of its tokenizer is damaged: copy the model again, whole",
        kind=re.compile(r"(^|\.)JSONDecodeError$"),
        frame=_LOADING,
    ),
    FailureClass(
        Reason.MODEL_INVALID,
        "tokenizer.json is damaged, or of a newer release of tokenizers than the node has: copy it again or upgrade",
        kind=re.compile(r"^Exception$"),
        message=re.compile(r"^(data did not match any variant|expected|missing field|unknown variant|EOF while)"),
        frame=_LOADING,
    ),
    FailureClass(
        Reason.MODEL_INVALID,
        "{} does not say what model it is: its config.json lacks model_type",
        ("folder",),
        kind=re.compile(r"^ValueError$"),
        message=re.compile(r"^Unrecognized model in (?P<folder>.+?)\. Should have a `model_type` key"),
    ),
    FailureClass(
        Reason.MODEL_INVALID,
        "the model's files lack a tokenizer that can be used: copy it into the model's folder",
        kind=re.compile(r"^(OSError|ValueError|TypeError)$"),
        message=re.compile(r"^(Can't load tokenizer for|Couldn't instantiate the backend tokenizer)"),
    ),
    FailureClass(
        Reason.MODEL_INVALID,
        "the node's transformers is too old for this kind of model, or does not have it: upgrade it there",
        kind=re.compile(r"^(ValueError|KeyError|ImportError)$"),
        message=re.compile(r"does not recognize this architecture|^cannot import name .+ from 'transformers"),
    ),
)

_UNFIT = (
    FailureClass(
        Reason.MODEL_INVALID,
        "the adapter is of a model of other sizes: use it with the model that it was trained on",
        kind=re.compile(r"^RuntimeError$"),
        message=re.compile(r"^Error\(s\) in loading state_dict for Peft"),
    ),
    FailureClass(
        Reason.MODEL_INVALID,
        "the weights are of other sizes than config.json tells: copy the model again, whole",
        kind=re.compile(r"^RuntimeError$"),
        message=re.compile(
            r"^(Error\(s\) in loading state_dict for|You set `ignore_mismatched_sizes`)|size mismatch for"
        ),
    ),
    FailureClass(
        Reason.MODEL_INVALID,
        "{} is no adapter: it has no adapter_config.json that can be used",
        ("folder",),
        kind=re.compile(r"^ValueError$"),
        message=re.compile(r"^Can't find 'adapter_config\.json' at '?(?P<folder>[^']+)'?"),
    ),
    FailureClass(
        Reason.MODEL_INVALID,
        "tokenizer and model do not belong together: the tokenizer has more tokens than the model's vocabulary",
        kind=re.compile(r"^(IndexError|AssertionError)$"),
        message=re.compile(r"^(index out of range in self|Padding_idx must be within num_embeddings)$"),
    ),
)

MODELS = _NOT_THERE + _DAMAGED + _UNFIT
