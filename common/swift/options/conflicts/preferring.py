"""The methods that compare answers, and models beside the one that is trained: of reference, teachers."""

from collections.abc import Iterator

from common.field_problem import FieldProblem
from common.swift.options.asked import Asked
from common.swift.options.conflicts.conflict import conflict

RLHF_WITHOUT_REFERENCE = frozenset({"orpo", "simpo", "cpo", "rm", "gkd"})
# rm makes a model of one number whatever is sent; the others compare what a language model writes.
OF_LANGUAGE_MODELS = frozenset({"dpo", "kto", "orpo", "simpo", "cpo", "grpo", "gkd"})
# The share of answers the wrong way round from which on they would say the opposite (trl's dpo_trainer.py).
MOST_WRONG = 0.5
REFERENCE_ADAPTERS = frozenset({"dpo", "kto", "grpo"})


def of_preferences(asked: Asked) -> Iterator[FieldProblem]:
    losses = asked.values("loss_type")
    if len(losses) > 1 and asked.method != "dpo":
        yield conflict(asked, "loss_type", f"only dpo takes several; {asked.method} takes one")
    weights = asked.values("loss_weights")
    if weights and asked.method != "dpo":
        yield conflict(asked, "loss_weights", "only dpo has them; leave them out")
    elif weights and len(weights) != max(1, len(losses)):
        why = f"there are {max(1, len(losses))} losses and {len(weights)} weights; give one weight for each loss_type"
        yield conflict(asked, "loss_weights", why)
    if asked.has("ref_model") and (asked.method in RLHF_WITHOUT_REFERENCE or not asked.is_full):
        kind = asked.method if asked.method in RLHF_WITHOUT_REFERENCE else asked.text("tuner_type")
        yield conflict(asked, "ref_model", f"{kind} takes no model of reference; leave it out")
    if asked.has("ref_adapters") and asked.method not in REFERENCE_ADAPTERS:
        yield conflict(asked, "ref_adapters", f"{asked.method} takes none; leave them out")


def of_language_models(asked: Asked) -> Iterator[FieldProblem]:
    task = asked.text("task_type") or "causal_lm"
    if asked.method in OF_LANGUAGE_MODELS and task != "causal_lm":
        why = f"{asked.method} trains a model that writes, and {task} makes none: leave it out, or take method sft"
        yield conflict(asked, "task_type", why)
    smoothing = asked.number("label_smoothing")
    losses = asked.values("loss_type") if asked.method == "dpo" else []
    if "robust" in losses and smoothing >= MOST_WRONG:
        yield conflict(
            asked, "label_smoothing", "of the loss robust it is below 0.5: more would turn the answers round"
        )


def of_teachers(asked: Asked) -> Iterator[FieldProblem]:
    if asked.method not in {"grpo", "gkd"}:
        return
    if asked.has("teacher_model") and asked.has("teacher_model_server"):
        yield conflict(asked, "teacher_model_server", "there is a teacher_model already: leave one of both out")
    if asked.method != "gkd":
        return
    if asked.has("teacher_model_server") and not asked.has("gkd_logits_topk"):
        yield conflict(asked, "gkd_logits_topk", "a teacher on a server tells the likeliest tokens only: say how many")
    if asked.is_on("seq_kd"):
        yield conflict(asked, "seq_kd", "ms-swift does not do it any more; leave it out")
