"""What the documents say is what the code does: keys, reasons, arrows, settings, commands, endpoints, files, links."""

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from common.reasons import Reason
from common.settings import Settings
from common.states import ARROWS, DEPLOYMENT_ARROWS, Arrows, JobState
from common.store import keys
from common.swift.command.job_environment import FROM_JOB, MEDIA_FOLDER
from swift_trainer.cli import COMMANDS

ROOT = Path(__file__).parents[3]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
# Hosts that a page may send its reader to. A registry is never one: an installation is not bound to one.
HOSTS = {"127.0.0.1", "localhost", "github.com", "keepachangelog.com", "semver.org"}

PLACEHOLDERS = {"job_id": "<id>", "attempt": "<n>", "name": "<name>", "key_hash": "<hash>"}
CODE = re.compile(r"```.*?```", re.DOTALL)

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def text_of(*parts: str) -> str:
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


def rows(text: str) -> list[list[str]]:
    """The cells of every row of every table, without the lines below the headings."""
    found = [[cell.strip() for cell in line.split("|")] for line in re.findall(r"^\|(.+)\|$", text, re.M)]
    return [cells for cells in found if set(cells[0]) - set("-|: ")]


def words(cell: str) -> set[str]:
    return set(re.findall(r"`([a-z_]+)`", cell))


def patterns() -> set[str]:
    """Every key as common/store/keys.py spells it, with placeholders."""
    constants = {value for name, value in vars(keys).items() if name.isupper() and isinstance(value, str)}
    parts = [value for name, value in inspect.getmembers(keys.of("<id>")) if not name.startswith("_")]
    functions = [value for value in [*vars(keys).values(), *parts] if inspect.isroutine(value) and _makes_a_key(value)]
    made = {function(*map(_placeholder, inspect.signature(function).parameters)) for function in functions}
    return constants | made | {part for part in parts if isinstance(part, str) and part.startswith("st:")}


def _makes_a_key(function: Callable[..., Any]) -> bool:
    return inspect.signature(function).return_annotation is str


def _placeholder(parameter: str) -> str:
    return PLACEHOLDERS.get(parameter, f"<{parameter}>")


def test_each_redis_key_is_in_the_table_of_its_module() -> None:
    table = {cells[0] for cells in rows(keys.__doc__ or "")}

    assert {key for key in table if key.startswith("st:")} == patterns()


def test_each_redis_key_is_in_its_document() -> None:
    table = {cells[0].strip("`") for cells in rows(text_of("docs", "redis-keys.md"))}

    assert {key for key in table if re.fullmatch(r"st:[^ ]+", key) and ":first" not in key} == patterns()


def test_each_reason_is_explained_once() -> None:
    named = [cells[0].strip("`") for cells in rows(text_of("docs", "job-states.md"))]

    assert [reason for reason in Reason if named.count(reason) != 1] == []


each_chart = pytest.mark.parametrize(
    ("page", "arrows"), [("job-states.md", ARROWS), ("deployments.md", DEPLOYMENT_ARROWS)]
)


@each_chart
def test_the_documented_arrows_are_those_of_the_code(page: str, arrows: Arrows) -> None:
    states = {state.value for state in JobState}
    table = {
        cells[0].strip("`"): (words(cells[1]), words(cells[2]))
        for cells in rows(text_of("docs", page))
        if len(cells) == 5 and words(cells[2]) & states
    }

    assert table.pop("submit") == (set(), {"pending"})
    assert table == {verb.value: (set(sources), {target}) for verb, (sources, target) in arrows.items()}


@each_chart
def test_the_drawn_arrows_are_those_of_the_code(page: str, arrows: Arrows) -> None:
    drawn = re.findall(r"^    (\w+) --> (\w+): (.+)$", text_of("docs", page), re.MULTILINE)
    found = {(source, target, verb) for source, target, verbs in drawn for verb in verbs.split(", ")}

    assert found == {(source, target, verb) for verb, (sources, target) in arrows.items() for source in sources}


def test_each_setting_is_documented_with_its_default() -> None:
    example = dict(re.findall(r"^# ([A-Z0-9_]+)=(.*)$", text_of("env", ".env.example"), re.MULTILINE))
    all_settings = text_of("docs", "configuration.md").partition("## All settings")[2].partition("## swt up")[0]
    table = {cells[0]: cells[1] for cells in rows(all_settings) if cells[0] != "name"}

    assert {name.strip("`"): default.strip("`") for name, default in table.items()} == example


def test_the_documented_endpoints_are_those_of_the_api(make_settings: Callable[..., Settings]) -> None:
    settings = make_settings()
    exist = {
        f"{method} {re.sub('<.+?>', '{id}', rule.rule).removeprefix(settings.api_prefix)}"
        for rule in create_app(settings).url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    rows_of_endpoints = re.findall(r"^\| ([A-Z]+) `(/[^`]+)`", text_of("docs", "api.md"), re.MULTILINE)
    named = {f"{method} {path}" for method, path in rows_of_endpoints}

    assert named <= exist
    assert {endpoint for endpoint in exist if " /training/" in endpoint} <= named


def test_the_documented_variables_are_those_that_a_job_may_set() -> None:
    _, _, rest = text_of("docs", "training.md").partition("## Environment\n")

    assert set(re.findall(r"`([A-Z][A-Z0-9_]+)`", rest.partition("\n## ")[0])) == {*FROM_JOB, MEDIA_FOLDER}


@each_page
def test_relative_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!\w+://|mailto:)([^)\s]+)\)", CODE.sub("", page.read_text()))

    assert [target for target in targets if not _leads_somewhere(page, target)] == []


@each_page
def test_absolute_links_name_known_hosts_only(page: Path) -> None:
    hosts = set(re.findall(r"https?://([\w.-]+)", page.read_text()))

    assert {host for host in hosts if not host.endswith((".example.org", ".internal"))} <= HOSTS


@each_page
def test_named_files_exist(page: Path) -> None:
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|lua|md|sh|toml|in|txt|yml))`", page.read_text())

    assert [name for name in named if not (ROOT / name).exists() and not (page.parent / name).exists()] == []


@each_page
def test_named_commands_exist(page: Path) -> None:
    text = page.read_text()
    targets = set(re.findall(r"^([a-z-]+):.*##", text_of("Makefile"), re.MULTILINE))

    assert set(re.findall(r"(?:`|^|\$ )make ([a-z][a-z-]*)", text, re.MULTILINE)) <= targets
    assert set(re.findall(r"(?:`|^|\$ |bin/)swt ([a-z]+)", text, re.MULTILINE)) <= set(COMMANDS)


def _leads_somewhere(page: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    linked = (page.parent / name).resolve() if name else page
    return linked.exists() and (not anchor or anchor in _anchors(linked))


def _anchors(page: Path) -> set[str]:
    """The anchors of a page's headings: lower case, spaces as dashes, without punctuation."""
    headings = re.findall(r"^#+ (.+)$", CODE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def test_what_holds_a_promise_about_faults_is_there() -> None:
    promises = [cells for cells in rows(text_of("docs", "faults.md")) if cells[0] != "fault"]
    assert promises
    gone = []
    for fault, _, held_by in promises:
        path = ""
        for name in re.findall(r"`([^`]+)`", held_by):
            path, _, test = name.partition("::") if not name.startswith("::") else (path, "", name[2:])
            file = ROOT / path
            if not file.is_file() or (test and not re.search(rf"^def {re.escape(test)}\(", file.read_text(), re.M)):
                gone.append((fault, name))
    assert gone == []
