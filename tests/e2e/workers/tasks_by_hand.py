"""What models for other tasks say, by transformers and peft alone: `python tasks_by_hand.py < asked.json`.

Asked is {task: {base, adapter, conversations}}; `base` is a model, `adapter` a folder or empty. Prints, as JSON, by the
task one value for each conversation: a vector, a score, the probabilities of the classes.
"""

import json
import sys
from typing import Any

import torch  # type: ignore[import-not-found]
from peft import PeftModel  # type: ignore[import-not-found]
from transformers import (  # type: ignore[import-not-found]
    AutoModelForCausalLM,
    AutoModelForSequenceClassification,
    AutoTokenizer,
)

CLASSES = 2


def main(asked: dict[str, dict[str, Any]]) -> dict[str, list[Any]]:
    return {
        task: [SAY[task](model, tokenizer, each) for each in rows] for task, model, tokenizer, rows in opened(asked)
    }


def opened(asked: dict[str, dict[str, Any]]) -> Any:
    for task, one in asked.items():
        kind = AutoModelForSequenceClassification if task in {"reranker", "seq_cls"} else AutoModelForCausalLM
        told = {"num_labels": CLASSES} if task == "seq_cls" else {}
        model = kind.from_pretrained(one["base"], dtype=torch.float32, **told)
        if one["adapter"]:
            model = PeftModel.from_pretrained(model, one["adapter"])
        yield task, model.eval(), AutoTokenizer.from_pretrained(one["base"]), one["conversations"]


def tokens(tokenizer: Any, messages: list[dict[str, str]]) -> dict[str, Any]:
    """An answer is open where it was not given."""
    is_open = messages[-1]["role"] == "user"
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=is_open)
    return dict(tokenizer(text, return_tensors="pt", add_special_tokens=False))


def vector(model: Any, tokenizer: Any, messages: list[dict[str, str]]) -> Any:
    """The last hidden state of the last token, at length one."""
    states = model(**tokens(tokenizer, messages), output_hidden_states=True).hidden_states[-1]
    return torch.nn.functional.normalize(states[0, -1], dim=0).tolist()


def score(model: Any, tokenizer: Any, messages: list[dict[str, str]]) -> Any:
    return model(**tokens(tokenizer, messages)).logits[0, 0].sigmoid().item()


def yes_or_no(model: Any, tokenizer: Any, messages: list[dict[str, str]]) -> Any:
    """How much likelier `yes` is as the next token than `no`."""
    yes, no = tokenizer.convert_tokens_to_ids(["yes", "no"])
    logits = model(**tokens(tokenizer, messages)).logits[0, -1]
    return (logits[yes] - logits[no]).sigmoid().item()


def classes(model: Any, tokenizer: Any, messages: list[dict[str, str]]) -> Any:
    return model(**tokens(tokenizer, messages)).logits[0].softmax(0).tolist()


SAY = {"embedding": vector, "reranker": score, "generative_reranker": yes_or_no, "seq_cls": classes}

if __name__ == "__main__":
    with torch.inference_mode():
        print(json.dumps(main(json.load(sys.stdin))))
