"""Counts the rows that ms-swift is given and uses, and ends a training that would use too few of them.

ms-swift drops what it cannot use, says so in one line of its log, and trains on the rest.
"""

from importlib import import_module

from . import lazy, noting, steps
from .counting import Count
from .orders import Orders


def install(orders: Orders) -> None:
    """Take the places in ms-swift where rows come and go."""
    core, utils = import_module("swift.dataset.preprocessor.core"), import_module("swift.dataset.utils")
    sft = import_module("swift.pipelines.train.sft")
    count = Count(orders)
    noting.install(orders.facts_dir, core, utils)
    lazy.install(orders.facts_dir, utils.LazyLLMDataset)
    count.install(core, import_module("swift.dataset.dataset_meta"), import_module("swift.dataset.loader"), sft)
    steps.install(orders, count)
