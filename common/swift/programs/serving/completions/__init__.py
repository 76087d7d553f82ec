"""Text completions: prompts, which no chat template is put around, and how they go on; conversations are in
chat/.
"""

from .asked import CompletionsAsked, read_completions
from .told import tell_chunks, tell_whole

__all__ = ["CompletionsAsked", "read_completions", "tell_chunks", "tell_whole"]
