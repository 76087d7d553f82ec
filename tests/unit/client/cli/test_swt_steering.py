import json
from typing import Any

import httpx2
import pytest


@pytest.mark.parametrize("verb", ["stop", "start", "export"])
def test_a_verb_is_told_of_each_job(swt: Any, service: Any, verb: str) -> None:
    for job_id in ("a", "b"):
        service.on("POST", f"/jobs/{job_id}/{verb}", {"job_id": job_id, "status": "done", "message": "ok"})

    result = swt(verb, "a", "b", "-o", "json")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == [{"job_id": name, "status": "done", "message": "ok"} for name in ("a", "b")]


def test_rm_deletes(swt: Any, service: Any) -> None:
    service.on("DELETE", "/jobs/a", (204, None))

    result = swt("rm", "a")

    assert result.exit_code == 0
    assert result.stdout.splitlines()[1].split() == ["a", "deleted", "-"]


def test_files_go_with_a_job_when_that_is_asked_for(swt: Any, service: Any) -> None:
    service.on("DELETE", "/jobs/a", (204, None))

    result = swt("rm", "--files", "a")

    assert result.exit_code == 0
    assert service.requests[-1].url.params["files"] == "true"
    assert "its nodes remove its files" in result.stdout
    assert swt("rm", "--files", "a~deploy-1").exit_code == 2


def test_one_refusal_does_not_keep_the_others_from_it(swt: Any, service: Any) -> None:
    service.on("POST", "/jobs/a/start", (409, {"detail": "a is completed", "code": "job_already_final"}))
    service.on("POST", "/jobs/b/start", (404, {"detail": "there is no job b", "code": "job_not_found"}))
    service.on("POST", "/jobs/c/start", {"job_id": "c", "status": "queued", "message": "ok"})

    result = swt("start", "a", "b", "c")

    assert result.exit_code == 4
    assert "a is completed" in result.stderr
    assert "there is no job b" in result.stderr
    assert "queued" in result.stdout


def test_a_service_that_is_away_is_asked_once_only(swt: Any, service: Any) -> None:
    service.on("POST", "/jobs/a/stop", httpx2.ConnectError("refused"))

    result = swt("stop", "a", "b")

    assert result.exit_code == 5
    assert len(service.requests) == 1


@pytest.mark.parametrize("verb", ["stop", "start", "export", "rm"])
def test_a_verb_needs_a_job(swt: Any, verb: str) -> None:
    assert swt(verb).exit_code == 2
    assert swt(verb, "..").exit_code == 2


def test_an_export_says_what_is_to_be_made(swt: Any, service: Any) -> None:
    service.on("POST", "/jobs/a/export", {"job_id": "a", "status": "exporting", "message": "ok"})

    assert swt("export", "a").exit_code == 0
    assert swt("export", "a", "--method", "awq", "--set", "group_size=64").exit_code == 0
    assert swt("export", "a", "--push", "team/bot", "--hub", "huggingface").exit_code == 0
    assert swt("export", "a", "--format", "quantized", "--method", "bnb", "--bits", "8", "--gpus", "2").exit_code == 0

    assert swt("export", "a", "--checkpoint", "best").exit_code == 0

    push = {"hub_model_id": "team/bot", "private": True, "use_hf": True}
    assert [json.loads(request.content or b"null") for request in service.requests] == [
        None,
        {"format": "quantized", "quant_method": "awq", "extra_args": {"group_size": 64}},
        {"push_to_hub": push},
        {"format": "quantized", "quant_method": "bnb", "quant_bits": 8, "gpus": 2},
        {"checkpoint": "best"},
    ]


def test_a_hub_alone_is_no_push(swt: Any) -> None:
    assert swt("export", "a", "--public").exit_code == 2
