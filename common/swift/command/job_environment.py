"""Which environment variables a job may set for its training."""

import re
from collections.abc import Mapping

from common.swift.command.argv import OptionRefused

# What a job may set: how images and video are cut, how CUDA and NCCL behave, what
# trackers call its run and whether they send it. Nothing that names
# code, files or the host that the node's hub token is sent to.
FROM_JOB = (
    "MAX_PIXELS", "MIN_PIXELS", "IMAGE_MAX_PIXELS", "IMAGE_MIN_PIXELS", "IMAGE_MAX_TOKEN_NUM", "IMAGE_MIN_TOKEN_NUM",
    "VIDEO_MAX_PIXELS", "VIDEO_MIN_PIXELS", "VIDEO_TOTAL_PIXELS", "VIDEO_MAX_TOKEN_NUM", "VIDEO_MIN_TOKEN_NUM",
    "IMAGE_FACTOR", "SIZE_FACTOR", "MAX_NUM", "INPUT_SIZE", "NUM_FRAMES", "NFRAMES", "FPS", "FPS_MAX_FRAMES",
    "FPS_MIN_FRAMES", "FRAME_FACTOR", "PYTORCH_ALLOC_CONF", "PYTORCH_CUDA_ALLOC_CONF", "CUDA_LAUNCH_BLOCKING",
    "TOKENIZERS_PARALLELISM", "TORCH_NCCL_BLOCKING_WAIT", "TORCH_NCCL_ASYNC_ERROR_HANDLING",
    "TORCH_NCCL_AVOID_RECORD_STREAMS", "TORCH_NCCL_HEARTBEAT_TIMEOUT_SEC", "NCCL_DEBUG", "NCCL_DEBUG_SUBSYS",
    "NCCL_SOCKET_IFNAME", "NCCL_IB_DISABLE", "NCCL_IB_HCA", "NCCL_P2P_DISABLE", "NCCL_P2P_LEVEL", "NCCL_SHM_DISABLE",
    "WANDB_PROJECT", "WANDB_ENTITY", "WANDB_MODE", "WANDB_NAME", "WANDB_RUN_GROUP", "WANDB_TAGS", "WANDB_NOTES",
    "SWANLAB_PROJECT", "SWANLAB_WORKSPACE", "SWANLAB_MODE", "SWANLAB_EXP_NAME", "MLFLOW_EXPERIMENT_NAME",
    "MLFLOW_RUN_NAME", "MLFLOW_TAGS", "USE_HF", "HF_HUB_OFFLINE",
)  # fmt: skip
# Where ms-swift looks for images that a data set names without their whole path. It is no free text but a path, and is
# resolved below the allowed roots (common.swift.inputs.sets.check) before a training gets it; no other process does.
MEDIA_FOLDER = "ROOT_IMAGE_DIR"
# Also keeps a value from being half a surrogate pair or a NUL, which no process can be given.
PLAIN_VALUE = re.compile(r"[ -~]{0,1000}")


def checked_job_environment(spec_env: Mapping[str, str]) -> dict[str, str]:
    """The variables, all of them allowed. Raises OptionRefused for the first that is not."""
    for name, value in spec_env.items():
        if name not in FROM_JOB:
            why = f"a job may not set this variable; it may set {', '.join(FROM_JOB)}; a training {MEDIA_FOLDER}, too"
            raise OptionRefused(f"env.{name[:80]}", why)
        if not PLAIN_VALUE.fullmatch(value):
            raise OptionRefused(f"env.{name}", "the value has characters that are not letters, digits or punctuation")
    return dict(spec_env)
