import json
from typing import Any

import pytest

API = "/api/v1"
KEPT = {"jobs": 180.0, "logs": 30.0, "audit": 0.0}


def answer(
    *, dry_run: bool = False, more: bool = False, least: bool = False, stay: int = 0, **counts: int
) -> dict[str, Any]:
    moments = {"oldest_at": "2026-01-03T09:12:44Z", "newest_at": "2026-06-02T17:40:01Z"} if dry_run else {}
    kinds = [
        {"kind": kind, "kept_days": days, "count": counts.get(kind, 0), "is_least": least, **moments}
        for kind, days in KEPT.items()
    ]
    return {"dry_run": dry_run, "more": more, "stay": stay, "kinds": kinds}


@pytest.fixture
def at_keyboard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Click's runner replaces stdin; this one is a terminal."""
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True)


def test_a_dry_run_says_what_would_go(swt: Any, service: Any) -> None:
    service.on("POST", "/system/prune", answer(dry_run=True, jobs=1204, logs=3), under=API)

    lines = swt("prune", "--dry-run").stdout.splitlines()

    assert lines[0].split("  ")[0] == "KIND"
    assert lines[1].split() == ["jobs", "180", "1204", "2026-01-03T09:12:44Z", "2026-06-02T17:40:01Z"]
    assert "for ever" in lines[3]
    assert service.bodies == [{"dry_run": True}]


def test_a_dry_run_that_stopped_counting_says_so(swt: Any, service: Any) -> None:
    service.on("POST", "/system/prune", answer(dry_run=True, least=True, jobs=20_000), under=API)

    assert "20000 or more" in swt("prune", "--dry-run").stdout


def test_it_asks_again_until_nothing_old_is_left_and_sums_up(swt: Any, service: Any) -> None:
    answers = answer(more=True, jobs=1000), answer(more=True, stay=40, jobs=900, logs=7), answer(logs=5)
    service.on("POST", "/system/prune", *answers, under=API)

    result = swt("prune", "--yes", "-o", "json")

    assert {kind["kind"]: kind["count"] for kind in json.loads(result.stdout)["kinds"]} == {
        "jobs": 1900, "logs": 12, "audit": 0,
    }  # fmt: skip
    assert service.bodies == [{"dry_run": False, "stay": stay} for stay in (0, 0, 40)]


def test_without_anybody_to_ask_it_does_nothing(swt: Any, service: Any) -> None:
    result = swt("prune")

    assert (result.exit_code, service.requests) == (2, [])
    assert "say --yes" in result.stderr


@pytest.mark.usefixtures("at_keyboard")
def test_at_a_terminal_it_shows_what_would_go_and_asks(swt: Any, service: Any) -> None:
    service.on("POST", "/system/prune", answer(dry_run=True, jobs=3), answer(jobs=3), under=API)

    result = swt("prune", input="y\n")

    assert "jobs: 3\n" in result.stderr
    assert "Forget these?" in result.stderr
    assert service.bodies == [{"dry_run": True}, {"dry_run": False, "stay": 0}]


@pytest.mark.usefixtures("at_keyboard")
def test_no_means_that_nothing_goes(swt: Any, service: Any) -> None:
    service.on("POST", "/system/prune", answer(dry_run=True, jobs=3), under=API)

    result = swt("prune", input="n\n")

    assert result.exit_code != 0
    assert service.bodies == [{"dry_run": True}]


def test_a_key_that_may_not_is_refused(swt: Any, service: Any) -> None:
    service.on("POST", "/system/prune", (403, {"detail": "needs scope admin"}), under=API)

    result = swt("prune", "--yes")

    assert (result.exit_code, "needs scope admin" in result.stderr) == (4, True)
