"""`swt gpus`."""

from collections.abc import Mapping
from typing import Any

import click

from swift_trainer.cli.connection import Connection
from swift_trainer.cli.output import output_option, show_rows

COLUMNS = {
    "NODE": "node",
    "GPU": "id",
    "NAME": "name",
    "MEMORY": "memory",
    "LOAD": "load",
    "TEMP": "heat",
    "STATUS": "status",
    "JOB": "job_id",
}


@click.command()
@output_option
@click.pass_obj
def gpus(connection: Connection, output: str) -> None:
    """List the GPUs of all nodes and who uses them."""
    with connection.open() as client:
        found = client.gpus.list()
    show_rows([_row(gpu) for gpu in found], COLUMNS, output, found)


def _row(gpu: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **gpu,
        "status": _status(gpu),
        "memory": f"{gpu.get('memory_used', 0)}/{gpu['memory_total']} MiB" if gpu.get("memory_total") else None,
        "load": _with_unit(gpu.get("utilization"), "%"),
        "heat": _with_unit(gpu.get("temperature"), " °C"),
    }


def _status(gpu: Mapping[str, Any]) -> str:
    """Of a GPU that is in use, with what its node takes no further work for: leased (drained)."""
    status, state = str(gpu.get("status", "")), gpu.get("node_state")
    return f"{status} ({state})" if status in {"leased", "shared"} and state in {"drained", "not_ready"} else status


def _with_unit(value: float | None, unit: str) -> str | None:
    return None if value is None else f"{value}{unit}"
