"""The task that a model is served for (`task_type`): its args.json says what it was trained for, and ms-swift
goes by that whatever it is told.
"""

from collections.abc import Mapping
from pathlib import Path

from common.deployments import InferBackend
from common.field_problem import FieldProblem
from common.reasons import Reason
from common.swift.inputs.models.saved_arguments import saved_arguments

LANGUAGE_MODEL = "causal_lm"
# What ms-swift's engine for each passes on; a model for another task would be served as a language model.
TASKS_OF = {
    InferBackend.SGLANG: frozenset({LANGUAGE_MODEL, "embedding"}),
    InferBackend.LMDEPLOY: frozenset({LANGUAGE_MODEL}),
}


def saved_task(folder: str | Path) -> str:
    """What the folder's model or adapter was trained for; empty where that is not told, as of an id on a hub."""
    task = saved_arguments(Path(folder)).get("task_type") if Path(folder).is_absolute() else None
    return task if isinstance(task, str) else ""


def check_tasks(
    asked: str, back_end: InferBackend, model: str | Path, adapters: Mapping[str, str | Path]
) -> list[FieldProblem]:
    """What keeps one server from serving the folders for the task `asked` for, empty for theirs. `model` is the folder
    that makes the model what it is; `adapters` are those beside it, by their fields.
    """
    known = {field: task for field, folder in adapters.items() if (task := saved_task(folder))}
    problems = _unlike(known)
    # ms-swift reads the file of the first adapter, and the model's where there is none.
    field, task = next(iter(known.items()), ("model_path", saved_task(model)))
    if asked and task and asked != task:
        why = f"{field} was trained for {task}, as its args.json says, and is served for that: leave task_type out"
        problems.append(FieldProblem("extra_args.task_type", Reason.OPTION_REFUSED, why))
    return problems or _of_another_back_end(task or asked or LANGUAGE_MODEL, back_end)


def _unlike(known: Mapping[str, str]) -> list[FieldProblem]:
    first = next(iter(known), "")
    return [
        FieldProblem(
            field,
            Reason.MODEL_INVALID,
            f"it was trained for {task}, and {first} for {known[first]}: one server serves one task",
        )
        for field, task in known.items()
        if task != known[first]
    ]


def _of_another_back_end(task: str, back_end: InferBackend) -> list[FieldProblem]:
    tasks = TASKS_OF.get(back_end)
    if tasks is None or task in tasks:
        return []
    why = f"{back_end} does not serve models for {task}; transformers and vllm do"
    return [FieldProblem("infer_backend", Reason.OPTION_REFUSED, why)]
