"""Do an adapter's settings agree with its own weights, and with what `peft` knows? Files of two versions get mixed."""

from collections.abc import Mapping

from common.swift.inputs.models.adapter_fit import lora_layers
from common.swift.inputs.models.safetensors_header import Weight

# Of peft 0.20.
KNOWN_TYPES = frozenset({
    "ADALORA", "ADAMSS", "ADAPTION_PROMPT", "BEFT", "BOFT", "C3A", "CARTRIDGE", "CPT", "DEFT", "DELORA", "FOURIERFT",
    "FROD", "GLORA", "GRALORA", "HIRA", "HRA", "IA3", "LILY", "LN_TUNING", "LOHA", "LOKR", "LORA", "MISS",
    "MULTITASK_PROMPT_TUNING", "OFT", "OSF", "PEANUT", "POLY", "PREFIX_TUNING", "PROMPT_TUNING", "PSOFT", "PVERA",
    "P_TUNING", "RANDLORA", "ROAD", "SHIRA", "TINYLORA", "TRAINABLE_TOKENS", "UNILORA", "VBLORA", "VERA", "WAVEFT",
    "XLORA",
})  # fmt: skip
# They learn what stands before a prompt, and peft has each of them at work only.
OF_PROMPTS = frozenset(
    {"CARTRIDGE", "CPT", "MULTITASK_PROMPT_TUNING", "PREFIX_TUNING", "PROMPT_TUNING", "P_TUNING"}
)  # fmt: skip
SHOWN = 4


def settings_problem(config: Mapping[str, object], weights: Mapping[str, Weight]) -> str:
    """What is wrong with the settings, empty when nothing was found; `weights` are the adapter's own, if known."""
    kind = config.get("peft_type")
    if isinstance(kind, str) and kind not in KNOWN_TYPES:
        return f"its peft_type is {kind[:80]}, which peft does not know; copy adapter_config.json again"
    if kind != "LORA":
        return ""
    layers = lora_layers(weights)
    return _rank_problem(config, layers.ranks) or _modules_problem(config, list(layers.sides))


def _rank_problem(config: Mapping[str, object], ranks: set[int]) -> str:
    """Where one rank is said of all layers."""
    rank = config.get("r")
    if not isinstance(rank, int) or config.get("rank_pattern") or config.get("target_parameters"):
        return ""
    if not ranks or rank in ranks:
        return ""
    there = " and ".join(map(str, sorted(ranks)[:SHOWN]))
    return f"its adapter_config.json says rank {rank}, and its weights have {there}; copy both again from where it came"


def _modules_problem(config: Mapping[str, object], layers: list[str]) -> str:
    """Where it names the modules one by one, none of which it has weights of."""
    named = config.get("target_modules")
    if not isinstance(named, list) or not named or not layers:
        return ""
    if any(layer == str(name) or layer.endswith(f".{name}") for name in named for layer in layers):
        return ""
    there = list(dict.fromkeys(layer.rpartition(".")[2] for layer in layers))
    names = _listed([str(name) for name in named])
    return (
        f"its adapter_config.json names the modules {names}, and its weights are of {_listed(there)}; "
        "copy both again from where it came"
    )


def _listed(names: list[str]) -> str:
    return ", ".join(name[:80] for name in names[:SHOWN])
