"""The evaluation, and what needs one: the best checkpoint, some schedules."""

import math
from collections.abc import Iterator

from common.field_problem import FieldProblem
from common.swift.options.asked import Asked
from common.swift.options.conflicts.conflict import conflict
from common.swift.options.conflicts.saving import add_validation_data

# What an evaluation of a language model tells, whatever the data (ms-swift's trainers/mixin.py).
MEASURED = frozenset({"loss", "token_acc", "seq_acc", "aux_loss", "runtime", "samples_per_second", "steps_per_second"})
SCHEDULES = frozenset({"reduce_lr_on_plateau", "greedy"})


def of_best(asked: Asked) -> Iterator[FieldProblem]:
    if not asked.is_on("load_best_model_at_end"):
        return
    if not asked.evaluates:
        why = f"which is the best is told by an evaluation, and there is none; {add_validation_data(asked)}"
        yield conflict(asked, "load_best_model_at_end", why)
    elif asked.text("save_strategy") in {"steps", "epoch"}:
        yield from _in_step(asked)
    if asked.is_on("save_only_model") and (asked.has("deepspeed") or asked.has("fsdp")):
        sharding = "deepspeed" if asked.has("deepspeed") else "fsdp"
        why = f"with {sharding}, load_best_model_at_end needs whole checkpoints; set it to false"
        yield conflict(asked, "save_only_model", why)


def of_evaluation(asked: Asked) -> Iterator[FieldProblem]:
    if asked.number("split_dataset_ratio") >= 1 and not asked.is_on("streaming"):
        why = "all rows would be held out to validate with, and none trained on; a tenth is 0.1"
        yield conflict(asked, "split_dataset_ratio", why)
    name = asked.text("metric_for_best_model")
    if name and asked.evaluates and _is_measured_plainly(asked) and name.removeprefix("eval_") not in MEASURED:
        accuracy = "seq_acc" if asked.text("acc_strategy") == "seq" else "token_acc"
        why = f"the evaluation of this training measures loss and {accuracy}, not {name[:80]}; take one of them"
        yield conflict(asked, "metric_for_best_model", why)
    if asked.text("lr_scheduler_type") in SCHEDULES and not asked.evaluates:
        why = f"this schedule follows an evaluation, and there is none; {add_validation_data(asked)}"
        yield conflict(asked, "lr_scheduler_type", why)
    if asked.method == "grpo" and asked.evaluates:
        yield from _generations_of_evaluation(asked)


def suits_evaluation(asked: Asked, answers: int) -> bool:
    """Whether an evaluation could write so many answers to each question, where it writes as many as the training."""
    size = asked.whole("per_device_eval_batch_size") * asked.gpus
    return not asked.evaluates or asked.whole("num_generations_eval") > 0 or size % answers == 0


def _in_step(asked: Asked) -> Iterator[FieldProblem]:
    saves, evaluates = asked.text("save_strategy"), asked.eval_strategy
    if saves != evaluates:
        why = f"load_best_model_at_end evaluates and saves at the same time, and save_strategy is {saves}; say so, too"
        yield conflict(asked, "eval_strategy", why)
        return
    save, evaluate = asked.number("save_steps"), asked.number("eval_steps") or asked.number("save_steps")
    if saves == "steps" and save % evaluate:
        next_save = math.ceil(save / evaluate) * evaluate
        why = (
            f"load_best_model_at_end saves what was evaluated just before: with eval_steps {evaluate:g} set save_steps "
            f"to {next_save:g}, or set eval_steps to {save:g}"
        )
        yield conflict(asked, "save_steps", why)


def _is_measured_plainly(asked: Asked) -> bool:
    """Other tasks, rewards and metrics have names of their own."""
    is_language_model = asked.text("task_type") in {"", "causal_lm"}
    others = asked.is_on("predict_with_generate") or asked.has("eval_metric")
    return asked.method in {"sft", "pt"} and is_language_model and not others


def _generations_of_evaluation(asked: Asked) -> Iterator[FieldProblem]:
    answers = asked.whole("num_generations_eval") or asked.whole("num_generations")
    size = asked.whole("per_device_eval_batch_size")
    if answers > 1 and (size * asked.gpus) % answers:
        fitting = answers // math.gcd(asked.gpus, answers)
        why = (
            f"the evaluation takes {size * asked.gpus} at once, which {answers} answers to each question do not "
            f"divide: set per_device_eval_batch_size to {fitting}, or this to {math.gcd(size * asked.gpus, answers)}"
        )
        yield conflict(asked, "num_generations_eval", why)
