"""Every refusal of the service has an HTTP status."""

import ast
from collections.abc import Iterator
from pathlib import Path

import api.app  # noqa: F401 - with it, every module that may define a refusal is imported
from api.edge.problems import STATUS
from api.schemas.problems import ProblemSchema
from common.errors import InvalidInput, ServiceError

ROOT = Path(__file__).parents[4]


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


def told_of_refusals() -> dict[str, str]:
    """What the code says of a refusal beside its sentence, and where: `JobNotFound(text, job_id=job_id)`."""
    names = {kind.__name__ for kind in STATUS} - {InvalidInput.__name__}  # which tells of its fields alone
    return {
        keyword.arg: f"{path.relative_to(ROOT)}:{call.lineno}"
        for package in ("api", "common", "deploy", "scheduler")
        for path in (ROOT / package).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in names
        for keyword in call.keywords
        if keyword.arg
    }


def test_what_a_problem_tells_is_documented() -> None:
    told = told_of_refusals()

    assert {"job_id", "port", "model"} <= set(told)
    assert {name: where for name, where in told.items() if name not in ProblemSchema().fields} == {}
