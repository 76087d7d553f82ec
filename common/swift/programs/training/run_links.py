"""Where the runs of a training are to be seen: an address; a folder where the tracker writes to one."""

import logging
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from .guarding import without_user


def links_of(callbacks: Mapping[str, Any]) -> dict[str, str]:
    """By tracker. What a tracker does not tell is left out."""
    links = {tracker: _link(tracker, callback) for tracker, callback in callbacks.items()}
    return {tracker: without_user(link) for tracker, link in links.items() if link}


def _link(tracker: str, callback: Any) -> str:
    try:
        return str(LINKS[tracker](callback) or "")
    except Exception:  # another release of the tracker may tell it elsewhere
        logging.getLogger(__name__).warning("%s does not tell where its run is", tracker, exc_info=True)
        return ""


def _tensorboard(callback: Any) -> str:
    return str(Path(callback.tb_writer.log_dir).absolute())


def _wandb(_callback: Any) -> str:
    run = import_module("wandb").run
    return str(Path(run.dir).parent if run.offline else run.url)


def _swanlab(_callback: Any) -> str:
    run = import_module("swanlab").get_run()
    try:
        return str(run.url)
    except ValueError:  # it is not sent anywhere
        return str(run.dir)


def _mlflow(_callback: Any) -> str:
    mlflow = import_module("mlflow")
    run, address = mlflow.active_run(), mlflow.get_tracking_uri()
    if not address.startswith(("http://", "https://")):
        return str(address)
    return f"{address.rstrip('/')}/#/experiments/{run.info.experiment_id}/runs/{run.info.run_id}"


LINKS: Mapping[str, Callable[[Any], str]] = {
    "tensorboard": _tensorboard,
    "wandb": _wandb,
    "swanlab": _swanlab,
    "mlflow": _mlflow,
}
