"""What can be trained and with which parameters, read off the schemas that check them: there is no second list."""

from typing import Any

from api.schemas.new_jobs import TASK_TYPES
from api.schemas.params import BaseParamsSchema, LlmParamsSchema, MllmParamsSchema
from common.job_specs import TaskType

PARAMS_SCHEMAS: dict[TaskType, type[BaseParamsSchema]] = {
    TaskType.LLM: LlmParamsSchema,
    TaskType.MLLM: MllmParamsSchema,
}
_DESCRIPTIONS = {
    TaskType.LLM: "training of large language models",
    TaskType.MLLM: "training of multimodal large language models",
}
# What the published service calls its parameter classes.
_PARAMS_MODELS = {TaskType.LLM: "LLMTrainingParams", TaskType.MLLM: "MLLMTrainingParams"}


def default_params(trainer_type: TaskType) -> dict[str, Any]:
    """The parameters of a training that sends none."""
    return dict(PARAMS_SCHEMAS[trainer_type]().load({}))


def trainer_defaults(trainer_type: TaskType) -> dict[str, Any]:
    """One type's defaults, with its description."""
    return {
        "trainer_type": trainer_type,
        "default_params": default_params(trainer_type),
        "description": _DESCRIPTIONS[trainer_type],
    }


def all_defaults() -> dict[str, Any]:
    """The defaults of every type."""
    found = [trainer_defaults(kind) for kind in TaskType]
    return {"available_types": [{"type": item.pop("trainer_type"), **item} for item in found]}


def supported_types() -> dict[str, Any]:
    """Every type, with all names a request may give it."""
    names = {kind: [name for name, named in TASK_TYPES.items() if named is kind] for kind in TaskType}
    older = [(name, kind) for name, kind in TASK_TYPES.items() if name != kind]
    return {
        "supported_types": [
            {
                "type": kind,
                "task_types": names[kind],
                "params_model": _PARAMS_MODELS[kind],
                "description": _DESCRIPTIONS[kind],
            }
            for kind in TaskType
        ],
        "backward_compatibility": {name: f"taken for {kind.upper()}" for name, kind in older},
    }


def compare_params() -> dict[str, Any]:
    """What the parameters of LLM and MLLM share, what each has alone, what differs in its default."""
    llm, mllm = default_params(TaskType.LLM), default_params(TaskType.MLLM)
    both = [name for name in llm if name in mllm]
    return {
        "shared": {name: llm[name] for name in both if llm[name] == mllm[name]},
        "llm_only": {name: value for name, value in llm.items() if name not in mllm},
        "mllm_only": {name: value for name, value in mllm.items() if name not in llm},
        "different_defaults": {
            name: {"llm": llm[name], "mllm": mllm[name]} for name in both if llm[name] != mllm[name]
        },
    }
