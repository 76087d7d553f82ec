"""Chat completions: a request's body to what an engine is asked, its pieces to `chat.completion` and its
chunks; how they travel is in the room above.
"""

from .asked import ChatAsked, read_chat
from .told import tell_chunks, tell_whole

__all__ = ["ChatAsked", "read_chat", "tell_chunks", "tell_whole"]
