"""OpenAI's API in front of ms-swift's engines, inside a model server's own process; how that is started is in
serve_launcher.py beside it.

Relative imports and the standard library only; torch, ms-swift and what they bring are imported late.
"""

from .door import Door
from .engines import open_engine
from .routes import Routes

__all__ = ["Door", "Routes", "open_engine"]
