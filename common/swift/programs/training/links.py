"""What is behind a name when ms-swift opens it is what was checked: who changed a link meanwhile ends the training."""

import os
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from . import facts
from .orders import Orders

REASON = "path_not_allowed"


def install(orders: Orders) -> None:
    """Look now, for the model, and again whenever a data set is opened. Raises SystemExit."""
    if not orders.links:
        return
    refuse_changed(orders)
    loader = import_module("swift.dataset.loader").DatasetLoader
    opens = loader._load_dataset_path

    def checked(self: Any, *args: Any, **kwargs: Any) -> Any:
        refuse_changed(orders)
        return opens(self, *args, **kwargs)

    loader._load_dataset_path = checked


def refuse_changed(orders: Orders) -> None:
    """End the training where a name leads elsewhere by now. Raises SystemExit."""
    if name := changed(orders.links):
        facts.stop(orders, REASON, name)


def changed(links: Mapping[str, str]) -> str:
    """The first name that does not lead to its target any more; empty when all do."""
    return next((name for name, target in links.items() if os.path.realpath(name) != target), "")
