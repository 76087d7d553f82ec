"""Does any node have the packages that a job's options need? Said before it waits for one that never comes."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from api.services import Services
from api.services.checks.form import Form
from common.field_problem import FieldProblem
from common.job_specs import JobSpec
from common.nodes import Node
from common.reasons import Reason
from common.swift.packages import Need, lacking, needs_of

NO_FORM = Form()


class PackagesCheck(NamedTuple):
    """What no node that is there can do, and what nobody knows because none is there yet."""

    problems: list[FieldProblem]
    notes: list[str]


def check_packages(services: Services, spec: JobSpec, form: Form = NO_FORM) -> PackagesCheck:
    """A node that is not there, or may not be taken, says nothing; one that has not said what it has may have all."""
    needs = needs_of(spec)
    if not needs:
        return PackagesCheck([], [])
    now, ttl = services.store.now(), services.settings.node_ttl_seconds
    alive = [node for node in services.store.nodes.all() if node.is_alive(now, ttl) and _may_be_taken(spec, node)]
    if not alive:
        return PackagesCheck([], [_nobody_yet(needs)])
    if any(not lacking(needs, node.packages) for node in alive):
        return PackagesCheck([], [])
    problems = _problems(needs, alive)
    return PackagesCheck([replace(problem, field=form.as_sent(problem.field)) for problem in problems], [])


def _may_be_taken(spec: JobSpec, node: Node) -> bool:
    is_named = not spec.node_names or node.name in spec.node_names
    return is_named and spec.node_labels.items() <= node.labels.items()


def _problems(needs: list[Need], alive: list[Node]) -> Iterable[FieldProblem]:
    """Each need that no node meets; where each is met by some node, what the nearest lacks."""
    unmet = [need for need in needs if all(lacking([need], node.packages) for node in alive)]
    nearest = min(alive, key=lambda node: (len(lacking(needs, node.packages)), node.name))
    for need in unmet or lacking(needs, nearest.packages):
        package = need.packages[0]
        why = (
            f"{need.what} needs the package {package}, and no node that is there has all that the job needs: "
            f"run `pip install {package}` in the environment of the ms-swift of {nearest.name}"
        )
        yield FieldProblem(need.field, Reason.NODE_UNFIT, why)


def _nobody_yet(needs: list[Need]) -> str:
    packages = ", ".join(dict.fromkeys(need.packages[0] for need in needs))
    return f"no node is there yet: the job waits for one whose ms-swift has {packages} beside it"
