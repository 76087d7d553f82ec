"""A text that others wrote, truncated to what a message has room for."""


def truncated(text: str, characters: int) -> str:
    """Its first characters; an ellipsis behind them tells that there were more."""
    return text if len(text) <= characters else f"{text[:characters]}…"
