"""Short marks of models and data, by which nodes tell what was used there without telling paths."""

import hashlib
from functools import lru_cache

from common.deployments import Serving
from common.job_specs import JobSpec

LETTERS = 12


def input_marks(spec: JobSpec) -> tuple[str, ...]:
    """Of a job's model, then its data."""
    data_path = "" if isinstance(spec.work, Serving) else spec.training.data_path
    return tuple(mark(path) for path in (spec.model_path, data_path) if path)


@lru_cache(maxsize=16_384)
def mark(path: str) -> str:
    return hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:LETTERS]
