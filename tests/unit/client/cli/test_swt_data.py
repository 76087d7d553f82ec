import json
from pathlib import Path
from typing import Any

import pytest

API = "/api/v1"
READY = {
    "id": "ds-1", "name": "train.jsonl", "status": "ready", "data_path": "dataset:train.jsonl", "bytes": 1200,
    "rows": 3000, "sha256": "92597af721a2ffff", "created_at": "2026-01-02T03:04:05.000Z",
}  # fmt: skip
UPLOADING = {**READY, "id": "ds-2", "status": "uploading", "bytes": 7, "rows": None, "sha256": ""}


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "train.jsonl"
    path.write_text("{}\n")
    return str(path)


@pytest.fixture
def _knowing(service: Any) -> None:
    """The service has the content already."""
    service.on("GET", "/datasets", {"datasets": [], "total": 0}, under=API)
    service.on("POST", "/datasets", (201, READY), under=API)


@pytest.mark.usefixtures("_knowing")
def test_push_tells_what_a_job_has_to_say_and_what_was_found(swt: Any, service: Any, file: str) -> None:
    result = swt("data", "push", file)

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "dataset:train.jsonl 1,200 bytes, 3,000 rows, sha256 92597af721a2\n"
    assert service.bodies[0]["name"] == "train.jsonl"


def test_push_does_not_count_rows_that_the_service_could_not_count(swt: Any, service: Any, file: str) -> None:
    service.on("GET", "/datasets", {"datasets": [], "total": 0}, under=API)
    service.on("POST", "/datasets", (201, {**READY, "rows": None}), under=API)

    assert swt("data", "push", file).stdout == "dataset:train.jsonl 1,200 bytes, sha256 92597af721a2\n"


@pytest.mark.usefixtures("_knowing")
def test_push_has_a_form_for_scripts_and_one_for_programs(swt: Any, service: Any, file: str) -> None:
    assert swt("data", "push", file, "--name", "mine", "-q").stdout == "dataset:train.jsonl\n"
    assert json.loads(swt("data", "push", file, "-o", "json").stdout) == READY
    assert [body["name"] for body in service.bodies] == ["mine", "train.jsonl"]


def test_push_of_what_is_no_file_here_asks_nobody(swt: Any, service: Any, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone"):
        assert swt("data", "push", str(path)).exit_code == 2

    assert service.requests == []


def test_push_of_what_cannot_be_trained_on_names_the_line(swt: Any, service: Any, file: str) -> None:
    problem = {
        "detail": "content is wrong",
        "code": "invalid_input",
        "errors": [{"field": "content", "message": "train.jsonl, line 4: not JSON"}],
    }
    service.on("GET", "/datasets", {"datasets": [], "total": 0}, under=API)
    service.on("POST", "/datasets", (201, {**UPLOADING, "id": "ds-1"}), under=API)
    service.on("GET", "/datasets/ds-1", {"upload_offset": 0}, under=API)
    service.on("PATCH", "/datasets/ds-1/content", (422, problem), under=API)

    result = swt("data", "push", file)

    assert (result.exit_code, result.stdout) == (4, "")
    assert "  content: train.jsonl, line 4: not JSON" in result.stderr.splitlines()


def test_ls_shows_a_row_for_each(swt: Any, service: Any) -> None:
    service.on("GET", "/datasets", {"datasets": [UPLOADING, READY], "total": 2}, under=API)

    lines = [line.split() for line in swt("data", "ls").stdout.splitlines()]

    assert lines == [
        ["NAME", "STATUS", "BYTES", "ROWS", "SHA256", "CREATED", "ID"],
        ["train.jsonl", "uploading", "7", "-", "-", "2026-01-02T03:04:05.000Z", "ds-2"],
        ["train.jsonl", "ready", "1200", "3000", "92597af721a2", "2026-01-02T03:04:05.000Z", "ds-1"],
    ]


def test_ls_as_json_is_what_the_service_said(swt: Any, service: Any) -> None:
    service.on("GET", "/datasets", {"datasets": [UPLOADING, READY], "total": 2}, under=API)

    assert json.loads(swt("data", "ls", "-o", "json").stdout) == [UPLOADING, READY]


def test_ls_without_any_is_a_heading_or_an_empty_list(swt: Any, service: Any) -> None:
    service.on("GET", "/datasets", {"datasets": [], "total": 0}, under=API)

    assert swt("data", "ls").stdout.split() == ["NAME", "STATUS", "BYTES", "ROWS", "SHA256", "CREATED", "ID"]
    assert swt("data", "ls", "-o", "json").stdout == "[]\n"


def test_rm_deletes_each_and_says_so(swt: Any, service: Any) -> None:
    service.on("DELETE", "/datasets/a.jsonl", (204, None), under=API)
    service.on("DELETE", "/datasets/ds-2", (204, None), under=API)

    result = swt("data", "rm", "a.jsonl", "ds-2")

    assert (result.exit_code, result.stdout) == (0, "a.jsonl deleted\nds-2 deleted\n")


def test_rm_ends_at_the_first_that_is_refused(swt: Any, service: Any) -> None:
    service.on("DELETE", "/datasets/a", (204, None), under=API)
    service.on("DELETE", "/datasets/b", (409, {"detail": "used by one", "code": "dataset_in_use"}), under=API)

    result = swt("data", "rm", "a", "b", "c")

    assert (result.exit_code, result.stdout) == (4, "a deleted\n")
    assert result.stderr.splitlines() == ["swt: used by one", "  (409 dataset_in_use)"]
    assert len(service.requests) == 2


@pytest.mark.parametrize("arguments", [("rm",), ("rm", ".."), ("rm", ""), ("push",), ("ls", "x"), ("ls", "-o", "xml")])
def test_wrong_usage_is_told_without_asking(swt: Any, service: Any, arguments: tuple[str, ...]) -> None:
    result = swt("data", *arguments)

    assert (result.exit_code, result.stdout, service.requests) == (2, "", [])
    assert "Usage: " in result.stderr


def test_submit_uploads_a_file_and_names_it_by_id_with_its_sample(swt: Any, service: Any, file: str) -> None:
    service.on("GET", "/datasets", {"datasets": [], "total": 0}, under=API)
    service.on("POST", "/datasets", (201, READY), under=API)
    service.on("POST", "/jobs", (201, {"job_id": "one", "status": "queued"}))

    result = swt("submit", "--type", "llm", "--data", f"{file}#10", "--upload", "-q")

    assert (result.exit_code, result.stdout) == (0, "one\n")
    assert service.bodies[-1] == {"task_type": "llm", "data_path": "dataset:ds-1#10"}


def test_submit_cannot_upload_what_is_not_here(swt: Any, service: Any) -> None:
    result = swt("submit", "--type", "llm", "--data", "gone.jsonl", "--upload")

    assert result.exit_code == 2
    assert "there is no file 'gone.jsonl' on this machine" in result.stderr
    assert service.requests == []


def test_submit_uploads_each_file_once_and_leaves_what_is_elsewhere(swt: Any, service: Any, file: str) -> None:
    service.on("GET", "/datasets", {"datasets": [], "total": 0}, under=API)
    service.on("POST", "/datasets", (201, READY), under=API)
    service.on("POST", "/jobs", (201, {"job_id": "one", "status": "queued"}))
    data = ["--data", f"{file}#10", "--data", "hf::org/set#5", "--data", "dataset:older", "--data", f"{file}#10"]

    result = swt("submit", "--type", "llm", *data, "--val", file, "--upload", "-q")

    assert (result.exit_code, result.stderr) == (0, "")
    assert service.bodies[-1] == {
        "task_type": "llm",
        "data_path": ["dataset:ds-1#10", "hf::org/set#5", "dataset:older", "dataset:ds-1#10"],
        "val_dataset": "dataset:ds-1",
    }


def test_nothing_is_uploaded_when_one_of_the_files_is_not_here(swt: Any, service: Any, file: str) -> None:
    result = swt("submit", "--type", "llm", "--data", file, "--data", "org/set", "--upload")

    assert result.exit_code == 2
    assert "there is no file 'org/set' on this machine" in result.stderr
    assert "hf::owner/name or ms::owner/name" in " ".join(result.stderr.split())
    assert service.requests == []


@pytest.mark.usefixtures("_knowing")
def test_a_file_whose_name_no_data_set_can_have_is_pushed_under_another_one(
    swt: Any, service: Any, tmp_path: Path
) -> None:
    path = tmp_path / "daten mit leer zeichen ü.jsonl"
    path.write_text("{}\n")

    refused = swt("data", "push", str(path))
    assert (refused.exit_code, "say with --name what jobs are to call it" in refused.stderr) == (2, True)
    assert service.bodies == []

    assert swt("data", "push", str(path), "--name", "daten").exit_code == 0
    assert service.bodies[0]["name"] == "daten"
