"""What a task learns by: each has losses of its own, and some cannot do without one."""

from collections.abc import Iterator

from common.field_problem import FieldProblem
from common.swift.options.asked import Asked
from common.swift.options.conflicts.conflict import conflict

RERANKING = ("pointwise_reranker", "listwise_reranker")
# By the task, the losses that read what its model gives (ms-swift's loss/mapping.py).
LOSSES = {
    "causal_lm": ("cross_entropy",),
    "seq_cls": (),
    "embedding": ("infonce", "cosine_similarity", "contrastive", "online_contrastive"),
    "reranker": RERANKING,
    "generative_reranker": RERANKING,
    "decision": ("scoring", "distill_rps", "smooth_brier", "ce_rps"),
}
# A model of vectors has no loss of its own, and that of a language model does not rank.
WITHOUT_ONE = {
    "embedding": (
        "embeddings learn by one of these: infonce (from pairs that fit, or from what fits and what does not), "
        "cosine_similarity (from pairs with a score), contrastive or online_contrastive (from pairs with 0 or 1)"
    ),
    "generative_reranker": f"a generative reranker learns by one of these: {', '.join(RERANKING)}",
}

# Metrics that read vectors; others measure any task, well or not.
OF_VECTORS = frozenset({"infonce", "paired"})


def of_losses(asked: Asked) -> Iterator[FieldProblem]:
    if asked.method not in {"sft", "pt"}:
        return
    task, loss = asked.text("task_type") or "causal_lm", asked.text("loss_type")
    known = LOSSES.get(task)
    if known is None:
        return
    if not loss and task in WITHOUT_ONE:
        yield conflict(asked, "loss_type", WITHOUT_ONE[task])
    elif loss and loss not in known:
        yield conflict(asked, "loss_type", _of_another_task(task, loss))


def of_metrics(asked: Asked) -> Iterator[FieldProblem]:
    metric = asked.text("eval_metric")
    if metric in OF_VECTORS and asked.text("task_type") != "embedding" and asked.evaluates:
        yield conflict(asked, "eval_metric", f"{metric} measures embeddings; leave it out")


def _of_another_task(task: str, loss: str) -> str:
    other = next((name for name, losses in LOSSES.items() if loss in losses), "")
    if not LOSSES[task]:
        return f"{loss} is of task_type {other}, and {task} has a loss of its own: leave it out"
    return f"{loss} is of task_type {other}; {task} learns by {' or '.join(LOSSES[task])}"
