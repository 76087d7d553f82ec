"""The shapes that the SDK names for editors are those that the service answers in: neither fewer fields nor others."""

from typing import Any

import pytest

from api.schemas.checkpoints import CheckpointSchema, CheckpointsSchema
from api.schemas.deployments import (
    DeploymentSchema,
    ModelDetailSchema,
    ModelSchema,
    RolledBackSchema,
    VersionSchema,
)
from api.schemas.dry_runs import DryRunSchema
from api.schemas.gpus import GpuSchema
from api.schemas.job_feeds import EventSchema, LogsSchema
from api.schemas.job_rows import UnusedRowSchema, UnusedRowsSchema
from api.schemas.jobs import JobSchema, PlaceSchema, ProgressDetailSchema
from api.schemas.lineage import LineageSchema
from api.schemas.new_deployments import NewDeploymentAnswerSchema
from api.schemas.queue import QueueItemSchema
from swift_trainer.sdk import shapes

PAIRS = [
    (shapes.Checkpoint, CheckpointSchema),
    (shapes.Deployment, DeploymentSchema),
    (shapes.DryRun, DryRunSchema),
    (shapes.Event, EventSchema),
    (shapes.GpuInfo, GpuSchema),
    (shapes.Job, JobSchema),
    (shapes.JobCheckpoints, CheckpointsSchema),
    (shapes.Lineage, LineageSchema),
    (shapes.Model, ModelSchema),
    (shapes.ModelDetail, ModelDetailSchema),
    (shapes.ModelVersion, VersionSchema),
    (shapes.NewDeployment, NewDeploymentAnswerSchema),
    (shapes.Place, PlaceSchema),
    (shapes.ProgressDetail, ProgressDetailSchema),
    (shapes.QueueItem, QueueItemSchema),
    (shapes.RolledBack, RolledBackSchema),
    (shapes.UnusedRow, UnusedRowSchema),
    (shapes.UnusedRows, UnusedRowsSchema),
]


# What the status of a job tells of its place in the queue.
OF_ITS_STATUS = {"queue_position", "estimated_wait_time", "estimated_start_at"}


@pytest.mark.parametrize(("shape", "schema"), PAIRS, ids=lambda each: each.__name__)
def test_a_shape_has_the_fields_of_its_schema(shape: Any, schema: Any) -> None:
    named, answered = set(shape.__annotations__), set(schema().fields)

    assert named - (OF_ITS_STATUS if shape is shapes.Job else set()) == answered


def test_the_two_ways_to_read_a_log_have_what_it_is_answered_in() -> None:
    assert set(shapes.LogLines.__annotations__) | set(shapes.LogPage.__annotations__) == set(LogsSchema().fields)
