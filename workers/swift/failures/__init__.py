"""Why a process of ms-swift ended: the chain of exceptions that ended it, read from its own file or from its log, and
what each usual one means to a user; whether it is tried again is decided in workers/attempts.
"""

from workers.swift.failures.chain import Chain, Raised
from workers.swift.failures.explain import Explained, explain, most_telling
from workers.swift.failures.kept import kept_chains
from workers.swift.failures.traceback_text import chain_in, left_out_for

__all__ = [
    "Chain",
    "Explained",
    "Raised",
    "chain_in",
    "explain",
    "kept_chains",
    "left_out_for",
    "most_telling",
]
