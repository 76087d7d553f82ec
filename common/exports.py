"""What an export by hand is to make of a trained model, and where it is to be pushed."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from common.trainings import Training


class ExportFormat(StrEnum):
    """What an export writes: the whole model, or one of fewer bits."""

    MERGED = "merged"
    QUANTIZED = "quantized"


@dataclass(frozen=True, slots=True)
class HubPush:
    """A repository on a hub. `use_hf` is None where the node's own USE_HF decides, as it does for ms-swift."""

    hub_model_id: str
    private: bool = True
    use_hf: bool | None = None
    commit_message: str = ""


@dataclass(frozen=True, slots=True)
class ExportSpec:
    """`quant_bits` is None where the method has no choice; `extra_args` are options of ms-swift's export.

    `merged_path` is a whole model that an earlier export left, to start from instead of merging once more.
    """

    format: ExportFormat = ExportFormat.MERGED
    quant_method: str = ""
    quant_bits: int | None = None
    extra_args: dict[str, Any] = field(default_factory=dict)
    push: HubPush | None = None
    merged_path: str = ""

    @property
    def name(self) -> str:
        """The folder that it is written to, before a number is added: `merged`, `awq-int4`, `fp8`."""
        if self.format is ExportFormat.MERGED:
            return "merged"
        return f"{self.quant_method}-int{self.quant_bits}" if self.quant_bits else self.quant_method


@dataclass(frozen=True, slots=True)
class Export:
    """What makes a job an export by hand: it makes `wanted` of the checkpoint that `training`, a job's, left.

    The training's `data_path` is what a quantiser looks at. `other_checkpoint` is a checkpoint's name where it
    is not the one that the training took, else empty.
    """

    training: Training
    source_job_id: str
    checkpoint_path: str
    wanted: ExportSpec = ExportSpec()
    other_checkpoint: str = ""
