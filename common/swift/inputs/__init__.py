"""Checks of input files, for the API and the worker: whether this model, this data set, this folder is usable; standard
library but for what reads tables and counts tokens, and no options, which are checked in common/swift/options.
"""

from common.swift.inputs.data import check_data_path
from common.swift.inputs.models.adapter import ADAPTER_WEIGHTS, adapter_rank, check_adapter
from common.swift.inputs.models.model import check_model_path
from common.swift.inputs.models.served import ServedModel, check_served_model, resolve_served_model
from common.swift.inputs.models.task import check_tasks
from common.swift.inputs.places.paths import (
    Located,
    home_fault,
    is_on_hub,
    locate,
    resolve_input,
    resolve_under_roots,
    split_sample,
)
from common.swift.inputs.places.roots import Roots, own_folders
from common.swift.inputs.problem import InputRefused
from common.swift.inputs.records.formats import judge_for, renamed_columns
from common.swift.inputs.records.media import MediaJudge

__all__ = [
    "ADAPTER_WEIGHTS",
    "InputRefused",
    "Located",
    "MediaJudge",
    "Roots",
    "ServedModel",
    "adapter_rank",
    "check_adapter",
    "check_data_path",
    "check_model_path",
    "check_served_model",
    "check_tasks",
    "home_fault",
    "is_on_hub",
    "judge_for",
    "locate",
    "own_folders",
    "renamed_columns",
    "resolve_input",
    "resolve_served_model",
    "resolve_under_roots",
    "split_sample",
]
