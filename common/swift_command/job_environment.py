"""Which environment variables a job may set for its training."""

import re
from collections.abc import Mapping

from common.swift_command.argv import OptionRefused

# What a job may set: how images and video are cut, how CUDA and NCCL behave. Nothing that names
# code, files or the host that the node's hub token is sent to.
FROM_JOB = re.compile(
    r"(MAX|MIN)_PIXELS|(VIDEO|IMAGE)_(MAX|MIN)_(PIXELS|TOKEN_NUM)|VIDEO_TOTAL_PIXELS|IMAGE_FACTOR|SIZE_FACTOR"
    r"|MAX_NUM|INPUT_SIZE|NUM_FRAMES|NFRAMES|FPS|FPS_(MIN|MAX)_FRAMES|FRAME_FACTOR"
    r"|PYTORCH_(CUDA_)?ALLOC_CONF|CUDA_LAUNCH_BLOCKING|TOKENIZERS_PARALLELISM"
    r"|TORCH_NCCL_(BLOCKING_WAIT|ASYNC_ERROR_HANDLING|AVOID_RECORD_STREAMS|HEARTBEAT_TIMEOUT_SEC)"
    r"|NCCL_(DEBUG|DEBUG_SUBSYS|SOCKET_IFNAME|IB_DISABLE|IB_HCA|P2P_DISABLE|P2P_LEVEL|SHM_DISABLE)"
    r"|WANDB_(PROJECT|MODE|NAME)|USE_HF|HF_HUB_OFFLINE"
)
# Where ms-swift looks for images that a data set names without their whole path. It is no free text but a path, and is
# resolved below the allowed roots (common.data_check) before a training gets it; no other process does.
MEDIA_FOLDER = "ROOT_IMAGE_DIR"
# Also keeps a value from being half a surrogate pair or a NUL, which no process can be given.
PLAIN_VALUE = re.compile(r"[ -~]{0,1000}")


def checked_job_environment(spec_env: Mapping[str, str]) -> dict[str, str]:
    """The variables, all of them allowed. Raises OptionRefused for the first that is not."""
    for name, value in spec_env.items():
        if not FROM_JOB.fullmatch(name):
            raise OptionRefused(f"env.{name[:80]}", "a job may not set this variable")
        if not PLAIN_VALUE.fullmatch(value):
            raise OptionRefused(f"env.{name}", "the value has characters that are not letters, digits or punctuation")
    return dict(spec_env)
