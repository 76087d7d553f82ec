"""A stack that each test breaks and that is repaired behind it: to make one for each would be most of the work."""

from collections.abc import Iterator

import pytest

from tests.ports import free_port
from tests.real_stack import RealStack


@pytest.fixture(scope="module")
def unbroken_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    running = RealStack(tmp_path_factory.mktemp("stack"), free_port()).start()
    yield running
    running.stop()


@pytest.fixture
def stack(unbroken_stack: RealStack) -> Iterator[RealStack]:
    """Whatever was done to it, its records agree in the end."""
    yield unbroken_stack
    unbroken_stack.expect_consistent()
    unbroken_stack.repair()
