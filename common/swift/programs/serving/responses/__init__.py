"""OpenAI's Responses, none of which is stored, by translation to chat completions and back; nothing here generates."""

from .asked import ChatAsked, to_chat
from .kept import Kept
from .parameters import FIELDS
from .stream import ResponseStream
from .told import to_response

__all__ = ["FIELDS", "ChatAsked", "Kept", "ResponseStream", "to_chat", "to_response"]
