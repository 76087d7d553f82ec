"""Short marks of models and data, by which nodes tell what was used there without telling paths."""

import hashlib
from functools import lru_cache

from common.job_specs import JobSpec
from common.swift.inputs.sets.named import trained_data

LETTERS = 12


def input_marks(spec: JobSpec) -> tuple[str, ...]:
    """Of a job's model, then its data."""
    paths = (spec.model_path, *(value for _, value in trained_data(spec)))
    return tuple(mark(path) for path in paths if path)


@lru_cache(maxsize=16_384)
def mark(path: str) -> str:
    return hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:LETTERS]
