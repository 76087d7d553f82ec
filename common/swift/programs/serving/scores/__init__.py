"""Scores: how well documents answer a query (rerankers), and which class a text belongs to (classifiers)."""

from .classify import Classified, read_classify, tell_classes
from .rerank import RerankAsked, read_rerank, tell_ranks

__all__ = ["Classified", "RerankAsked", "read_classify", "read_rerank", "tell_classes", "tell_ranks"]
