"""Write a tiny Qwen2-VL with random weights and pictures for it: `python make_tiny_mllm.py OUT DATA.jsonl [SEED]`.

Runs in the interpreter that has ms-swift. Needs no network, and the same seed gives the same files.
"""

# The swift environment has these libraries; the environment that mypy sees does not.
# mypy: disable-error-code="import-not-found, no-any-unimported"

import json
import os
import sys
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"  # read when transformers is imported

import torch
from PIL import Image
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    PreTrainedTokenizerFast,
    Qwen2VLConfig,
    Qwen2VLForConditionalGeneration,
    Qwen2VLImageProcessor,
    Qwen2VLProcessor,
    Qwen2VLVideoProcessor,
)

# Qwen2-VL's own numbers: ms-swift's template has those of the image and video places written in. The vocabulary below
# them is mostly holes, but the table of word vectors has a row for each: 16 numbers wide, or it would be large.
FIRST_SPECIAL = 151643
SPECIAL = (
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>", "<|box_start|>",
    "<|box_end|>", "<|quad_start|>", "<|quad_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>",
    "<|image_pad|>", "<|video_pad|>",
)  # fmt: skip
IDS = {text: FIRST_SPECIAL + place for place, text in enumerate(SPECIAL)}
PATCH = 14
SIDE = 4 * PATCH
IMAGES = {"patch_size": PATCH, "merge_size": 2, "temporal_patch_size": 2}
SIZE = {"shortest_edge": SIDE * SIDE, "longest_edge": 4 * SIDE * SIDE}

CHAT_TEMPLATE = """\
{%- for message in messages -%}
<|im_start|>{{ message.role }}
{% if message.content is string %}{{ message.content }}{% else %}
{%- for part in message.content -%}
{%- if part.type == 'image' %}<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ part.text }}{% endif -%}
{%- endfor -%}
{%- endif -%}<|im_end|>
{% endfor -%}
{%- if add_generation_prompt -%}
<|im_start|>assistant
{% endif -%}
"""

COLOURS = {"red": (220, 30, 30), "green": (30, 180, 30), "blue": (30, 30, 220), "white": (240, 240, 240)}
REPEATS = 4


def make_tokenizer() -> PreTrainedTokenizerFast:
    """One token a byte, and the special tokens under their own numbers."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: place for place, letter in enumerate(alphabet)}
    bpe = Tokenizer(models.BPE(vocab=vocabulary | IDS, merges=[]))
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    bpe.add_special_tokens([AddedToken(text, special=True, normalized=False) for text in SPECIAL])
    return PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        eos_token="<|im_end|>",  # noqa: S106 - a mark in a text
        pad_token="<|endoftext|>",  # noqa: S106 - a mark in a text
        additional_special_tokens=list(SPECIAL[1:]),
        model_max_length=2048,
        chat_template=CHAT_TEMPLATE,
    )


def make_model(seed: int) -> Qwen2VLForConditionalGeneration:
    """Two layers that read, two that see: 2.5 million weights, nearly all of them word vectors."""
    torch.manual_seed(seed)
    text = {
        "vocab_size": FIRST_SPECIAL + len(SPECIAL),
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "max_position_embeddings": 2048,
        "rope_parameters": {"rope_type": "default", "rope_theta": 10_000.0, "mrope_section": [1, 1, 2]},
        "bos_token_id": IDS["<|endoftext|>"],
        "eos_token_id": IDS["<|im_end|>"],
        "pad_token_id": IDS["<|endoftext|>"],
    }
    vision = {"depth": 2, "embed_dim": 32, "hidden_size": 16, "num_heads": 2, "mlp_ratio": 2}
    vision |= {"patch_size": PATCH, "spatial_merge_size": 2, "temporal_patch_size": 2}
    config = Qwen2VLConfig(
        text_config=text,
        vision_config=vision,
        tie_word_embeddings=True,
        dtype="float32",
        image_token_id=IDS["<|image_pad|>"],
        video_token_id=IDS["<|video_pad|>"],
        vision_start_token_id=IDS["<|vision_start|>"],
        vision_end_token_id=IDS["<|vision_end|>"],
    )
    return Qwen2VLForConditionalGeneration(config)


def make_processor(tokenizer: PreTrainedTokenizerFast) -> Qwen2VLProcessor:
    """What cuts pictures into patches."""
    return Qwen2VLProcessor(
        image_processor=Qwen2VLImageProcessor(size=SIZE, **IMAGES),
        video_processor=Qwen2VLVideoProcessor(size=SIZE, **IMAGES),
        tokenizer=tokenizer,
        chat_template=CHAT_TEMPLATE,
    )


def write_pictures(dataset: Path) -> int:
    """One plain picture for each colour beside `dataset`, and the records that name them; how many records."""
    folder = dataset.parent.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    records = []
    for name, colour in COLOURS.items():
        picture = folder / f"{name}.png"
        Image.new("RGB", (SIDE, SIDE), colour).save(picture)
        asked = {"role": "user", "content": "<image>What colour is this?"}
        answered = {"role": "assistant", "content": f"It is {name}."}
        records.append({"messages": [asked, answered], "images": [str(picture)]})
    dataset.write_text("".join(json.dumps(record) + "\n" for record in records * REPEATS), encoding="utf-8")
    return len(records) * REPEATS


def main(out: Path, dataset: Path, seed: int = 0) -> None:
    """Write config, weights, tokenizer and processor to `out`, pictures and records beside and to `dataset`."""
    out.mkdir(parents=True, exist_ok=True)
    model = make_model(seed)
    make_processor(make_tokenizer()).save_pretrained(out)
    model.save_pretrained(out)
    print(f"{out}: {model.num_parameters():,} weights; {dataset}: {write_pictures(dataset)} records")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:4]))
