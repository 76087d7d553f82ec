"""`swt lineage`."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from swift_trainer.cli.arguments import job_argument
from swift_trainer.cli.connection import Connection
from swift_trainer.cli.output import output_option, show_rows
from swift_trainer.sdk.shapes import Lineage

COLUMNS = {"WHAT": "what", "ID": "job_id", "STATUS": "status", "WHERE": "where"}


@click.command()
@job_argument
@output_option
@click.pass_obj
def lineage(connection: Connection, job_id: str, output: str) -> None:
    """Show data set, training, checkpoint, exports and deployments that belong to ID, a job or a deployment."""
    with connection.open() as client:
        found = client.lineage(job_id)
    show_rows(list(_steps(found)), COLUMNS, output, data=found)


def _steps(found: Lineage) -> Iterator[Mapping[str, Any]]:
    """From what it went on from to what is served, and what went on from it."""
    for parent in found.get("parents", []):
        yield {"what": "parent", **parent, "where": f"as {parent['field']}"}
    data = found["dataset"] or []
    for path in [data] if isinstance(data, str) else data:
        yield {"what": "dataset", "where": path}
    if found["training"]:
        yield {"what": "training", **found["training"], "where": found["training"].get("model_path")}
    if found["checkpoint"]:
        yield {"what": "checkpoint", "where": found["checkpoint"]}
    for export in found["exports"]:
        yield {"what": "export", **export, "where": export.get("path")}
    for served in found["deployments"]:
        where = served.get("endpoint") or served.get("model_path")
        yield {"what": "deployment", **served, "where": where}
    for child in found.get("children", []):
        yield {"what": "child", **child, "where": f"by {child['field']}"}
