"""The fitness of an export: refuses one that cannot end well on this node, before anything of it is started."""

import os

from common.exports import ExportFormat, ExportSpec, HubPush
from common.jobs import Job
from common.reasons import Reason
from common.swift.options import check_export_options
from common.swift.programs.push_model import TOKENS
from common.swift.quantizers import QUANTIZER_PACKAGES, calibrates, quantizer_problem
from workers.attempts.launch import LaunchRefused, swift_python
from workers.lives.exports.steps import calibration_data, hub_of
from workers.node.local import LocalNode
from workers.node.option_catalog import node_catalog
from workers.swift.installed import package_versions


def refuse_unfit(node: LocalNode, job: Job, wanted: ExportSpec) -> None:
    """Raise LaunchRefused, naming the field, for what this node's own ms-swift, packages, GPUs and tokens rule out."""
    problems = check_export_options(wanted, node_catalog(node.folder, node.swift_version))
    if problems:
        text = "; ".join(f"{problem.field}: {problem.message}" for problem in problems)
        raise LaunchRefused(Reason.OPTION_REFUSED, text)
    if wanted.format is ExportFormat.QUANTIZED:
        _refuse_unable(node, job, wanted.quant_method)
    if calibrates(wanted.quant_method):
        calibration_data(node, job.spec)
    if wanted.push:
        _refuse_without_token(node, job, wanted.push)


def _refuse_unable(node: LocalNode, job: Job, method: str) -> None:
    # Asked anew: a package may have been installed since the worker started.
    packages = package_versions(swift_python(node), QUANTIZER_PACKAGES)
    why = quantizer_problem(method, node.name, packages, has_gpu=node.has_cuda(node.gpus_of(job)))
    if why:
        raise LaunchRefused(Reason.NODE_UNFIT, f"quant_method: {why}")


def _refuse_without_token(node: LocalNode, job: Job, push: HubPush) -> None:
    token = TOKENS[hub_of(push, {**os.environ, **job.spec.env})]
    if not os.environ.get(token):
        why = f"node {node.name} has no {token} in the environment of its worker; set it there"
        raise LaunchRefused(Reason.NODE_UNFIT, f"push_to_hub: {why}")
