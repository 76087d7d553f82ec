"""The ways in which ms-swift quantises a model, and what each of them needs (its pipelines/export/quant.py)."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quantizer:
    """`bits` to choose from, none where the method has its own; `packages` by the names that pip knows them under.

    `calibrates`: it looks at data to see which weights matter. `on_cpu`: it needs no GPU.
    """

    bits: tuple[int, ...] = ()
    packages: tuple[str, ...] = ()
    calibrates: bool = False
    on_cpu: bool = False


_GPTQ = Quantizer(bits=(2, 3, 4, 8), packages=("optimum", "gptqmodel"), calibrates=True)
QUANTIZERS: Mapping[str, Quantizer] = {
    "awq": Quantizer(bits=(4,), packages=("autoawq",), calibrates=True),
    "gptq": _GPTQ,
    "gptq_v2": _GPTQ,
    "bnb": Quantizer(bits=(4, 8), packages=("bitsandbytes",), on_cpu=True),
    "fp8": Quantizer(),
}
QUANTIZER_PACKAGES = tuple(sorted({package for known in QUANTIZERS.values() for package in known.packages}))
DEFAULT_BITS = 4


def calibrates(method: str) -> bool:
    """Whether this method of quantising needs data."""
    return method in QUANTIZERS and QUANTIZERS[method].calibrates


def quantizer_problem(method: str, node: str, packages: Mapping[str, str], *, has_gpu: bool) -> str:
    """What the node lacks for this method, with the way out; empty when it has everything.

    `packages` are those of QUANTIZER_PACKAGES that are installed beside its ms-swift, with their versions.
    """
    needed = QUANTIZERS[method]
    missing = [package for package in needed.packages if package not in packages]
    if missing:
        names = " ".join(missing)
        return f"node {node} lacks what {method} needs: run `pip install {names}` in the environment of its ms-swift"
    if not has_gpu and not needed.on_cpu:
        able = ", ".join(name for name, known in QUANTIZERS.items() if known.on_cpu)
        return f"{method} needs a GPU, and node {node} has none; without one there is {able}"
    return ""
