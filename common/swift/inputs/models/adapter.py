"""Is this folder an adapter, and one of this model? Reads names, small JSON files and the heads of weight files."""

import os
import re
from pathlib import Path

from common.field_problem import FieldProblem
from common.reasons import Reason
from common.swift.inputs.models.adapter_fit import misfit
from common.swift.inputs.models.adapter_settings import OF_PROMPTS, settings_problem
from common.swift.inputs.models.model import not_an_object, pointer_problem, read_json, weight_file_problem
from common.swift.inputs.models.safetensors_header import weights_of
from common.swift.inputs.models.saved_arguments import check_saved_arguments, saved_arguments

CONFIG = "adapter_config.json"
ADAPTER_WEIGHTS = ("adapter_model.safetensors", "adapter_model.bin")
# Where ms-swift's own tuners keep theirs.
INNER_FOLDER = "default"
HUGGING_FACE_CACHE = re.compile(r"models--(?:.+--)?([^/]+)/snapshots/")


def is_adapter(folder: Path) -> bool:
    """Whether ms-swift would take the folder for an adapter rather than a model."""
    return (folder / CONFIG).is_file() or (folder / INNER_FOLDER / CONFIG).is_file()


def check_adapter(adapter: str | Path, model: str, field: str = "adapters") -> list[FieldProblem]:
    """What keeps the adapter from being served on the model, a folder or a hub id; empty when nothing was found.

    An adapter that was made for another model is told by the shapes of its weights, and by names only where the
    model's cannot be read. Without a `model`, as one that is still to be made, the adapter alone is looked at.
    """
    folder = Path(adapter)
    problems = check_adapter_folder(folder, field)
    if problems or not model:
        return problems
    why = _not_of(folder, model)
    return [FieldProblem(field, Reason.MODEL_INVALID, why)] if why else []


def check_adapter_folder(folder: Path, field: str = "adapters") -> list[FieldProblem]:
    """What is wrong with the adapter itself."""
    if not folder.exists():
        return [FieldProblem(field, Reason.MODEL_NOT_FOUND, f"{folder} does not exist on this machine")]
    try:
        why = _why_not(folder)
    except OSError as error:
        why = f"{folder} cannot be read: {error.strerror}"
    return [FieldProblem(field, Reason.MODEL_INVALID, why)] if why else check_saved_arguments(folder, field)


def base_names(folder: Path) -> list[str]:
    """The models that the adapter says it was made for, the one that ms-swift would take first."""
    saved, config = saved_arguments(folder).get("model"), _config(folder).get("base_model_name_or_path")
    return list(dict.fromkeys(name for name in (saved, config) if isinstance(name, str) and name))


def adapter_rank(folder: Path) -> int:
    """The highest rank of a LoRA adapter; 0 where its settings do not tell."""
    config = _config(folder)
    pattern = config.get("rank_pattern")
    ranks = [config.get("r"), *(pattern.values() if isinstance(pattern, dict) else ())]
    return max((rank for rank in ranks if isinstance(rank, int)), default=0)


def adapter_alpha(folder: Path) -> float:
    """What a LoRA adapter scales with, beside its rank; 0 where its settings do not tell."""
    alpha = _config(folder).get("lora_alpha")
    return float(alpha) if isinstance(alpha, int | float) else 0


def bare_name(model: str) -> str:
    """A model's own name, in lower case: of a hub id, of a folder, of a folder in a hub's cache."""
    cached = HUGGING_FACE_CACHE.search(model)
    name = cached[1] if cached else model.rstrip("/").rpartition("/")[2]
    return name.replace("___", ".").lower()  # ModelScope's cache writes a dot so


def _why_not(folder: Path) -> str:
    if not folder.is_dir():
        return f"{folder} is a file; give the folder that has {CONFIG} and the weights"
    if not is_adapter(folder):
        what = "a whole model, not an adapter" if (folder / "config.json").exists() else f"no adapter: no {CONFIG}"
        return f"{folder} is {what}"
    if not _config(folder):
        return pointer_problem(_inner(folder) / CONFIG) or not_an_object(_inner(folder) / CONFIG)
    files = [path for name in ADAPTER_WEIGHTS if (path := _inner(folder) / name).exists()]
    if not files:
        return f"{folder} has no weights ({', '.join(ADAPTER_WEIGHTS)})"
    return weight_file_problem(files[0]) or _unlike_its_settings(folder)


def _unlike_its_settings(folder: Path) -> str:
    why = settings_problem(_config(folder), weights_of(_inner(folder), ADAPTER_WEIGHTS[0]))
    return f"{folder} cannot be used: {why}" if why else ""


def is_of_prompts(folder: Path) -> bool:
    """Whether it learned what stands before a prompt, which cannot be trained on."""
    return _config(folder).get("peft_type") in OF_PROMPTS


def base_note(adapter: str | Path, model: str) -> str:
    """What is worth saying of an adapter that fits the model, and was made for another one."""
    bases = base_names(Path(adapter))
    if not bases or any(not _names(model).isdisjoint(_names(name)) for name in bases):
        return ""
    return f"{adapter} was made for {bases[0]}, and fits {model} by its shapes alone: look whether it is the same model"


def _not_of(folder: Path, model: str) -> str:
    bases = base_names(folder)
    made_for = f"; it was made for {bases[0]}" if bases else ""
    known = weights_of(Path(model)) if model.startswith("/") else {}
    why = misfit(weights_of(_inner(folder), ADAPTER_WEIGHTS[0]), known)
    if why:
        return f"{folder} does not fit {model}: {why}{made_for}"
    if why is None and bases and all(_names(model).isdisjoint(_names(name)) for name in bases):
        return f"{folder} is not an adapter of {model}{made_for}"
    return ""


def _names(model: str) -> set[str]:
    """As it is called, and as its target is where it is a link: of two names for a folder, each may be given."""
    return {bare_name(model), bare_name(os.path.realpath(model))} if model.startswith("/") else {bare_name(model)}


def _inner(folder: Path) -> Path:
    return folder if (folder / CONFIG).is_file() else folder / INNER_FOLDER


def _config(folder: Path) -> dict[str, object]:
    try:
        content = read_json(_inner(folder) / CONFIG)
    except OSError:
        return {}
    return content if isinstance(content, dict) else {}
