"""Write a tiny Qwen2 model with random weights and a tokenizer of its own: `make_tiny_model.py OUT [SEED [TEXTS]]`.

Runs in the interpreter that has ms-swift. Needs no network, and the same seed gives the same files. What is in the file
TEXTS becomes short in tokens.
"""

# The swift environment has these libraries; the environment that mypy sees does not.
# mypy: disable-error-code="import-not-found, no-any-unimported"

import os
import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"  # read when transformers is imported

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import GenerationConfig, PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

END_OF_TEXT, TURN_START, TURN_END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
VOCABULARY_SIZE = 512
CONTEXT_TOKENS = 2048

# What Qwen models expect around each turn; ms-swift's template `qwen` writes the same.
CHAT_TEMPLATE = """\
{%- if messages[0].role != 'system' -%}
<|im_start|>system
You are a helpful assistant.<|im_end|>
{% endif -%}
{%- for message in messages -%}
<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endfor -%}
{%- if add_generation_prompt -%}
<|im_start|>assistant
{% endif -%}
"""


def make_tokenizer(texts: Sequence[str] = ()) -> PreTrainedTokenizerFast:
    """A byte-level BPE over a few made-up sentences: every text can be encoded, common words are short."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    special = [AddedToken(text, special=True, normalized=False) for text in (END_OF_TEXT, TURN_START, TURN_END)]
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY_SIZE - len(special),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator([*_sentences(), *texts], trainer)
    bpe.add_special_tokens(special)
    return PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        eos_token=TURN_END,
        pad_token=END_OF_TEXT,
        additional_special_tokens=[TURN_START],
        model_max_length=CONTEXT_TOKENS,
        chat_template=CHAT_TEMPLATE,
    )


def _sentences() -> list[str]:
    who = ("the scheduler", "a worker", "the trainer", "this model", "a small helpful assistant", "the user")
    does = ("waits for", "answers", "trains", "asks", "follows", "is called by")
    what = ("a free GPU", "the question", "the system", "one more job", "its name", "what you are")
    return [f"{a} {b} {c}. " for a, b, c in product(who, does, what)]


def make_model(tokenizer: PreTrainedTokenizerFast, seed: int) -> Qwen2ForCausalLM:
    """Two layers of 64 numbers each: about 100,000 weights."""
    torch.manual_seed(seed)
    end, pad = tokenizer.convert_tokens_to_ids([TURN_END, END_OF_TEXT])
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=CONTEXT_TOKENS,
        tie_word_embeddings=True,
        initializer_range=0.1,
        eos_token_id=end,
        pad_token_id=pad,
        dtype="float32",
    )
    model = Qwen2ForCausalLM(config)
    model.generation_config = GenerationConfig(eos_token_id=[end, pad], pad_token_id=pad, do_sample=False)
    return model


def main(out: Path, seed: int = 0, *, texts: Path | None = None) -> None:
    """Write config, weights and tokenizer to `out`."""
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = make_tokenizer(texts.read_text(encoding="utf-8").splitlines() if texts else [])
    model = make_model(tokenizer, seed)
    tokenizer.save_pretrained(out)
    model.save_pretrained(out)
    print(f"{out}: {model.num_parameters():,} weights, {len(tokenizer)} tokens")


if __name__ == "__main__":
    texts = Path(sys.argv[3]) if sys.argv[3:] else None
    main(Path(sys.argv[1]), *map(int, sys.argv[2:3]), texts=texts)
