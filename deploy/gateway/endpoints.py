"""Endpoints: the paths at which every model server of this service answers, and how."""

# Without a stream, all of them answer a JSON object, in which the answer proper is a list of this name.
ENDPOINTS = {
    "/v1/chat/completions": "choices",
    "/v1/completions": "choices",
    "/v1/responses": "output",
    "/v1/embeddings": "data",
    "/v1/rerank": "results",
    "/v1/score": "data",
    "/v1/classify": "data",
}
# They begin a stream of events when they are asked for one, and are known to end it.
STREAMED = frozenset({"/v1/chat/completions", "/v1/completions", "/v1/responses"})
MODELS = "/v1/models"


def methods_at(path: str) -> tuple[str, ...]:
    """What may be asked at a path below /v1; nothing where none of our servers is known to have it."""
    if path == MODELS or (path.startswith(f"{MODELS}/") and path != f"{MODELS}/"):
        return ("GET", "HEAD")
    return ("POST",) if path in ENDPOINTS else ()
