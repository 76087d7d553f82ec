"""What GRPO and GKD learn from a teacher, and what goes with one: ms-swift's rlhf_args.py and trl's gkd_config.py."""

from collections.abc import Iterator

from common.field_problem import FieldProblem
from common.swift.options.asked import Asked
from common.swift.options.conflicts.conflict import conflict
from common.swift.options.conflicts.generating import TEACHERS

# They weigh a whole answer; in this release a model is its own teacher where no other is named (ms-swift's
# resolve_dynamic_opd_self_distillation), and a teacher weighs each token.
OF_WHOLE_ANSWERS = ("real", "fipo")
SHARES_OF_GKD = ("lmbda", "beta")
FOR_LIGER = ("token", "sequence")


def of_whole_answers(asked: Asked) -> Iterator[FieldProblem]:
    if asked.method != "grpo":
        return
    loss = next((name for name in asked.values("loss_type") if name in OF_WHOLE_ANSWERS), "")
    if loss:
        why = f"{loss} does not work in this ms-swift, where each model has a teacher: take another, such as dapo"
        yield conflict(asked, "loss_type", why)
    if asked.has("off_policy_sequence_mask_delta"):
        why = "it does not work in this ms-swift, where each model has a teacher: leave it out"
        yield conflict(asked, "off_policy_sequence_mask_delta", why)
    if not _is_rewarded(asked) and any(asked.has(name) for name in TEACHERS):
        yield from _of_rewards(asked)


def of_reweighing(asked: Asked) -> Iterator[FieldProblem]:
    """RLSD and SDAR, which take a teacher for more than GRPO does."""
    if asked.method != "grpo":
        return
    reweighs, gated = asked.text("advantage_reweight") == "rlsd", asked.number("sdar_loss_coef") > 0
    if reweighs and not 0 <= asked.number("rlsd_lambda") <= 1:
        yield conflict(asked, "rlsd_lambda", "it is a share from 0 to 1")
    if reweighs and asked.number("rlsd_reweight_clip_range") < 0:
        yield conflict(asked, "rlsd_reweight_clip_range", "it is 0 or more")
    if reweighs and not _is_rewarded(asked):
        why = "rlsd weighs what rewards tell: add reward_funcs, or leave it out"
        yield conflict(asked, "advantage_reweight", why)
    if gated and asked.number("sdar_gate_beta") <= 0:
        yield conflict(asked, "sdar_gate_beta", "it is a number above 0; 5 is usual")
    if gated and reweighs:
        why = "advantage_reweight rlsd and this take a teacher in two ways: leave one of both out"
        yield conflict(asked, "sdar_loss_coef", why)
    if (gated or reweighs) and asked.has("teacher_model_server"):
        what = "sdar_loss_coef" if gated else "advantage_reweight"
        why = f"{what} takes no teacher on a server: give teacher_model, or none at all"
        yield conflict(asked, "teacher_model_server", why)


def of_distilling(asked: Asked) -> Iterator[FieldProblem]:
    if asked.method != "gkd":
        return
    for name in SHARES_OF_GKD:
        if asked.has(name) and not 0 <= asked.number(name) <= 1:
            yield conflict(asked, name, "of gkd it is a share from 0 to 1; 0.5 is usual")
    if asked.has("gkd_logits_topk") and asked.whole("gkd_logits_topk") <= 0:
        yield conflict(asked, "gkd_logits_topk", "it is a number of tokens, 1 or more; leave it out to take them all")
    if asked.is_on("async_generate"):
        yield conflict(asked, "async_generate", "gkd does not do it; leave it out")


def of_fused_losses(asked: Asked) -> Iterator[FieldProblem]:
    """Of use_liger_kernel, which computes a loss in one piece: what looks into it goes without."""
    if not asked.is_on("use_liger_kernel"):
        return
    blocking = _into_the_loss(asked) if asked.method == "grpo" else _into_distilling(asked)
    told = next(blocking, "")
    if told:
        yield conflict(asked, "use_liger_kernel", f"it does not go with {told}: leave one of both out")


def _into_the_loss(asked: Asked) -> Iterator[str]:
    yield from (name for name in (*TEACHERS, "delta", "off_policy_sequence_mask_delta") if asked.has(name))
    if asked.whole("sequence_parallel_size") > 1:
        yield "sequence_parallel_size"
    yield from (name for name in ("padding_free", "packing", "log_entropy") if asked.is_on(name))
    if asked.number("top_entropy_quantile") < 1:
        yield "top_entropy_quantile"
    if asked.text("importance_sampling_level") not in FOR_LIGER:
        yield f"importance_sampling_level {asked.text('importance_sampling_level')}"
    if asked.text("advantage_estimator") != "grpo":
        yield f"advantage_estimator {asked.text('advantage_estimator')}"
    if asked.text("advantage_reweight") == "rlsd":
        yield "advantage_reweight"
    if asked.number("sdar_loss_coef") > 0:
        yield "sdar_loss_coef"


def _into_distilling(asked: Asked) -> Iterator[str]:
    if asked.method != "gkd":
        return
    if not any(asked.has(name) for name in TEACHERS):
        yield "a model that is its own teacher (no teacher_model)"
    if asked.has("gkd_logits_topk"):
        yield "gkd_logits_topk"


def _of_rewards(asked: Asked) -> Iterator[FieldProblem]:
    why = "it compares rewards, and a teacher alone gives none: add reward_funcs, or leave it out"
    if asked.is_on("dynamic_sample"):
        yield conflict(asked, "dynamic_sample", why)
    if asked.text("scale_rewards") == "gdpo":
        yield conflict(asked, "scale_rewards", why)


def _is_rewarded(asked: Asked) -> bool:
    return asked.has("reward_funcs")
