"""What of records reaches the model: `python encode_rows.py MODEL LAUNCHER < cases.json`, in the swift interpreter.

A case is {name, method, extra, path}. Loads each file as a training does, with the launcher's hook before ms-swift's
reader, and has ms-swift's template encode each row. Prints, as JSON, by the case's name: per row the decoded tokens,
and of labels those that are learned; a text where ms-swift reads nothing.
"""

import json
import runpy
import sys
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import datasets  # type: ignore[import-not-found]
from swift.dataset import load_dataset  # type: ignore[import-not-found]
from swift.dataset.preprocessor.core import AutoPreprocessor  # type: ignore[import-not-found]
from swift.model import get_processor  # type: ignore[import-not-found]
from swift.template import get_template  # type: ignore[import-not-found]

IGNORED = -100
MODES = {"sft": "train", "pt": "train", "grpo": "train", "gkd": "train", "kto": "kto"}
NUMBERED = SimpleNamespace(problem_type="single_label_classification")


def main(model: str, launcher: str, cases: list[dict[str, Any]]) -> dict[str, Any]:
    """Each case's rows, by its name."""
    runpy.run_path(launcher)["load_engine"]()
    training = "swift_trainer_engine.programs.training"
    shaping, orders = import_module(f"{training}.shaping"), import_module(f"{training}.orders")
    processor = get_processor(model, model_type="qwen2", template_type="qwen")
    own = AutoPreprocessor._get_preprocessor
    answers: dict[str, Any] = {}
    for case in cases:
        AutoPreprocessor._get_preprocessor = own
        shaping.install(orders.Orders("", case["method"], goal=case["extra"]))
        try:
            answers[case["name"]] = list(rows(processor, **case))
        except Exception as error:  # the test says which case, and goes on with the others
            answers[case["name"]] = f"{type(error).__name__}: {error}"
    return answers


def rows(processor: Any, *, path: str, method: str, extra: dict[str, Any], **_: Any) -> Any:
    """The rows of one file, encoded."""
    streaming = bool(extra.get("streaming"))
    data, _none = load_dataset([path], columns=extra.get("columns"), streaming=streaming)
    template = get_template(processor, template_type="qwen", max_length=2048, loss_scale=scale(method))
    template.set_mode(MODES.get(method, "rlhf"))
    template.task_type = "seq_cls" if method == "rm" else extra.get("task_type") or "causal_lm"
    template.config = NUMBERED
    for row in data:
        yield {
            name: told(processor, name, value) for name, value in template.encode(dict(row)).items() if is_told(name)
        }


def scale(method: str) -> str:
    """Which turns are learned: ms-swift's own choice for the method."""
    return "default" if method in {"sft", "gkd"} else "last_round"


def is_told(name: str) -> bool:
    """Not masks, positions and lengths."""
    return name.endswith(("input_ids", "labels")) or name in {"label", "margin"}


def told(processor: Any, name: str, value: Any) -> Any:
    """Tokens as text, labels of tokens without those that are not learned; other values as they are."""
    if name.endswith("input_ids"):
        return [processor.decode(ids) for ids in value] if isinstance(value[0], list) else processor.decode(value)
    if isinstance(value, list) and IGNORED in value:
        return processor.decode([token for token in value if token != IGNORED])
    return value


if __name__ == "__main__":
    datasets.disable_progress_bars()
    print(json.dumps(main(sys.argv[1], sys.argv[2], json.load(sys.stdin))))
