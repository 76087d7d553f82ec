"""Exports by hand: a job of its own that starts from a final job's checkpoint, in the same queue and on leases."""

from dataclasses import replace
from typing import Any

import structlog

from api.services import Services
from api.services.checks.exports import export_of, refuse_export
from api.services.datasets.refs import pin_datasets
from api.services.jobs import enter_queue
from common.errors import JobIdTaken, JobNotFound, StateConflict
from common.exports import Export, ExportFormat, ExportSpec
from common.ids import export_job_id
from common.job_specs import OnNodeLost
from common.jobs import Job
from common.new_jobs import new_job
from common.reasons import Reason
from common.states import JobState
from common.swift.quantizers import calibrates
from common.swift.tuners import needs_merge
from common.trainings import in_sent_form
from deploy.checkpoints import Found, find_checkpoint

log = structlog.get_logger()


def export(services: Services, job_id: str, body: dict[str, Any], actor: str) -> Job:
    """Submit an export of a completed job, or of one that failed in its export; returns the export.

    Raises JobNotFound, InvalidInput, and StateConflict when there is nothing to export or an export is under way.
    """
    source = services.store.jobs.get(job_id)
    _refuse_unexportable(source)
    found = find_checkpoint(services.store, source, body["checkpoint"]) if body["checkpoint"] else None
    other = found if found and found.path != source.checkpoint_path else None
    wanted = export_of(body, source, of_other_checkpoint=other is not None)
    if wanted.format is ExportFormat.MERGED and wanted.push is None:
        _refuse_unmergeable(source)
    new = _export_of(source, wanted, body, actor)
    if other:
        new = _of_checkpoint(new, other)
    if calibrates(wanted.quant_method):
        new = new.evolve(spec=pin_datasets(services, new.spec))
    refuse_export(services, new.spec, new.spec.node_names[0])
    export_id = _next_export_id(services, source)
    # First the source: an export that ends writes its result only where it was announced.
    services.store.exports.begin(source.id, export_id, f"export {export_id} was asked for by {actor or 'the user'}")
    try:
        of = f"{other.name} of {source.id}" if other else source.id
        services.store.jobs.submit(new.evolve(id=export_id), f"accepted as an export of {of}")
    except JobIdTaken as exc:
        raise _under_way(export_id) from exc
    log.info("export_submitted", job_id=source.id, export_id=export_id, actor=actor)
    return enter_queue(services, services.store.jobs.get(export_id)).job


def _refuse_unexportable(source: Job) -> None:
    context = {"job_id": source.id, "job_status": source.state}
    if isinstance(source.spec.work, Export):
        message = f"'{source.id}' is an export itself: export its source, '{source.spec.work.source_job_id}'"
        raise StateConflict(message, **context)
    failed_late = source.state is JobState.FAILED and source.reason == Reason.EXPORT_FAILED
    if source.state is not JobState.COMPLETED and not failed_late:
        message = (
            f"job '{source.id}' is {source.state}: only a completed job, or one whose export failed, can be exported"
        )
        raise StateConflict(message, **context)
    if not source.checkpoint_path:
        raise StateConflict(f"job '{source.id}' left no checkpoint to export", **context)


def _refuse_unmergeable(source: Job) -> None:
    if not needs_merge(source.spec):
        train_type, checkpoint = source.spec.training.params["train_type"], source.checkpoint_path
        message = (
            f"there is nothing to merge: '{train_type}' training leaves a whole model in {checkpoint}; "
            "quantise or push it"
        )
        raise StateConflict(message, job_id=source.id, job_status=source.state)


def _next_export_id(services: Services, source: Job) -> str:
    """The first number that no export of this job has; two requests at once find the same one, and one gets it."""
    number, wanted = 1, source.exported.export_job_id
    while True:
        known = _find(services, wanted) if wanted else None
        if known is not None and not known.is_final:
            raise _under_way(known.id)
        wanted = export_job_id(source.id, number)
        if _find(services, wanted) is None:
            return wanted
        number += 1


def _find(services: Services, job_id: str) -> Job | None:
    """Also one that was deleted and is being ended: it writes into the same folders, and has its number."""
    try:
        return services.store.jobs.get_any(job_id)
    except JobNotFound:
        return None


def _under_way(export_id: str) -> StateConflict:
    message = f"export '{export_id}' of this job is under way: wait for it or stop it"
    return StateConflict(message, export_job_id=export_id)


def _export_of(source: Job, wanted: ExportSpec, body: dict[str, Any], actor: str) -> Job:
    """Without an id yet."""
    training = replace(
        source.spec.training, data_path=in_sent_form(body["data_path"] or source.spec.training.data_path)
    )
    spec = replace(
        source.spec,
        work=Export(replace(training, then_deploy=None), source.id, source.checkpoint_path, wanted),
        node_names=(source.node,),  # the checkpoint is on its disk
        gpus=body["gpus"],
        retries=0,
        time_limit_seconds=None,
        start_timeout_seconds=None,
        hang_after_seconds=None,
        on_node_lost=OnNodeLost.WAIT,
    )
    return new_job("", spec, priority=source.priority, owner=actor)


def _of_checkpoint(new: Job, other: Found) -> Job:
    """Of another one than the training took, on the node that has it."""
    work = replace(new.spec.exporting, checkpoint_path=other.path, other_checkpoint=other.name)
    return new.evolve(spec=replace(new.spec, work=work, node_names=(other.node,)))
