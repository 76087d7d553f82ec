"""Guided decoding (structured outputs): what the text of an answer has to be, held to token by token; what
a request may ask for is in chat/formats.py and chat/tools.py.

The transformers back end masks tokens with llguidance (`Guide`); the other back ends have masks of their own and are
told (`constrain`).
"""

from .arguments import typed
from .call_formats import CallFormat, call_format, call_mark
from .guide import Guide, RowMatcher
from .told_to_engines import constrain, refused_by

__all__ = ["CallFormat", "Guide", "RowMatcher", "call_format", "call_mark", "constrain", "refused_by", "typed"]
