"""Runs schemathesis' phases over the app's own OpenAPI document, over HTTP, and collects what it finds."""

import os
import re
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis import Case, Response
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.hooks import HookContext

from tests.integration.api.live_server import LiveServer

PHASES = ("examples", "coverage", "fuzzing", "stateful")
CONFIG = Path(__file__).parent / "schemathesis.toml"
REQUEST_SECONDS = 120  # a busy machine is no defect of the service

# Places of which the document cannot tell all: cursors are opaque, `wait` goes with another field, the type of the job
# decides about the older form of the parameters, ms-swift about options (whose texts have no control characters), and a
# data set's content is held to what was announced. Of a deployment: a port goes with one replica, a share with one GPU,
# options of a platform with that platform, a checkpoint with a job. Of an export: a method goes with a format, data
# with some methods.
BEYOND_A_SCHEMA = frozenset(
    {"cursor", "after", "wait", "train_params", "extra_args", "format", "size", "sha256", "content"}
) | {"checkpoint", "platform", "port", "quant_method", "resources"}
# A training is deployed with adapters only if it is exported; a deployment that is made alone may always have some.
ADAPTERS_AFTER_TRAINING = "deploy.adapters"
LENIENT_BOOLEAN = re.compile(r"(deploy\.)?(auto_start|export|save_only_model): Incorrect type")


@dataclass(slots=True)
class Report:
    """What was found, one text for each kind of finding, and what each operation answered."""

    findings: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    cases: int = 0

    def add(self, recorder: ScenarioRecorder) -> None:
        for case_id, node in recorder.cases.items():
            self.cases += 1
            interaction = recorder.interactions.get(case_id)
            if interaction is not None and interaction.response is not None:
                self.statuses[node.value.operation.label][interaction.response.status_code] += 1
            for check in recorder.checks.get(case_id, []):
                if check.failure_info is not None:
                    failure = check.failure_info.failure
                    shown = f"{failure.title}\n{failure.message}\n{check.failure_info.code_sample}"
                    if interaction is not None and interaction.response is not None:
                        shown += f"\n{interaction.response.status_code}: {interaction.response.text[:600]}"
                    self.findings.setdefault(f"{node.value.operation.label} {check.name} {failure.title}", shown)

    def never_answered_with_success(self) -> set[str]:
        return {label for label, seen in self.statuses.items() if not any(200 <= status < 300 for status in seen)}


def run(server: LiveServer, key: str, phases: set[str], examples: int, more_seed: int = 0) -> Report:
    """Ask the server with its key, in these phases, with about so many examples of each operation.

    With another `more_seed` it asks for other things, and with another SCHEMATHESIS_SEED in the environment, too.
    """
    told = tomllib.loads(CONFIG.read_text())
    told["headers"] = {"Authorization": f"Bearer {key}"}
    told["generation"]["max-examples"] = examples
    told["seed"] = int(os.environ.get("SCHEMATHESIS_SEED", told["seed"])) + more_seed
    told["request-timeout"] = REQUEST_SECONDS
    told["phases"] = {phase: {"enabled": phase in phases} for phase in PHASES}
    address = f"http://127.0.0.1:{server.port}/openapi.json"
    schema: Any = schemathesis.openapi.from_url(address, config=SchemathesisConfig.from_dict(told))
    schema.hook(filter_failure)
    report = Report()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            report.add(event.recorder)
        elif isinstance(event, events.NonFatalError):
            report.findings[f"{event.label} could not be tested"] = repr(event.value)
        elif isinstance(event, events.FatalError):
            raise event.exception
    return report


def filter_failure(_context: HookContext, failure: Failure, _case: Case, response: Response) -> bool:
    """False for what is no failure; each rule has its reason."""
    name = type(failure).__name__
    if response.status_code == 414:
        return False  # the HTTP server's own answer to an address of 4 KB: the service never sees it
    if name == "RejectedPositiveData" and response.status_code == 422:
        return not _is_beyond_a_schema(response)
    # 0, 1, "true", "no" are taken for what they say, as the service's older clients send them.
    return not (name == "AcceptedNegativeData" and LENIENT_BOOLEAN.search(failure.message))


def _is_beyond_a_schema(response: Response) -> bool:
    """Rules between fields, of ms-swift's option list, of paths: the document allows what they refuse."""
    body = response.json()
    if body["code"] == "idempotency_conflict":
        return True
    return any(
        error["code"] != "invalid"
        or error["field"] == ADAPTERS_AFTER_TRAINING
        or error["field"].removeprefix("deploy.").partition(".")[0] in BEYOND_A_SCHEMA
        for error in body["errors"]
    )
