"""Ask a model one question and print its answer: `python ask.py MODEL QUESTION`.

Runs in the interpreter that has ms-swift, with transformers only.
"""

# The swift environment has transformers; the environment that mypy sees does not.
# mypy: disable-error-code="import-not-found, no-any-unimported"

import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"  # read when transformers is imported

from transformers import AutoModelForCausalLM, AutoTokenizer

MAX_ANSWER_TOKENS = 64


def ask(model_path: str, question: str) -> str:
    """The model's answer, greedily decoded."""
    tokenizer = AutoTokenizer.from_pretrained(model_path)
    model = AutoModelForCausalLM.from_pretrained(model_path)
    turns = [{"role": "user", "content": question}]
    prompt = tokenizer.apply_chat_template(turns, add_generation_prompt=True, return_tensors="pt", return_dict=True)
    generated = model.generate(**prompt, max_new_tokens=MAX_ANSWER_TOKENS, do_sample=False)
    answer: str = tokenizer.decode(generated[0, prompt["input_ids"].shape[1] :], skip_special_tokens=True)
    return answer.strip()


if __name__ == "__main__":
    print(ask(sys.argv[1], sys.argv[2]))
