"""What a model folder on this machine is, where its config.json tells; in all other cases the service is asked."""

import json
import re
from pathlib import Path

# Settings of a part that sees or hears.
SENSES = re.compile(r"vision|visual|audio|image|img_|video|^mm_|^vit_")
WRITES = "ForCausalLM"


def task_type_of(model: Path) -> str | None:
    """None when that cannot be told here."""
    try:
        config = json.loads((model / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(config, dict):
        return None
    if any(SENSES.search(name) and value for name, value in config.items()):
        return "mllm"
    architectures = config.get("architectures") or [""]
    return "llm" if all(str(name).endswith(WRITES) for name in architectures) else None
