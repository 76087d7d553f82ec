"""Are these the options of an export that ms-swift would start, and that a user may ask for?"""

from collections.abc import Iterator
from typing import Any

from common.exports import ExportFormat, ExportSpec
from common.field_problem import FieldProblem
from common.swift.options.catalog import Catalog
from common.swift.options.check import EXTRA, NAME_MAX, TRAINING, unknown_option
from common.swift.options.lists import option_misfit
from common.swift.options.problem import OptionCode
from common.swift.options.refused_export import EXPORT_MANAGED
from common.swift.options.safety import Refusal, name_refusal, value_refusal
from common.swift.options.values import misfit
from common.swift.quantizers import QUANTIZERS

COMMAND = "export"


def check_export_options(export: ExportSpec, catalog: Catalog) -> list[FieldProblem]:
    """Everything that is wrong with how a model is to be exported; empty when nothing is."""
    found = list(_quantizer_problems(export, catalog))
    for name, value in export.extra_args.items():
        refusal = _refusal(name, value, catalog)
        if refusal:
            found.append(FieldProblem(f"{EXTRA}.{name[:NAME_MAX]}", *refusal))
    return found


def export_option_refusal(name: str, value: Any) -> Refusal | None:
    """Why an option may not be sent, whatever the release of ms-swift."""
    if name in EXPORT_MANAGED:
        return OptionCode.MANAGED, EXPORT_MANAGED[name]
    return name_refusal(name, EXPORT_MANAGED) or value_refusal(name, value)


def _refusal(name: str, value: Any, catalog: Catalog) -> Refusal | None:
    options = catalog.commands[COMMAND]
    refusal = export_option_refusal(name, value)
    if refusal:
        return refusal
    if name in options:
        return option_misfit(name, options[name], value)
    if any(name in catalog.commands[command] for command in TRAINING):
        return OptionCode.OTHER_METHOD, "no option of an export; it belongs to a training"
    return unknown_option(name, options, catalog.version)


def _quantizer_problems(export: ExportSpec, catalog: Catalog) -> Iterator[FieldProblem]:
    if export.format is not ExportFormat.QUANTIZED:
        return
    method = export.quant_method
    refusal = misfit(catalog.commands[COMMAND]["quant_method"], method)
    if refusal:
        yield FieldProblem("quant_method", *refusal)
    elif method not in QUANTIZERS:  # a newer ms-swift than this service
        why = f"this service knows {', '.join(QUANTIZERS)}"
        yield FieldProblem("quant_method", OptionCode.WRONG_CHOICE, why)
    elif export.quant_bits not in (QUANTIZERS[method].bits or (None,)):
        yield FieldProblem("quant_bits", OptionCode.WRONG_CHOICE, _allowed_bits(method))


def _allowed_bits(method: str) -> str:
    bits = QUANTIZERS[method].bits
    return f"{method} takes {', '.join(map(str, bits))}" if bits else f"{method} has bits of its own; leave it out"
