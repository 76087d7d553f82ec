"""GRPO and GKD, which write answers of their own while they train: how many at once, what rewards them, who writes."""

import math
from collections.abc import Iterator

from common.field_problem import FieldProblem
from common.swift.options.asked import Asked
from common.swift.options.conflicts.conflict import conflict
from common.swift.options.conflicts.evaluating import suits_evaluation
from common.swift.options.methods import SAMPLING_REWARD

WRITING_METHODS = frozenset({"grpo", "gkd"})
TEACHERS = ("teacher_model", "teacher_model_server")


def of_generations(asked: Asked) -> Iterator[FieldProblem]:
    """ms-swift's rlhf_trainers/args_mixin.py, with the numbers that would do."""
    if asked.method not in WRITING_METHODS:
        return
    written, rounds = asked.whole("generation_batch_size"), asked.whole("steps_per_generation")
    step = asked.step_records
    answers = asked.whole("num_generations") if asked.method == "grpo" else 1
    if written and rounds and written != step * rounds:
        why = f"it has to be what {rounds} steps take, {step * rounds}; {_one_of_both(written, step, rounds, answers)}"
        yield conflict(asked, "generation_batch_size", why)
    elif written and not rounds and written % step:
        fitting = _multiple(written, math.lcm(step, answers or 1))
        why = f"it has to be a multiple of the {step} records that one step takes, such as {fitting}"
        yield conflict(asked, "generation_batch_size", why)
    elif asked.method == "grpo":
        yield from _answers(asked, written or step * (rounds or asked.whole("gradient_accumulation_steps") or 1))


def of_rewards(asked: Asked) -> Iterator[FieldProblem]:
    if asked.method != "grpo":
        return
    functions = asked.values("reward_funcs")
    judges = len(functions) + len(asked.values("reward_model")) + asked.is_on("use_gym_env")
    weights = asked.values("reward_weights")
    if weights and len(weights) != judges:
        why = f"there are {judges} rewards and {len(weights)} weights; give one weight for each reward, in their order"
        yield conflict(asked, "reward_weights", why)
    if SAMPLING_REWARD in functions:
        why = f"{SAMPLING_REWARD} rewards what was sampled beforehand, and fails in a training: take accuracy"
        yield conflict(asked, "reward_funcs", why)
    if "soft_overlong" in functions:
        yield from _soft_lengths(asked)


def of_vllm(asked: Asked) -> Iterator[FieldProblem]:
    if asked.method not in WRITING_METHODS:
        return
    mode, is_used = asked.text("vllm_mode"), asked.is_on("use_vllm")
    if is_used and not mode:
        yield conflict(
            asked, "vllm_mode", "with use_vllm, say where vLLM runs: colocate (on the job's own GPUs) or server"
        )
    if mode and not is_used:
        yield conflict(asked, "vllm_mode", "nothing uses vLLM: add use_vllm true, or leave this out")
    has_server = asked.has("vllm_server_host") or asked.has("vllm_server_base_url")
    if is_used and mode == "server" and not has_server:
        yield conflict(asked, "vllm_mode", "say which server: vllm_server_host or vllm_server_base_url")
    if asked.is_on("async_generate") and mode != "server":
        yield conflict(asked, "async_generate", "only a server writes meanwhile: vllm_mode server, or leave this out")


def of_turns(asked: Asked) -> Iterator[FieldProblem]:
    if asked.method != "grpo":
        return
    if asked.is_on("async_generate") and asked.has("multi_turn_scheduler"):
        why = "answers of several turns are not written meanwhile: leave this out, or multi_turn_scheduler"
        yield conflict(asked, "async_generate", why)
    if asked.has("vllm_reasoning_parser"):
        yield conflict(asked, "vllm_reasoning_parser", "grpo does not take it; leave it out")


def _soft_lengths(asked: Asked) -> Iterator[FieldProblem]:
    cache, longest = asked.whole("soft_cache_length"), asked.whole("soft_max_length")
    longest = longest or asked.whole("max_completion_length")
    if not asked.has("soft_cache_length"):
        yield conflict(asked, "soft_cache_length", "the reward soft_overlong needs it: say from how many tokens on")
    elif not 0 < cache < longest:
        why = f"it is a part of the {longest} tokens that an answer may have: more than 0 and fewer than those"
        yield conflict(asked, "soft_cache_length", why)


def _one_of_both(written: int, step: int, rounds: int, answers: int) -> str:
    """Which of generation_batch_size and steps_per_generation may go, as far as the answers divide what is left."""
    ways = [
        *(["leave it out"] if step * rounds % (answers or 1) == 0 else []),
        *(["leave steps_per_generation out"] if written % math.lcm(step, answers or 1) == 0 else []),
    ]
    return ", or ".join(ways) or (
        f"leave steps_per_generation out and set it to {_multiple(written, math.lcm(step, answers or 1))}"
    )


def _answers(asked: Asked, written: int) -> Iterator[FieldProblem]:
    answers = asked.whole("num_generations")
    if answers == 1 and not any(asked.has(name) for name in TEACHERS):
        yield conflict(asked, "num_generations", "grpo compares the answers to a question: 2 or more")
    elif answers > 1 and written % answers:
        why = f"{answers} answers to each question do not divide the {written} that are written at once"
        told = f"{why} ({_product(asked, written)}); {_way_out(asked, answers, written)}"
        yield conflict(asked, "num_generations", told)


def _product(asked: Asked, written: int) -> str:
    if asked.has("generation_batch_size"):
        return f"generation_batch_size={written}"
    factors = {
        "batch_size": asked.whole("per_device_train_batch_size"),
        "gpus": asked.gpus,
        _rounds_name(asked): written // asked.step_records,
    }
    return " × ".join(f"{name}={factor}" for name, factor in factors.items())


def _way_out(asked: Asked, answers: int, written: int) -> str:
    numbers = (number for number in range(min(written, answers), 1, -1) if written % number == 0)
    fewer = next((number for number in numbers if suits_evaluation(asked, number)), 0)
    name, enough = _enough(asked, answers, written)
    if asked.has("generation_batch_size") and asked.has("steps_per_generation"):  # which say the same
        more = f"leave steps_per_generation out and set generation_batch_size to {enough}"
        return f"set num_generations to {fewer}, or {more}" if fewer else more
    return f"set num_generations to {fewer}, or {name} to {enough}" if fewer else f"set {name} to {enough}"


def _enough(asked: Asked, answers: int, written: int) -> tuple[str, int]:
    """What else would divide, and the least that does and is no less than now."""
    if asked.has("generation_batch_size"):
        return "generation_batch_size", _multiple(written, math.lcm(asked.step_records, answers))
    name = _rounds_name(asked)
    return name, _multiple(max(1, asked.whole(name)), answers // math.gcd(asked.step_records, answers))


def _rounds_name(asked: Asked) -> str:
    return "steps_per_generation" if asked.has("steps_per_generation") else "gradient_accumulation_steps"


def _multiple(number: int, of: int) -> int:
    """The next one that is no less."""
    return math.ceil(number / of) * of
