"""Media in requests to a model: which pictures, videos and sounds come along, and which of them may go on; nothing is
fetched here.

Standard library only and without imports of other packages of ours: the launcher of model servers loads this folder
into an interpreter that has none of them (common/swift/programs/serve_launcher.py).
"""

from .kinds import kind_of
from .rule import ANY, DENY, POLICIES, PUBLIC, MediaRefused, content_fault, media_urls
from .tags import unescaped
from .values import as_data_url, is_url
from .walk import Medium

__all__ = [
    "ANY",
    "DENY",
    "POLICIES",
    "PUBLIC",
    "MediaRefused",
    "Medium",
    "as_data_url",
    "content_fault",
    "is_url",
    "kind_of",
    "media_urls",
    "unescaped",
]
