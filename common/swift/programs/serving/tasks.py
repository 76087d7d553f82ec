"""What a model was trained for, and what it can be asked for then."""

from .errors import ApiError

# Which path is for which task.
PATHS: dict[str, tuple[str, ...]] = {
    "causal_lm": ("/v1/chat/completions", "/v1/responses", "/v1/completions"),
    "embedding": ("/v1/embeddings",),
    "reranker": ("/v1/rerank", "/v1/score"),
    "generative_reranker": ("/v1/rerank", "/v1/score"),
}
# Classes, rewards and whatever else is a number or some: `seq_cls`, `prm`, ...
_OTHERS = ("/v1/classify",)


def refuse_other_tasks(task: str, path: str, model: str) -> None:
    """Raises ApiError where a model of this task is not asked by this path."""
    mine = PATHS.get(task, _OTHERS)
    if path not in mine:
        text = (
            f"The model `{model}` is not for {path}: its task is {task}, and it answers at {' and '.join(mine)}. "
            "A model for another task is another deployment, of a model that was trained for it."
        )
        raise ApiError(400, "model_not_for_this", text, "model")
