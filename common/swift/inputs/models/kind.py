"""What kind of model is this folder, a language model or a multimodal one? As its config.json tells."""

import re
from pathlib import Path

from common.job_specs import TaskType
from common.swift.inputs.models.model import read_json

# Of a part that sees or hears, of its settings or of its tokens.
SENSES = re.compile(r"vision|visual|audio|image|img_|video|speech|^mm_|^vit_")
# Of others nobody knows: a name of its own says nothing of what a model can do.
LANGUAGE_MODELS = frozenset(
    {
        "baichuan", "bert", "bloom", "chatglm", "cohere", "cohere2", "deepseek", "deepseek_v2", "deepseek_v3",
        "ernie4_5", "falcon", "gemma", "gemma2", "gemma3_text", "glm", "glm4", "gpt2", "gpt_bigcode", "gpt_neox",
        "gpt_oss", "granite", "internlm2", "internlm3", "llama", "minicpm", "minicpm3", "mistral", "mixtral",
        "modernbert", "olmo", "olmo2", "opt", "phi", "phi3", "qwen", "qwen2", "qwen2_moe", "qwen3", "qwen3_moe",
        "qwen3_next", "roberta", "smollm3", "stablelm", "starcoder2", "xlm-roberta", "yi",
    }
)  # fmt: skip


def task_type_of(model: str | Path) -> TaskType | None:
    """None when it is not a folder that can be read here, or one that tells neither."""
    try:
        config = read_json(Path(model) / "config.json")
    except OSError:
        return None
    if not isinstance(config, dict):
        return None
    if any(SENSES.search(str(name)) and value for name, value in config.items()):
        return TaskType.MLLM
    return TaskType.LLM if config.get("model_type") in LANGUAGE_MODELS else None
