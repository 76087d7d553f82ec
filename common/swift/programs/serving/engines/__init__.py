"""Engines: what each back end of ms-swift is asked, and how it answers; torch, transformers and ms-swift are known here
only.
"""

from typing import Any

from ..ask import Engine
from .forward import check_judging_words
from .through_swift import ThroughSwift
from .transformers import TransformersEngine

TRANSFORMERS = ("transformers", "pt")


def open_engine(pipeline: Any) -> Engine:
    """The engine of a `SwiftDeploy` whose model is loaded. Raises ValueError for one that could not answer."""
    check_judging_words(pipeline.infer_engine)
    return TransformersEngine(pipeline) if pipeline.args.infer_backend in TRANSFORMERS else ThroughSwift(pipeline)
