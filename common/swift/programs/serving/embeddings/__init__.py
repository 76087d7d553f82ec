"""Embeddings: texts to vectors, by models that were trained for it; how a model makes them is in engines/."""

from .asked import EmbeddingsAsked, read_embeddings
from .told import tell_embeddings

__all__ = ["EmbeddingsAsked", "read_embeddings", "tell_embeddings"]
