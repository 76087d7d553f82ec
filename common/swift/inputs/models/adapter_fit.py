"""Do an adapter's weights fit a model's? By the shapes of the layers that it changes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from common.swift.inputs.models.safetensors_header import Weight

# base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight, also lora_A.default.weight and a bare lora_A
LORA = re.compile(r"(?:base_model\.model\.)?(?P<layer>.+)\.lora_(?P<side>[AB])(?:\.[\w.]+)?")
NUMBER = re.compile(r"\b\d+\b")

# {"A": what goes in, "B": what comes out} of one layer
Sides = dict[str, int]


@dataclass(frozen=True, slots=True)
class LoraLayers:
    """The layers that a LoRA changes, by their names in it, and the ranks that it has for them."""

    sides: dict[str, Sides] = field(default_factory=dict)
    ranks: set[int] = field(default_factory=set)


def misfit(adapter: Mapping[str, Weight], model: Mapping[str, Weight]) -> str | None:
    """Which layer does not fit, empty when all that can be compared do; None when nothing can be compared.

    The same layer may be called `model.layers.0.mlp.up_proj` in one and `language_model.layers.0.mlp.up_proj` in the
    other, so layers are compared by the ends of their names.
    """
    layers = lora_layers(adapter).sides
    shapes = _by_end(model)
    kinds = {NUMBER.sub("*", end) for end in shapes}
    compared = False
    for name, sides in layers.items():
        end = _end(name)
        if end in shapes:
            compared = True
            if not any(_fits(sides, shape) for shape in shapes[end]):
                return f"layer {end} is {_shown(shapes[end])} there and {_wanted(sides)} for the adapter"
        elif NUMBER.sub("*", end) in kinds:
            return f"there is no layer {end}"
    return "" if compared else _stranger(layers, model)


def lora_layers(weights: Mapping[str, Weight]) -> LoraLayers:
    """lora_A is rank by in, lora_B is out by rank; those of convolutions have more sides and are left out."""
    layers = LoraLayers()
    for name, weight in weights.items():
        found = LORA.fullmatch(name)
        if found and len(weight.shape) == 2:
            side = found["side"]
            rank, size = weight.shape if side == "A" else reversed(weight.shape)
            layers.sides.setdefault(found["layer"], {})[side] = size
            layers.ranks.add(rank)
    return layers


def _stranger(layers: Iterable[str], model: Mapping[str, Weight]) -> str | None:
    """A layer like which the model has none, where it has none like any of the adapter's."""
    there = {word for name in model for word in name.split(".")}
    ends = [_end(name) for name in layers]
    if not there or not ends or any(end.rpartition(".")[2] in there for end in ends):
        return None
    return f"there is no layer {ends[0]}"


def _by_end(weights: Mapping[str, Weight]) -> dict[str, list[tuple[int, ...]]]:
    """The shapes of the layers whose names end so; packed weights have no shape that says anything."""
    shapes: dict[str, list[tuple[int, ...]]] = {}
    for name, weight in weights.items():
        if weight.is_plain and len(weight.shape) == 2 and name.endswith(".weight"):
            shapes.setdefault(_end(name.removesuffix(".weight")), []).append(weight.shape)
    return shapes


def _end(layer: str) -> str:
    """From the word before the first number on: `layers.0.self_attn.q_proj`."""
    parts = layer.split(".")
    first = next((place for place, part in enumerate(parts) if part.isdigit()), len(parts))
    return ".".join(parts[max(0, first - 1) :])


def _fits(sides: Sides, shape: tuple[int, ...]) -> bool:
    """Either way round: some models keep their layers as in by out."""
    out, into = shape
    return any(
        sides.get("A", given_in) == given_in and sides.get("B", given_out) == given_out
        for given_in, given_out in ((into, out), (out, into))
    )


def _shown(shapes: Iterable[tuple[int, ...]]) -> str:
    return " or ".join(f"{into}→{out}" for out, into in dict.fromkeys(shapes))


def _wanted(sides: Sides) -> str:
    return f"{sides.get('A', '?')}→{sides.get('B', '?')}"
