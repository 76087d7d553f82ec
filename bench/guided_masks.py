"""What guided decoding costs: `.venv-swift/bin/python -m bench.guided_masks [TOKENS]`; elsewhere it says so and ends.

A vocabulary of a big model's size, made up. Prints the CPU time that it takes to read the tokenizer, to compile a
grammar, to mask a token: for answers of JSON and for a forced call.
"""

import json
import random
import statistics
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from common.swift.programs.serving.ask import Constraint
from common.swift.programs.serving.engines.guided import Guide

TOKENS = 151_936
SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "born": {"type": "string", "format": "date"},
        "kind": {"enum": ["person", "firm", "place"]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "parts": {"type": "array", "items": {"$ref": "#"}},
        "score": {"type": "number", "minimum": 0, "maximum": 1},
    },
    "required": ["name", "kind", "tags", "score"],
    "additionalProperties": False,
}
ANSWER = {
    "name": "Ada of the long way",
    "born": "1815-12-10",
    "kind": "person",
    "tags": ["one", "two words"],
    "parts": [],
}
ANSWER |= {"score": 0.5}
HermesAgentTemplate = type("HermesAgentTemplate", (), {})


def make_tokenizer(size: int) -> Any:
    """Byte-level pairs of what is there already, over and over."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    chance = random.Random(0)
    words = sorted(pre_tokenizers.ByteLevel.alphabet())
    letters = [word for word in words if word.isascii() and word.isalpha()] + ["Ġ"]
    vocabulary = {word: number for number, word in enumerate(words)}
    merges, parts = [], [*letters]
    while len(vocabulary) < size - 1:
        left, right = chance.choice(parts), chance.choice(parts if chance.random() < 0.1 else letters)
        if (word := left + right) not in vocabulary and len(word) < 16 and "Ġ" not in right:
            vocabulary[word] = len(vocabulary)
            merges.append((left, right))
            parts.append(word)
    made = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=made, eos_token="<|im_end|>")


def masks(guide: Guide, constraint: Constraint, tokenizer: Any, text: str) -> Iterator[float]:
    """CPU seconds of each token, its taking included."""
    import torch

    matcher = guide.matcher(constraint)
    logits = torch.zeros(len(tokenizer))
    for token in tokenizer.encode(text, add_special_tokens=False):
        row = logits.clone()
        began = time.thread_time()
        matcher.mask(row)
        matcher.take(token)
        yield time.thread_time() - began
        assert row[token].isfinite(), (text, tokenizer.decode([token]))
    assert matcher.is_done or matcher.error is None


def main(size: int) -> None:
    if find_spec("llguidance") is None:
        print("llguidance is in the environment of ms-swift only: .venv-swift/bin/python -m bench.guided_masks")
        return
    tokenizer = make_tokenizer(size)
    guide = Guide(tokenizer, [tokenizer.eos_token_id], HermesAgentTemplate())
    function = {"name": "note", "parameters": SCHEMA}
    cases = {
        "JSON": (Constraint("json", schema=SCHEMA), json.dumps(ANSWER)),
        "any JSON": (Constraint("json"), json.dumps(ANSWER, indent=2)),
        "a call": (
            Constraint("calls", functions=(function,)),
            f'<tool_call>\n{{"name": "note", "arguments": {json.dumps(ANSWER)}}}\n</tool_call>',
        ),
    }
    began = time.thread_time()
    guide.matcher(Constraint("json"))
    print(f"{len(tokenizer):,} tokens; the tokenizer read once: {time.thread_time() - began:.2f} s")
    for name, (constraint, text) in cases.items():
        began = time.thread_time()
        guide.matcher(constraint)
        compiled = time.thread_time() - began
        taken = [1e6 * seconds for _ in range(5) for seconds in masks(guide, constraint, tokenizer, text)]
        print(
            f"{name}: compiled in {1e3 * compiled:.1f} ms; microseconds per token: "
            f"p50 {statistics.median(taken):.0f}, p99 {statistics.quantiles(taken, n=100)[98]:.0f}, "
            f"max {max(taken):.0f}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TOKENS)
