"""The command lines of an export: merge an adapter, quantise a whole model, push a folder to a hub."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from common.exports import ExportFormat, ExportSpec, HubPush
from common.swift.command.argv import OptionRefused, argv_of
from common.swift.options.check_export import export_option_refusal
from common.swift.quantizers import calibrates

_MODULE = ["-m", "swift.cli.export"]


def merge_command(checkpoint: str | Path, output_dir: str | Path, export: ExportSpec | None = None) -> list[str]:
    """argv that merges the adapter in `checkpoint` into its base model and writes the whole to `output_dir`.

    ms-swift takes the base model, its type and its template from the checkpoint's args.json, and refuses an
    `output_dir` that exists. Raises OptionRefused.
    """
    extra = _checked(export.extra_args) if export and export.format is ExportFormat.MERGED else {}
    options = {"adapters": [str(checkpoint)], "merge_lora": True, "output_dir": str(output_dir)}
    return [*_MODULE, *argv_of(extra | options)]


def quantize_command(
    export: ExportSpec, model: str | Path, data_paths: Sequence[str], output_dir: str | Path
) -> list[str]:
    """argv that writes the whole model in `model` with fewer bits to `output_dir`. Raises OptionRefused.

    Never together with a merge: ms-swift would put the merged model beside the checkpoint, and take what is already
    there for it, torn or not.
    """
    options = {
        "model": str(model),
        "quant_method": export.quant_method,
        "quant_bits": export.quant_bits,
        "dataset": list(data_paths) if calibrates(export.quant_method) else None,
        "output_dir": str(output_dir),
    }
    return [*_MODULE, *argv_of(_checked(export.extra_args) | options)]


def push_arguments(push: HubPush, folder: str | Path, hub: str) -> list[str]:
    """The arguments of common/swift/programs/push_model.py; there is no token among them."""
    return argv_of(
        {
            "hub": hub,
            "repo": push.hub_model_id,
            "folder": str(folder),
            "private": push.private,
            "message": push.commit_message or None,
        }
    )


def _checked(extra_args: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in extra_args.items():
        refusal = export_option_refusal(name, value)
        if refusal:
            raise OptionRefused(name[:80], refusal[1])
    return dict(extra_args)
