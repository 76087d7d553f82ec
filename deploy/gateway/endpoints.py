"""Endpoints: the paths at which every model server of this service answers, and how."""

# They answer with choices.
COMPLETIONS = frozenset({"/v1/chat/completions", "/v1/completions"})
# They begin a stream of events when they are asked for one, and are known to end it.
STREAMED = COMPLETIONS | {"/v1/responses"}
# Without a stream, all of them answer a JSON object.
ENDPOINTS = STREAMED | {"/v1/embeddings", "/v1/rerank", "/v1/score", "/v1/classify"}
MODELS = "/v1/models"


def methods_at(path: str) -> tuple[str, ...]:
    """What may be asked at a path below /v1; nothing where none of our servers is known to have it."""
    if path == MODELS or path.startswith(f"{MODELS}/"):
        return ("GET", "HEAD")
    return ("POST",) if path in ENDPOINTS else ()
