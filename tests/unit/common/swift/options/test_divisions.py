"""Every number that a refusal of GRPO's divisions names would do: what is refused is gone, and nothing else comes."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

from common.swift.options import nearest_catalog
from common.swift.options.asked import asked_of
from common.swift.options.conflicts import conflicts
from common.trainings import Training

CATALOG = nearest_catalog("4.6.0")
PARAMETERS = {"gradient_accumulation_steps"}
NAMED = re.compile(r"(?:set|or) (\w+) to (\d+)")
BOTH = re.compile(r"leave steps_per_generation out and set (\w+) to (\d+)")
OUT = re.compile(r"leave (\w+) out")


def refused(params: dict[str, int], extra: dict[str, Any], gpus: int) -> dict[str, str]:
    known = {name: value for name, value in extra.items() if value is not None}
    training = Training("data", "out", "grpo", {"learning_rate": 1e-4, "save_only_model": False, **params})
    return {problem.field: problem.message for problem in conflicts(asked_of(training, known, CATALOG, gpus))}


def ways_out(field: str, why: str) -> Iterator[dict[str, Any]]:
    """What each of the hints has somebody send, by the option."""
    own = field.rpartition(".")[2]
    told = why.partition(";")[2] or why.partition("divide: ")[2] or why
    if found := BOTH.search(told):
        yield {"steps_per_generation": None, own if found[1] == "it" else found[1]: int(found[2])}
        told = told[: found.start()]
    if found := re.search(r"such as (\d+)$", why):
        yield {own: int(found[1])}
    for name in OUT.findall(told):
        yield {own if name == "it" else name: None}
    for name, number in NAMED.findall(told):
        yield {own if name == "this" else name: int(number)}


def test_each_number_that_is_named_does() -> None:
    followed = 0
    for batch, gpus, rounds, answers, written, steps, evaluates in product(
        (1, 2, 3), (1, 2, 3), (1, 4, 6), (2, 3, 4, 6, 8), (None, 5, 6, 12), (None, 2, 3), (False, True)
    ):
        params = {"batch_size": batch, "gradient_accumulation_steps": rounds}
        extra: dict[str, Any] = {
            "reward_funcs": ["format"],
            "num_generations": answers,
            "generation_batch_size": written,
            "steps_per_generation": steps,
            "split_dataset_ratio": 0.1 if evaluates else None,
        }
        before = refused(params, extra, gpus)
        for field, why in before.items():
            for sent in ways_out(field, why):
                there = {name: value for name, value in sent.items() if name in PARAMETERS}
                after = refused(params | there, extra | {n: v for n, v in sent.items() if n not in PARAMETERS}, gpus)

                assert field not in after, (params, extra, gpus, why, sent, after)
                assert after.keys() <= before.keys(), (params, extra, gpus, why, sent, after)
                followed += 1
    assert followed > 1000
