"""Scores: how well documents answer a query, or texts go together (rerankers), and which class a text belongs to
(classifiers); how a model makes them is in engines/.
"""

from .classify import Classified, read_classify, tell_classes
from .rerank import RerankAsked, read_rerank, tell_ranks
from .score import read_score, tell_scores

__all__ = [
    "Classified",
    "RerankAsked",
    "read_classify",
    "read_rerank",
    "read_score",
    "tell_classes",
    "tell_ranks",
    "tell_scores",
]
