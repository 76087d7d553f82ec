"""The paths where an export starts and where it writes: decided by its first attempt, kept in the records of all."""

from dataclasses import asdict, dataclass
from pathlib import Path

from common.exports import ExportFormat, ExportSpec
from common.reasons import Reason
from common.swift.tuners import needs_merge
from workers.attempts.attempt import Attempt
from workers.attempts.folder import AttemptFolder, folder_of, unused_path
from workers.attempts.launch import LaunchRefused
from workers.swift.artefacts import is_model_dir

_KEY = "export_paths"


@dataclass(frozen=True, slots=True)
class ExportPaths:
    """`base` is the whole model: there already, unless it `merges` the checkpoint first. `target` is what it leaves."""

    checkpoint: Path
    base: Path
    target: Path
    merges: bool

    @property
    def is_base_for_this_only(self) -> bool:
        """Whether the merged model is no result, only what a quantiser starts from."""
        return self.merges and self.base != self.target

    @property
    def is_for_source(self) -> bool:
        """Whether the result is a merged model that was not there before."""
        return self.merges and self.base == self.target


def export_paths(attempt: Attempt, wanted: ExportSpec) -> ExportPaths:
    """Decide, and note it. Raises LaunchRefused when the checkpoint is gone."""
    paths = _of_an_earlier_attempt(attempt) or _decided(attempt, wanted)
    texts = {name: value if isinstance(value, bool) else str(value) for name, value in asdict(paths).items()}
    attempt.folder.note(**{_KEY: texts})
    return paths


def _of_an_earlier_attempt(attempt: Attempt) -> ExportPaths | None:
    """Of which nothing is alive any more: what it left whole under these names is not made again.

    An export runs on one node only, so its record is on this disk.
    """
    earlier = range(attempt.number - 1, 0, -1)
    folders = (folder_of(attempt.node.folder, attempt.job, number) for number in earlier)
    return next(filter(None, map(known_paths, folders)), None)


def known_paths(folder: AttemptFolder) -> ExportPaths | None:
    """What was decided, if it was."""
    texts = folder.record().get(_KEY)
    if texts is None:
        return None
    return ExportPaths(Path(texts["checkpoint"]), Path(texts["base"]), Path(texts["target"]), texts["merges"])


def _decided(attempt: Attempt, wanted: ExportSpec) -> ExportPaths:
    """A name of its own for each model: nothing that is there is ever written over."""
    exporting = attempt.job.spec.exporting
    checkpoint = Path(exporting.checkpoint_path)
    output, quantized = checkpoint.parent, wanted.format is ExportFormat.QUANTIZED
    name = f"{wanted.name}-{exporting.other_checkpoint}" if exporting.other_checkpoint else wanted.name
    if whole := _whole_model(attempt, wanted, checkpoint):
        return ExportPaths(checkpoint, whole, unused_path(output, name) if quantized else whole, merges=False)
    base = unused_path(output, ".merged-to-quantize" if quantized else name)
    target = unused_path(output, name) if quantized else base
    return ExportPaths(checkpoint, base, target, merges=True)


def _whole_model(attempt: Attempt, wanted: ExportSpec, checkpoint: Path) -> Path | None:
    merged = Path(wanted.merged_path) if wanted.merged_path else None
    if merged and is_model_dir(merged):
        return merged
    if not checkpoint.is_dir():
        raise LaunchRefused(Reason.ARTEFACT_MISSING, f"checkpoint {checkpoint} is not on node {attempt.node.name}")
    return None if needs_merge(attempt.job.spec) else checkpoint
