import pytest

from common.swift.options.bundled import newest_catalog
from common.swift.quantizers import QUANTIZERS, quantizer_problem

EVERYTHING = {"autoawq": "0.2.9", "bitsandbytes": "0.50.2", "gptqmodel": "7.7.0", "optimum": "2.3.0"}


def test_they_are_the_ones_of_ms_swift() -> None:
    assert set(QUANTIZERS) == set(newest_catalog().commands["export"]["quant_method"].choices)


@pytest.mark.parametrize("method", QUANTIZERS)
def test_a_node_with_everything_does_them_all(method: str) -> None:
    assert quantizer_problem(method, "n1", EVERYTHING, has_gpu=True) == ""


def test_what_is_missing_is_told_in_words_that_can_be_typed() -> None:
    why = quantizer_problem("gptq", "n1", {"optimum": "2.3.0"}, has_gpu=True)

    assert why == "node n1 lacks what gptq needs: run `pip install gptqmodel` in the environment of its ms-swift"


def test_without_a_gpu_only_bitsandbytes_goes() -> None:
    assert [name for name in QUANTIZERS if not quantizer_problem(name, "n1", EVERYTHING, has_gpu=False)] == ["bnb"]
    told = quantizer_problem("fp8", "n1", EVERYTHING, has_gpu=False)
    assert told == "fp8 needs a GPU, and node n1 has none; without one there is bnb"
