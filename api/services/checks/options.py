"""The options that the nodes' ms-swift has, to check a job against before it waits for a GPU."""

import threading
import time
from functools import lru_cache

from api.services import Services
from common.field_problem import FieldProblem
from common.jobs import JobSpec
from common.store.swift_options import SwiftOptionsStore
from common.swift.command.argv import OptionRefused
from common.swift.command.command import CommandContext, train_command
from common.swift.command.extra_args import named_paths
from common.swift.command.job_environment import checked_job_environment
from common.swift.inputs.data_check import other_variables
from common.swift.options import Catalog, OptionCode, check_options, nearest_catalog, parse_catalog
from common.swift.options.bundled import newest_catalog
from common.swift.options.release import release

_KEEP_SECONDS = 10.0
_CATALOGS_MAX = 16


class Catalogs:
    """The catalogs of the nodes' releases, newest first; asked for again after some seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._store: SwiftOptionsStore | None = None
        self._until = 0.0
        self._found: tuple[Catalog, ...] = ()

    def of(self, services: Services) -> tuple[Catalog, ...]:
        """At least one: that of the newest release this service knows, while no node has said what it has."""
        store = services.store.swift_options
        with self._lock:
            if store is not self._store or time.monotonic() >= self._until:
                self._found = tuple(_catalog(store, version) for version in _versions(services))
                self._store, self._until = store, time.monotonic() + _KEEP_SECONDS
            return self._found


_catalogs = Catalogs()


def option_catalogs(services: Services) -> tuple[Catalog, ...]:
    """The catalogs that count now, newest first."""
    return _catalogs.of(services)


def option_problems(spec: JobSpec, catalogs: tuple[Catalog, ...]) -> list[FieldProblem]:
    """What is wrong with the job's options: nothing when one of the releases would take them all."""
    found = [
        check_options(spec.training.method, spec.training.params, spec.extra_args, catalog, spec.gpus)
        for catalog in catalogs
    ]
    problems = min(found, key=len) or _command_problems(spec, catalogs[0].version)
    return [*problems, *environment_problems(other_variables(spec))]


def _command_problems(spec: JobSpec, version: str) -> list[FieldProblem]:
    """What cannot be put on a command line, found by building one; where things lie makes no difference to it."""
    resolved = {value: value for _, value in named_paths(spec.extra_args)}
    context = CommandContext(
        version, spec.model_path, spec.training.data_path, spec.training.output_dir, spec.gpus, resolved=resolved
    )
    try:
        train_command(spec, context)
    except OptionRefused as refusal:
        return [FieldProblem(f"extra_args.{refusal.option}", OptionCode.MALFORMED, refusal.why)]
    return []


def environment_problems(env: dict[str, str]) -> list[FieldProblem]:
    """What is wrong with a job's environment variables."""
    try:
        checked_job_environment(env)
    except OptionRefused as refusal:
        return [FieldProblem(refusal.option, OptionCode.UNSAFE, refusal.why)]
    return []


def _versions(services: Services) -> list[str]:
    now, ttl = services.store.now(), services.settings.node_ttl_seconds
    alive = {node.swift_version for node in services.store.nodes.all() if node.is_alive(now, ttl)}
    newest_first = sorted(alive - {""}, key=release, reverse=True)
    return newest_first[:_CATALOGS_MAX] or [newest_catalog().version]


def _catalog(store: SwiftOptionsStore, version: str) -> Catalog:
    text = store.read(version)
    try:
        return _parsed(text) if text else nearest_catalog(version)
    except ValueError:  # written by a worker of another release of this service
        return nearest_catalog(version)


@lru_cache(maxsize=_CATALOGS_MAX)
def _parsed(text: str) -> Catalog:
    return parse_catalog(text)
