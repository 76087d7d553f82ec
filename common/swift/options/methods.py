"""The training methods, the ms-swift command behind each, and the options without which one cannot run."""

from collections.abc import Mapping
from typing import Any

RLHF_METHODS = ("dpo", "kto", "orpo", "simpo", "cpo", "rm", "grpo", "gkd")
METHODS = ("sft", "pt", *RLHF_METHODS)

# GRPO rewards what the model writes: by functions, by a model, by an environment or by a teacher's likelihoods.
REWARDS = ("reward_funcs", "reward_model", "use_gym_env", "teacher_model", "teacher_model_server")
# Of ms-swift's rewards the one that reads samples, not what a training writes.
SAMPLING_REWARD = "math"


def command_of(method: str) -> str:
    """The ms-swift command: sft, pt or rlhf."""
    return "rlhf" if method in RLHF_METHODS else method


def missing_option(method: str, extra_args: Mapping[str, Any], reward_functions: tuple[str, ...]) -> tuple[str, str]:
    """(option, why) for what the method lacks; empty texts when nothing is. GKD's teacher may be in the data."""
    if method == "grpo" and not any(extra_args.get(name) for name in REWARDS):
        known = [name for name in reward_functions if name != SAMPLING_REWARD]
        functions = f"reward_funcs (out of {', '.join(known)})" if reward_functions else "reward_funcs"
        return "reward_funcs", f"grpo needs something that rewards: give {functions}, or reward_model"
    return "", ""
