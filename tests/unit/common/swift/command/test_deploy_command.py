from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.deployments import InferBackend, Serving
from common.job_specs import JobSpec
from common.swift.command.argv import OptionRefused
from common.swift.command.deploy_command import DeployContext, deploy_command, memory_fraction
from tests.builders import make_spec

BACKENDS = list(InferBackend)


def _spec(extra_args: dict[str, Any] | None = None, **deploy: Any) -> JobSpec:
    return make_spec(extra_args=extra_args or {}, work=Serving(**{"name": "qwen", "version": "1", **deploy}))


def _context(**changes: Any) -> DeployContext:
    values: dict[str, Any] = {"swift_version": "4.6.0", "model_path": "/models/qwen", "port": 8100, **changes}
    return DeployContext(**values)


def _options(spec: JobSpec, **context: Any) -> dict[str, str]:
    items = [item for item in deploy_command(spec, _context(**context)) if item.startswith("--") and "=" in item]
    return dict(item.removeprefix("--").split("=", 1) for item in items)


def test_a_plain_deployment_says_where_what_and_nothing_else() -> None:
    assert deploy_command(_spec(), _context()) == [
        "--log_interval=-1",
        "--max_batch_size=8",
        "--model=/models/qwen",
        "--infer_backend=transformers",
        "--served_model_name=qwen",
        "--host=127.0.0.1",
        "--port=8100",
        "--verbose=false",
    ]


def test_on_a_cpu_the_model_runs_in_plain_precision_unless_told_otherwise() -> None:
    assert _options(_spec(), on_cpu=True)["torch_dtype"] == "float32"
    assert _options(_spec({"torch_dtype": "bfloat16"}), on_cpu=True)["torch_dtype"] == "bfloat16"
    assert "torch_dtype" not in _options(_spec())


def test_requests_are_batched_where_the_launcher_does_it_unless_told_otherwise() -> None:
    assert _options(_spec({"max_batch_size": 2}))["max_batch_size"] == "2"
    assert "max_batch_size" not in _options(_spec(infer_backend=InferBackend.VLLM))


def test_older_releases_know_transformers_by_another_name_and_write_answers_unless_told_where() -> None:
    options = _options(_spec(), swift_version="3.9.3")

    assert (options["infer_backend"], options["result_path"]) == ("pt", "/dev/null")


@pytest.mark.parametrize(
    ("backend", "expected"),
    [
        (InferBackend.TRANSFORMERS, {"max_model_len": "4096"}),
        (
            InferBackend.VLLM,
            {
                "vllm_max_model_len": "4096",
                "vllm_gpu_memory_utilization": "0.25",
                "vllm_tensor_parallel_size": "2",
            },
        ),
        (
            InferBackend.SGLANG,
            {"sglang_context_length": "4096", "sglang_mem_fraction_static": "0.225", "sglang_tp_size": "2"},
        ),
        (
            InferBackend.LMDEPLOY,
            {"lmdeploy_session_len": "4096", "lmdeploy_cache_max_entry_count": "0.2", "lmdeploy_tp": "2"},
        ),
    ],
)
def test_length_memory_and_gpus_go_by_the_names_of_the_back_end(
    backend: InferBackend, expected: dict[str, str]
) -> None:
    spec = _spec(infer_backend=backend, max_model_len=4096, gpu_memory_mib=20_000)

    options = _options(spec, gpu_count=2, gpu_memory_total_mib=80_000)

    fixed = {"log_interval", "max_batch_size", "model", "infer_backend", "served_model_name", "host", "port", "verbose"}
    assert {name: value for name, value in options.items() if name not in fixed} == expected


def test_whole_gpus_leave_the_memory_to_the_back_end_and_to_extra_options() -> None:
    assert "vllm_gpu_memory_utilization" not in _options(_spec(infer_backend=InferBackend.VLLM))
    spec = _spec({"vllm_gpu_memory_utilization": 0.7, "vllm_pipeline_parallel_size": 2}, infer_backend=BACKENDS[1])
    options = _options(spec, gpu_count=2)
    assert options["vllm_gpu_memory_utilization"] == "0.7"
    assert "vllm_tensor_parallel_size" not in options


@pytest.mark.parametrize(
    ("wanted", "total", "on_cpu", "fraction"),
    [(20_000, 80_000, False, 0.25), (1, 3, False, 0.3333), (9, 8, False, 1), (0, 8, False, None), (8, 0, True, None)],
)
def test_the_share_of_a_gpu_is_rounded_down(wanted: int, total: int, on_cpu: bool, fraction: float | None) -> None:
    context = _context(gpu_memory_total_mib=total, on_cpu=on_cpu)

    assert memory_fraction(_spec(gpu_memory_mib=wanted), context) == fraction


def test_adapters_are_given_by_name_each_as_one_argument() -> None:
    argv = deploy_command(_spec(), _context(adapters={"sql": "/out/a", "chat": "/out/b c"}))

    start = argv.index("--adapters")
    assert argv[start : start + 3] == ["--adapters", "sql=/out/a", "chat=/out/b c"]
    assert "--adapters=sql=/out/a" in deploy_command(_spec(), _context(adapters={"sql": "/out/a"}))


def test_a_model_that_is_an_adapter_serves_as_the_model() -> None:
    assert "--adapters=/out/a" in deploy_command(_spec(), _context(model_adapter="/out/a"))


@pytest.mark.parametrize(("rank", "expected"), [(8, None), (16, None), (17, "32"), (100, "128")])
def test_vllm_gets_room_for_the_largest_adapter(rank: int, expected: str | None) -> None:
    spec = _spec(infer_backend=InferBackend.VLLM)

    assert _options(spec, adapters={"a": "/a"}, lora_rank=rank).get("vllm_max_lora_rank") == expected


@pytest.mark.parametrize(
    ("context", "backend", "why"),
    [
        ({"adapters": {"a": "/out/a"}}, InferBackend.SGLANG, "sglang serves no adapters"),
        ({"model_adapter": "/out/a"}, InferBackend.LMDEPLOY, "lmdeploy serves no adapters"),
        ({"adapters": {"a": "/a"}, "model_adapter": "/b"}, InferBackend.VLLM, "the model is an adapter itself"),
        ({"adapters": {"a": "/out/x=y"}}, InferBackend.VLLM, "`=` in its path"),
        ({"adapters": {"--port": "/out/a"}}, InferBackend.VLLM, "is not a name for a model"),
        ({"adapters": {"a=b": "/out/a"}}, InferBackend.VLLM, "is not a name for a model"),
    ],
)
def test_adapters_that_ms_swift_would_misread_are_refused(
    context: dict[str, Any], backend: InferBackend, why: str
) -> None:
    with pytest.raises(OptionRefused, match=why):
        deploy_command(_spec(infer_backend=backend), _context(**context))


@pytest.mark.parametrize(
    "name", ["host", "port", "api_key", "verbose", "model", "ssl_keyfile", "external_plugins", "hos"]
)
def test_an_option_that_is_not_the_users_never_reaches_the_command_line(name: str) -> None:
    with pytest.raises(OptionRefused, match=name):
        deploy_command(_spec({name: "x"}), _context())


VALUES = st.text() | st.integers() | st.lists(st.text(), max_size=3) | st.booleans()


@given(
    st.dictionaries(st.text(max_size=12) | st.sampled_from(["template", "system", "stop_words", "top_k"]), VALUES),
    st.dictionaries(st.text(max_size=8), st.text(max_size=12), max_size=2),
    st.text(max_size=20),
    st.sampled_from(BACKENDS),
)
def test_nothing_a_user_sends_becomes_an_option_of_its_own(
    extra: dict[str, Any], adapters: dict[str, str], name: str, backend: InferBackend
) -> None:
    spec = _spec(extra, name=name, infer_backend=backend)
    try:
        argv = deploy_command(spec, _context(adapters=adapters, on_cpu=True))
    except OptionRefused:
        return

    names = [item[2:].split("=", 1)[0] for item in argv if item.startswith("--")]
    own = {"log_interval", "max_batch_size", "torch_dtype", "adapters", "model", "infer_backend", "served_model_name"}
    assert set(names) <= own | {"host", "port", "verbose"} | extra.keys()
    assert len(names) == len(set(names))
    assert [item for item in argv if item.startswith("--port=")] == ["--port=8100"]
