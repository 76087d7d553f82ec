"""Which packages a job's options need beside ms-swift, and what a node lacks of them."""

from typing import Any

import pytest

from common.deployments import InferBackend, Serving, Target
from common.job_specs import JobSpec
from common.swift.options import nearest_catalog
from common.swift.packages import ATTENTION, OPTIMISERS, QUANTISED, SWITCHES, TRACKERS, VALUES, lacking, needs_of
from tests.builders import make_export_spec, make_spec

RLHF = nearest_catalog("4.6.0").commands["rlhf"]


def needed(extra: dict[str, Any] | None = None, **changes: Any) -> list[tuple[str, str]]:
    return [(need.field, need.packages[0]) for need in needs_of(make_spec(extra_args=extra or {}, **changes))]


@pytest.mark.parametrize(
    ("extra", "package"),
    [
        ({"deepspeed": "zero2"}, "deepspeed"),
        ({"teacher_deepspeed": "zero3"}, "deepspeed"),
        ({"attn_impl": "flash_attn"}, "flash-attn"),
        ({"attn_impl": "flash_attention_3"}, "flash-attn-3"),
        ({"use_liger_kernel": True}, "liger-kernel"),
        ({"use_liger_kernel": "true"}, "liger-kernel"),
        ({"report_to": "wandb"}, "wandb"),
        ({"report_to": ["tensorboard"]}, "tensorboard"),
        ({"report_to": ["swanlab"]}, "swanlab"),
        ({"tuner_backend": "unsloth"}, "unsloth"),
        ({"use_vllm": True}, "vllm"),
        ({"quant_method": "bnb", "quant_bits": 4}, "bitsandbytes"),
        ({"optim": "paged_adamw_8bit"}, "bitsandbytes"),
        ({"optim": "adamw_torch_8bit"}, "torchao"),
        ({"optim": "galore_adamw_8bit"}, "galore-torch"),
        ({"eval_metric": "nlg"}, "jieba"),
        ({"predict_with_generate": True}, "jieba"),
        ({"eval_metric": "paired"}, "scikit-learn"),
        ({"reward_funcs": ["cosine"]}, "math-verify"),
        ({"eval_use_evalscope": True}, "evalscope"),
        ({"reward_funcs": ["format", "accuracy"]}, "math-verify"),
        ({"multi_turn_scheduler": "math_tip_trick"}, "math-verify"),
        ({"multi_turn_scheduler": "thinking_tips_scheduler"}, "math-verify"),
        ({"galore_quantization": True, "use_galore": True}, "q-galore-torch"),
    ],
)
def test_an_option_needs_its_package(extra: dict[str, Any], package: str) -> None:
    assert needed(extra) == [(f"extra_args.{next(iter(extra))}", package)]


@pytest.mark.parametrize(
    "extra",
    [
        {}, {"deepspeed": None}, {"use_liger_kernel": False}, {"report_to": ["none"]}, {"attn_impl": "sdpa"},
        {"optim": "adamw_torch_fused"}, {"optim": "adafactor"}, {"quant_method": "fp8"}, {"use_vllm": "false"},
    ],
)  # fmt: skip
def test_what_is_there_anyway_is_not_asked_for(extra: dict[str, Any]) -> None:
    assert needed(extra) == []


@pytest.mark.parametrize("data", [{"val_dataset": "a.jsonl"}, {"split_dataset_ratio": "0.1"}])
def test_what_ms_swift_measures_vectors_by_on_its_own_needs_a_package(data: dict[str, Any]) -> None:
    scored, metric = {"task_type": "embedding", "loss_type": "contrastive"}, {"eval_metric": "infonce"}

    assert needed(scored | data) == [("extra_args.eval_metric", "scikit-learn")]
    assert needed(scored) == needed(scored | data | metric) == needed(scored | data | {"loss_type": "infonce"}) == []


@pytest.mark.parametrize("ratio", ["-x", ":", "", None, [], 0, "0"])
def test_a_share_that_is_none_evaluates_nothing(ratio: Any) -> None:
    assert needed({"task_type": "embedding", "loss_type": "contrastive", "split_dataset_ratio": ratio}) == []


def test_methods_and_engines_need_some_too() -> None:
    assert needed(params={"train_type": "reft"}) == [("params.train_type", "pyreft")]
    assert needed(method="grpo") == [("method", "msgspec")]
    assert needs_of(_serving(InferBackend.TRANSFORMERS)) == []
    assert [(need.field, need.packages) for need in needs_of(_serving(InferBackend.VLLM))] == [
        ("infer_backend", ("vllm",))
    ]


def test_what_runs_on_another_platform_or_where_its_model_is_is_not_asked_of_a_node() -> None:
    assert needs_of(_serving(InferBackend.VLLM, target=Target.K8S)) == []
    assert needs_of(make_export_spec(extra_args={"deepspeed": "zero2"})) == []


def test_a_node_lacks_what_it_has_none_of_and_nothing_before_it_has_said() -> None:
    needs = needs_of(make_spec(extra_args={"attn_impl": "flash_attn", "deepspeed": "zero2"}))

    assert [need.packages[0] for need in lacking(needs, {"torch": "2", "kernels": "0.9"})] == ["deepspeed"]
    assert lacking(needs, {}) == []


def test_the_tables_speak_of_options_and_values_that_there_are() -> None:
    assert {*SWITCHES, *(name for name, _ in VALUES)} <= {*RLHF}
    assert set(TRACKERS) <= set(RLHF["report_to"].choices)
    assert set(QUANTISED) <= set(RLHF["quant_method"].choices)
    assert all(any(part in name for name in RLHF["optim"].choices) for part in OPTIMISERS)
    assert "flash_attn" in ATTENTION


def _serving(engine: InferBackend, **changes: Any) -> JobSpec:
    return make_spec(work=Serving(name="bot", version="v1", infer_backend=engine, **changes))
