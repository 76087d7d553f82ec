import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from common.swift.estimate import (
    ModelSize,
    Rows,
    count_all_rows,
    count_rows,
    estimate_memory,
    estimate_steps,
    model_size,
    rows,
)
from common.swift.estimate.memory import GIB
from common.swift.inputs.sets.seen import Seen
from common.swift.inputs.verdict import Cause, LongRows, Verdict

PARAMS = {"num_epochs": 2, "batch_size": 2, "gradient_accumulation_steps": 4, "max_length": 1024, "train_type": "lora"}
SEVEN_B = ModelSize(7_600_000_000, 3584, 28, 18_944, 152_064)


@pytest.mark.parametrize(
    ("count", "gpus", "extra", "steps"),
    [
        (100, 1, {}, 26),  # 50 batches in 13 steps an epoch
        (100, 2, {}, 14),
        (1, 1, {}, 2),
        (100, 1, {"max_steps": 7}, 7),
        (100, 1, {"split_dataset_ratio": 0.2}, 20),
        (100, 1, {"packing": True}, None),
        (100, 1, {"streaming": "true"}, None),
    ],
)
def test_steps_follow_from_records_and_batches(count: int, gpus: int, extra: dict[str, Any], steps: int | None) -> None:
    found = estimate_steps("sft", PARAMS, extra, gpus, Rows(count))

    assert found.steps == steps
    assert found.basis


def test_grpo_trains_on_every_answer() -> None:
    found = estimate_steps("grpo", PARAMS, {"num_generations": 4}, 1, Rows(10))

    assert (found.steps, "× 4 answers each" in found.basis) == (10, True)


def test_steps_of_an_unseen_data_set_are_unknown() -> None:
    assert estimate_steps("sft", PARAMS, {}, 1, None).steps is None
    assert estimate_steps("sft", PARAMS, {"max_steps": 5}, 1, None).steps == 5
    assert estimate_steps("sft", PARAMS | {"num_epochs": 1e308}, {}, 1, Rows(10**9)).steps is None


def test_steps_follow_from_the_parameters() -> None:
    assert estimate_steps("sft", PARAMS | {"batch_size": 4, "num_epochs": 1}, {}, 1, Rows(100)).steps == 7


@pytest.mark.parametrize(
    ("name", "content", "count"),
    [
        ("a.jsonl", '{"a": 1}\n\n{"a": 2}', 2),
        ("a.json", '[{"a": 1}, {"a": 2}, {"a": 3}]', 3),
        ("a.csv", 'query,response\n"two\nlines",b\nc,d\n', 2),
        ("a.txt", "one\ntwo\n", 2),
    ],
)
def test_records_are_counted(tmp_path: Path, name: str, content: str, count: int) -> None:
    (tmp_path / name).write_text(content)

    assert count_rows(str(tmp_path / name)) == Rows(count)
    assert count_rows(f"{tmp_path / name}#50") == Rows(50)


def test_what_cannot_be_counted_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    (tmp_path / "torn.json").write_text("[{")

    assert [count_rows(str(tmp_path / name)) for name in ("a.parquet", "torn.json", "none.jsonl", "")] == [None] * 4


def test_a_large_file_is_projected_from_its_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jsonl").write_text('{"a": 1}\n' * 100)
    monkeypatch.setattr(rows, "COUNTED_MAX_BYTES", 90)

    assert count_rows(str(tmp_path / "a.jsonl")) == Rows(100, exact=False)


def test_rows_that_will_be_left_out_make_no_steps(tmp_path: Path) -> None:
    def left(verdict: Verdict | None, sample: str = "") -> Rows | None:
        return count_all_rows([Seen("data_path", f"{tmp_path}/a.jsonl{sample}", verdict)])

    (tmp_path / "a.jsonl").write_text('{"a": 1}\n' * 600)
    nulls = Verdict("", rows=600, causes=(Cause("answers are null", 380, ()),))
    long = replace(nulls, long=LongRows(150, 200, "line 2", 300, 128))

    assert (left(None), left(Verdict("", rows=600))) == (Rows(600), Rows(600))
    assert (left(nulls), str(left(nulls))) == (Rows(220, left_out=380), "220 of 600 records")
    assert left(replace(nulls, whole=False)) == Rows(220, exact=False, left_out=380)
    assert left(nulls, "#1000") == Rows(1000)  # taken of those that are left
    assert (left(long), str(left(long))) == (Rows(55, exact=False, left_out=545), "about 55 of 600 records")


def test_full_tuning_takes_several_times_what_lora_takes() -> None:
    lora = estimate_memory("sft", PARAMS, {}, 1, SEVEN_B).bytes_per_gpu
    full = estimate_memory("sft", PARAMS | {"train_type": "full"}, {}, 1, SEVEN_B).bytes_per_gpu
    spread = estimate_memory("sft", PARAMS | {"train_type": "full"}, {"deepspeed": "zero3"}, 8, SEVEN_B).bytes_per_gpu
    small = estimate_memory("sft", PARAMS, {"quant_bits": 4}, 1, SEVEN_B).bytes_per_gpu

    assert lora is not None and full is not None and spread is not None and small is not None
    assert 15 * GIB < lora < 30 * GIB
    assert 57 * GIB < full < 80 * GIB
    assert spread < full / 4
    assert small < lora


def test_memory_of_an_unseen_model_is_unknown() -> None:
    found = estimate_memory("sft", PARAMS, {}, 1, None)

    assert (found.bytes_per_gpu, found.basis) == (None, "unknown: the model's files cannot be seen here")


def test_a_model_is_sized_by_its_files(tmp_path: Path) -> None:
    text = {"hidden_size": 64, "num_hidden_layers": 2, "vocab_size": 512, "intermediate_size": 128}
    (tmp_path / "model.safetensors").write_bytes(b"\0" * 4000)

    for config in ({**text, "dtype": "float32"}, {"text_config": text, "torch_dtype": "float32"}):
        (tmp_path / "config.json").write_text(json.dumps(config))
        assert model_size(tmp_path) == ModelSize(1000, 64, 2, 128, 512)


@pytest.mark.parametrize("config", ["", "[]", "{}", '{"hidden_size": "x"}', '{"hidden_size": 0}', "[" * 100_000])
def test_a_config_that_tells_nothing_is_unknown(tmp_path: Path, config: str) -> None:
    (tmp_path / "config.json").write_text(config)

    assert model_size(tmp_path) is None
