from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.deployments import InferBackend, Serving
from common.swift.options import OptionCode, check_deploy_options, nearest_catalog
from common.swift.options.refused import UNSAFE
from common.swift.options.refused_server import MEMORY_OPTIONS, OF_TRANSFORMERS, PARALLEL_OPTIONS, SERVER_MANAGED

CATALOG = nearest_catalog("4.6.0")
DEPLOY = CATALOG.commands["deploy"]


def _problems(extra_args: dict[str, Any], gpus: int = 1, **deploy: Any) -> list[tuple[str, OptionCode, str]]:
    spec = Serving(**{"name": "qwen", "version": "1", **deploy})
    found = check_deploy_options(extra_args, CATALOG, spec, gpus)
    return [(problem.field, problem.code, problem.message) for problem in found]


@pytest.mark.parametrize(
    ("extra", "backend"),
    [
        ({"model_type": "qwen2", "template": "qwen", "system": "/no_think", "max_batch_size": 8}, "transformers"),
        ({"temperature": 0.2, "max_new_tokens": "512", "stop_words": ["a", "b"], "torch_dtype": "float16"}, "sglang"),
        ({"vllm_gpu_memory_utilization": 0.8, "vllm_enforce_eager": True, "log_interval": 20}, "vllm"),
        ({"lmdeploy_quant_policy": 4, "owned_by": "us", "task_type": "causal_lm"}, "lmdeploy"),
        ({"attn_impl": "sdpa", "device_map": {"": 0}}, "transformers"),
    ],
)
def test_options_that_a_server_reads_are_accepted(extra: dict[str, Any], backend: str) -> None:
    assert _problems(extra, infer_backend=InferBackend(backend)) == []


def test_an_unknown_option_is_named_with_the_nearest_one() -> None:
    assert _problems({"temprature": 1}) == [
        ("extra_args.temprature", OptionCode.UNKNOWN, "no such option in ms-swift 4.6.0; did you mean temperature?")
    ]


def test_an_option_of_a_training_is_told_to_be_one() -> None:
    assert _problems({"learning_rate": 1e-4}) == [
        ("extra_args.learning_rate", OptionCode.OTHER_METHOD, "no option of a deployment; it belongs to a training")
    ]


def test_a_value_of_the_wrong_type_is_refused_with_the_right_one() -> None:
    assert _problems({"top_k": 1.5}) == [("extra_args.top_k", OptionCode.WRONG_TYPE, "takes a whole number, not 1.5")]


@pytest.mark.parametrize("name", sorted(SERVER_MANAGED))
def test_an_option_that_the_service_sets_names_what_does(name: str) -> None:
    assert _problems({name: "x"}) == [(f"extra_args.{name}", OptionCode.MANAGED, SERVER_MANAGED[name])]


@pytest.mark.parametrize("name", sorted(UNSAFE))
def test_an_unsafe_option_is_refused_with_the_reason(name: str) -> None:
    assert _problems({name: "x"}) == [(f"extra_args.{name}", OptionCode.UNSAFE, UNSAFE[name])]


@pytest.mark.parametrize("name", sorted(SERVER_MANAGED.keys() | UNSAFE.keys()))
def test_no_beginning_of_a_refused_option_is_accepted(name: str) -> None:
    for length in range(1, len(name)):
        assert name[:length] in DEPLOY or _problems({name[:length]: "x"})


def test_every_name_that_the_service_sets_or_refuses_is_one_of_this_release() -> None:
    ours = {*SERVER_MANAGED, *MEMORY_OPTIONS.values(), *OF_TRANSFORMERS}
    ours |= {name for names in PARALLEL_OPTIONS.values() for name in names}

    assert ours <= DEPLOY.keys()


def test_an_option_of_another_back_end_is_refused_by_name() -> None:
    assert _problems({"vllm_enforce_eager": True}) == [
        (
            "extra_args.vllm_enforce_eager",
            OptionCode.OTHER_BACKEND,
            "an option of vllm; this deployment runs on transformers",
        )
    ]
    assert [code for _, code, _ in _problems({"max_batch_size": 2}, infer_backend=InferBackend.VLLM)] == [
        OptionCode.OTHER_BACKEND
    ]


def test_a_share_of_a_gpu_decides_what_the_engine_takes() -> None:
    share = {"infer_backend": InferBackend.VLLM, "gpu_memory_mib": 8000}

    assert [code for _, code, _ in _problems({"vllm_gpu_memory_utilization": 0.9}, **share)] == [OptionCode.MANAGED]


@pytest.mark.parametrize(("gpus", "refused"), [(4, []), (2, ["extra_args.vllm_tensor_parallel_size"])])
def test_a_model_is_spread_over_as_many_gpus_as_there_are(gpus: int, refused: list[str]) -> None:
    extra = {"vllm_tensor_parallel_size": 2, "vllm_pipeline_parallel_size": "2"}

    found = _problems(extra, gpus, infer_backend=InferBackend.VLLM)

    assert [field for field, _, _ in found] == refused
    assert all("needs 4 GPUs, the deployment has 2" in message for _, _, message in found)


def test_adapters_need_a_back_end_that_serves_them_and_names_of_their_own() -> None:
    [(field, code, message)] = _problems({}, infer_backend=InferBackend.SGLANG, adapters={"a": "/a"})
    assert (field, code) == ("adapters", OptionCode.OTHER_BACKEND)
    assert "serves no adapters" in message

    [(field, _, _)] = _problems({}, adapters={"qwen": "/a"})
    assert field == "adapters.qwen"


def test_code_from_a_hub_is_not_named_as_an_implementation() -> None:
    assert [code for _, code, _ in _problems({"attn_impl": "kernels-community/flash-attn"})] == [OptionCode.UNSAFE]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.dictionaries(st.text(max_size=20) | st.sampled_from(sorted(DEPLOY)), JSON, max_size=4),
    st.sampled_from(InferBackend),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2),
)
def test_whatever_is_sent_the_answer_is_a_list_of_problems(
    extra: dict[str, Any], backend: InferBackend, adapters: dict[str, str]
) -> None:
    for field, _, message in _problems(extra, 2, infer_backend=backend, adapters=adapters):
        assert field
        assert message
