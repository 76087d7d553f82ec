"""The service's real processes over a real Redis, each of which a test may kill and start again.

`RealStack` is all of it; what only speaks with such a service, or only starts its processes, is in a file of its own.
The fakes behind them are in `tests/fakes`, a swift without the service around it is in `tests/serving.py`.
"""

from tests.eventually import PATIENCE_SECONDS, eventually
from tests.real_stack.environment import FAKE_SWIFT
from tests.real_stack.inputs import fake_inputs
from tests.real_stack.stack import RealStack
from tests.real_stack.trainings import FINAL

__all__ = ["FAKE_SWIFT", "FINAL", "PATIENCE_SECONDS", "RealStack", "eventually", "fake_inputs"]
