"""From a validated body to what is to be exported, refused where it cannot end well on the node that has the model."""

from typing import Any

from api.services import Services
from api.services.checks.trainings import data_path_problems, names_here
from api.services.refusals import refuse
from common.exports import ExportFormat, ExportSpec, HubPush
from common.field_problem import FieldProblem
from common.job_specs import JobSpec
from common.jobs import Job
from common.nodes import Node
from common.reasons import Reason
from common.swift.inputs.given_names import problem_as_given
from common.swift.options import check_export_options
from common.swift.quantizers import DEFAULT_BITS, QUANTIZERS, calibrates, quantizer_problem


def export_of(body: dict[str, Any], source: Job, *, of_other_checkpoint: bool = False) -> ExportSpec:
    """A model that is merged already is not merged again, neither to be pushed nor to be quantised.

    What was merged is the checkpoint that the training took, and no other.
    """
    chosen = ExportFormat(body["format"])
    method = body["quant_method"] or ""
    push = HubPush(**body["push_to_hub"]) if body["push_to_hub"] else None
    reuses = chosen is ExportFormat.QUANTIZED or (push is not None and not body["extra_args"])
    has_bits = method in QUANTIZERS and QUANTIZERS[method].bits
    return ExportSpec(
        format=chosen,
        quant_method=method,
        quant_bits=body["quant_bits"] or (DEFAULT_BITS if has_bits else None),
        extra_args=body["extra_args"],
        push=push,
        merged_path=source.exported.export_path if reuses and not of_other_checkpoint else "",
    )


def refuse_export(services: Services, spec: JobSpec, node: str) -> None:
    """Raise InvalidInput that names each wrong field. The node looks again, with its own eyes."""
    export = spec.exporting.wanted
    catalogs = services.catalogs.now()
    options = min((check_export_options(export, catalog) for catalog in catalogs), key=len)
    problems = list(options)
    if not problems and export.format is ExportFormat.QUANTIZED:
        problems += _node_problems(services, export.quant_method, node)
    if calibrates(export.quant_method):
        names = names_here(services.settings, spec)
        problems += [problem_as_given(problem, names) for problem in data_path_problems(services.settings, spec)]
    refuse(problems)


def _node_problems(services: Services, method: str, name: str) -> list[FieldProblem]:
    node = next((node for node in services.store.nodes.all() if node.name == name), None)
    if node is None or not node.swift_version:  # what it has is not known
        return []
    why = quantizer_problem(method, name, node.quantizer_packages, has_gpu=_has_gpu(node))
    return [FieldProblem("quant_method", Reason.NODE_UNFIT, why)] if why else []


def _has_gpu(node: Node) -> bool:
    return any(gpu.kind == "cuda" for gpu in node.gpus)
