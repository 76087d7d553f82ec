"""What a training starts from: its model, with a tokenizer, and the further models and adapters of its options."""

from pathlib import Path

from common.field_problem import FieldProblem
from common.reasons import Reason
from common.swift.inputs.models.adapter import check_adapter, is_of_prompts
from common.swift.inputs.models.model import check_model_path
from common.swift.inputs.models.trained_files import trained_files_problem

# Of these the model that they were made for is the job's own; of others another option's.
OWN_ADAPTERS = frozenset({"adapters", "ref_adapters"})
TRAINED_ON = "adapters"
OTHER_ADAPTERS = frozenset({"reward_adapters", "teacher_adapters"})
MODELS = frozenset({"ref_model", "reward_model", "teacher_model"})
# What tokenizers of `transformers`, and those that models bring along, are read from.
TOKENIZER_STARTS = ("tokenizer", "tokenization_", "vocab", "spiece", "sentencepiece", "processor_config", "tekken")
TOKENIZER_ENDS = (".tiktoken", ".spm", ".model", ".bpe")


def check_trained_model(path: str | Path, field: str = "model_path") -> list[FieldProblem]:
    """What keeps the model folder at `path` from being trained; empty when nothing was found."""
    problems = check_model_path(path, field)
    if problems:
        return problems
    try:
        why = trained_files_problem(Path(path)) or _without_tokenizer(Path(path))
    except OSError as error:
        why = f"{path} cannot be read: {error.strerror}"
    return [FieldProblem(field, Reason.MODEL_INVALID, why)] if why else []


def check_further(name: str, path: str, model: str) -> list[FieldProblem]:
    """What is wrong with the folder at `path` that the option names; `model` is the job's own, a folder or a hub id."""
    field = f"extra_args.{name}"
    if name in OWN_ADAPTERS or name in OTHER_ADAPTERS:
        found = check_adapter(path, model if name in OWN_ADAPTERS else "", field)
        return found or (_not_to_train_on(Path(path), field) if name == TRAINED_ON else [])
    return check_trained_model(path, field) if name in MODELS else []


def _not_to_train_on(folder: Path, field: str) -> list[FieldProblem]:
    if not is_of_prompts(folder):
        return []
    why = f"{folder} learned what stands before a prompt (prompt tuning and its like), which peft cannot train on"
    return [FieldProblem(field, Reason.MODEL_INVALID, why)]


def _without_tokenizer(folder: Path) -> str:
    if any(_is_of_tokenizer(entry.name) for entry in folder.iterdir()):
        return ""
    return (
        f"{folder} has no tokenizer (tokenizer.json, tokenizer.model, vocab.json, …); copy those files of the model "
        "that it was made from beside its weights"
    )


def _is_of_tokenizer(name: str) -> bool:
    return name.startswith(TOKENIZER_STARTS) or name.endswith(TOKENIZER_ENDS)
