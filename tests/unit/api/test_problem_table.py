"""Every refusal of the service has an HTTP status."""

from collections.abc import Iterator

import api.app  # noqa: F401 - with it, every module that may define a refusal is imported
from api.problems import STATUS
from common.errors import ServiceError


def below(kind: type[ServiceError]) -> Iterator[type[ServiceError]]:
    for child in kind.__subclasses__():
        yield child
        yield from below(child)


def test_every_service_error_has_its_status() -> None:
    found = {kind for kind in below(ServiceError) if kind.__module__.startswith(("api.", "common.", "deploy."))}

    assert len(found) >= 10
    assert found - set(STATUS) == set()


def test_every_status_is_an_error_and_every_code_is_there_once() -> None:
    assert {status for status in STATUS.values() if not 400 <= status < 600} == set()
    codes = [kind.code for kind in STATUS]
    assert sorted(codes) == sorted(set(codes))
