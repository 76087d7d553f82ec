"""Modules of a model that a job names, held against the names that the model's files have."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from common.swift.options.safety import elements
from common.swift.options.suggest import did_you_mean

# By the option, its words for several modules at once.
MODULES = {
    "target_modules": frozenset({"all-linear", "all-embedding", "all-router"}),
    "modules_to_save": frozenset({"all-embedding", "all-norm"}),
}
BEGINNINGS = ("freeze_parameters", "trainable_parameters")
# Not among the weights where they are those of another module, or are made for the task.
WITHOUT_WEIGHTS = frozenset({"lm_head", "embed_tokens", "score", "v_head", "classifier"})
SHOWN = 12


def unknown_modules(extra_args: Mapping[str, Any], weights: Iterable[str], *, is_full: bool) -> Iterator[str]:
    """A sentence for each option that names what the model has not; nothing where no weight is known.

    `is_full`: all weights are trained, and names are beginnings of theirs; else they are ends of a module's.
    """
    names = list(weights)
    ends = _ends(names)
    if not ends:
        return
    for option, words in MODULES.items():
        asked = [] if is_full else [str(name) for name in elements(extra_args.get(option) or [])]
        unknown = [name for name in asked if name not in words | WITHOUT_WEIGHTS | ends]
        if unknown:
            known = _last_words(names)
            told = f"extra_args.{option}: no module of the model is called {_listed(unknown)}; it has {_listed(known)}"
            yield f"{told}{did_you_mean(unknown[0], known)}"
    for option in BEGINNINGS if is_full else ():
        asked = [str(name) for name in elements(extra_args.get(option) or [])]
        unknown = [name for name in asked if not _begins(name, names)]
        if unknown:
            first = _listed(_first_words(names))
            yield f"extra_args.{option}: no module of the model begins with {_listed(unknown)}; it has {first}"


def _begins(beginning: str, names: list[str]) -> bool:
    return beginning.split(".", maxsplit=1)[0] in WITHOUT_WEIGHTS or any(name.startswith(beginning) for name in names)


def _ends(names: list[str]) -> set[str]:
    """Each module, and each that has modules, by every end of its name: q_proj, self_attn.q_proj, …"""
    found: set[str] = set()
    for name in names:
        parts = name.split(".")[:-1]
        for last in range(len(parts), 0, -1):
            ends = {".".join(parts[first:last]) for first in range(last)}
            if ends <= found:
                break
            found |= ends
    return found


def _last_words(names: list[str]) -> list[str]:
    parts = (name.split(".") for name in names)
    return list(dict.fromkeys(words[-2] for words in parts if len(words) > 1 and not words[-2].isdigit()))


def _first_words(names: list[str]) -> list[str]:
    return list(dict.fromkeys(name.split(".")[0] for name in names))


def _listed(names: list[str]) -> str:
    return ", ".join(name[:80] for name in names[:SHOWN])
