"""Data sets: uploaded in one piece or in many, cut off and resumed, refused, stored once, used by jobs, deleted."""

import hashlib
import json
import os
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from werkzeug.serving import make_server

from api.app import create_app
from api.services.datasets.uploads import Upload
from common.errors import InvalidInput
from common.settings import Settings
from common.store import Store
from tests import bodies
from tests.builders import make_job, make_spec
from tests.integration.api.expect import TRAINING, expect_problem, fields_of
from tests.real_stack import PATIENCE_SECONDS, eventually

pytestmark = pytest.mark.integration

DATASETS = "/api/v1/datasets"
RECORD = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
LINE = json.dumps(RECORD).encode() + b"\n"
CONTENT = LINE * 50
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def announce(client: FlaskClient, name: str = "train.jsonl", **changes: Any) -> dict[str, Any]:
    answer = client.post(DATASETS, json={"name": name, **changes})
    assert answer.status_code == 201, answer.text
    return dict(answer.json)


def upload(client: FlaskClient, content: bytes = CONTENT, name: str = "train.jsonl", **changes: Any) -> dict[str, Any]:
    answer = client.put(announce(client, name, **changes)["upload_url"], data=content)
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def part(client: FlaskClient, url: str, offset: int, data: bytes, complete: str = "?0") -> Any:
    return client.patch(url, data=data, headers={"Upload-Offset": str(offset), "Upload-Complete": complete})


def files(settings: Settings) -> list[str]:
    """What is stored, unfinished uploads included."""
    folder = settings.data_dir / "datasets"
    return sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.name != ".lock"
    )


def test_a_file_in_one_request_is_stored_under_its_hash(client: FlaskClient, settings: Settings) -> None:
    done = upload(client)

    assert (done["status"], done["bytes"], done["sha256"], done["rows"]) == ("ready", len(CONTENT), SHA256, 50)
    assert done["data_path"] == "dataset:train.jsonl"
    assert files(settings) == [f"{SHA256}.jsonl"]
    shown = client.get(f"{DATASETS}/train.jsonl").json
    assert (shown["id"], shown["used_by"], shown["upload_offset"]) == (done["id"], [], len(CONTENT))
    assert client.get(f"{DATASETS}/{done['id']}").json == shown
    assert client.get(DATASETS).json["total"] == 1


def test_an_upload_in_parts_goes_on_where_it_was_cut_off(client: FlaskClient, settings: Settings) -> None:
    url = announce(client, size=len(CONTENT), sha256=SHA256)["upload_url"]

    first = part(client, url, 0, CONTENT[:1000])
    assert (first.status_code, first.headers["Upload-Offset"], first.headers["Upload-Complete"]) == (200, "1000", "?0")
    assert (first.json["status"], first.json["bytes"]) == ("uploading", 1000)
    assert client.head(url).headers["Upload-Offset"] == "1000"
    stale = part(client, url, 0, CONTENT)
    assert expect_problem(stale, 409, "upload_conflict")["upload_offset"] == 1000
    # Another process, which has no running hash, goes on.
    other = create_app(settings).test_client()
    assert part(other, url, 1000, CONTENT[1000:2000]).status_code == 200
    last = part(client, url, 2000, CONTENT[2000:])

    assert (last.status_code, last.json["sha256"], last.json["rows"]) == (200, SHA256, 50)
    assert client.head(url).headers["Upload-Complete"] == "?1"
    assert expect_problem(part(client, url, 0, b"x"), 409, "upload_conflict")["upload_offset"] == len(CONTENT)
    assert files(settings) == [f"{SHA256}.jsonl"]


def test_what_came_before_a_broken_connection_stays(app: Flask, client: FlaskClient) -> None:
    url = announce(client, size=len(CONTENT))["upload_url"]
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with socket.create_connection(("127.0.0.1", server.server_port)) as line:
        head = f"PATCH {url} HTTP/1.1\r\nHost: localhost\r\nUpload-Offset: 0\r\nContent-Length: {len(CONTENT)}\r\n\r\n"
        line.sendall(head.encode() + CONTENT[:1500])
    eventually(lambda: client.head(url).headers["Upload-Offset"], lambda offset: offset == "1500")
    server.shutdown()
    server.server_close()

    def rest() -> Any:
        return part(client, url, 1500, CONTENT[1500:])

    last = eventually(rest, lambda answer: answer.status_code != 409, what="the end of the request that was cut")
    assert last.json["sha256"] == SHA256


def test_a_wrong_hash_throws_the_upload_away(client: FlaskClient, settings: Settings) -> None:
    made = announce(client, sha256="0" * 64)

    answer = client.put(made["upload_url"], data=CONTENT)

    problem = expect_problem(answer, 422, "invalid_input")
    assert fields_of(problem) == ["sha256"]
    assert SHA256 in problem["detail"]
    expect_problem(client.get(f"{DATASETS}/{made['id']}"), 404, "dataset_not_found")
    assert files(settings) == []


def test_data_that_nobody_can_train_on_is_refused_with_its_line(client: FlaskClient, settings: Settings) -> None:
    answer = client.put(announce(client)["upload_url"], data=LINE * 2 + b'{"messages": [\n' + LINE)

    problem = expect_problem(answer, 422, "invalid_input")
    assert fields_of(problem) == ["content"]
    assert "train.jsonl, line 3" in problem["detail"]
    assert str(settings.data_dir) not in answer.text
    assert files(settings) == []
    assert client.get(DATASETS).json["total"] == 0


def test_how_many_rows_have_to_be_of_use_is_for_the_job_to_say(client: FlaskClient) -> None:
    rows = [{"query": "a", "response": "b" if number < 4 else None} for number in range(10)]
    upload(client, "".join(json.dumps(row) + "\n" for row in rows).encode(), "half.jsonl")

    refused = client.post(f"{TRAINING}/jobs", json=bodies.training(data_path="dataset:half.jsonl"))
    taken = client.post(f"{TRAINING}/jobs", json=bodies.training(data_path="dataset:half.jsonl", min_rows_used=0.4))

    problem = expect_problem(refused, 422, "invalid_input")
    said = "half.jsonl: 6 of 10 answers are null, first in line 5: "
    assert problem["errors"][0]["message"].startswith(said)
    assert taken.status_code == 201
    assert any(note.startswith(f"data_path: {said}") for note in taken.json["notes"])


def test_the_limit_is_the_data_sets_own_not_that_of_json(
    make_settings: Callable[..., Settings], settings: Settings, store: Store
) -> None:
    small = create_app(make_settings(DATASET_MAX_BYTES=3 * len(CONTENT), MAX_BODY_BYTES=1024)).test_client()

    assert upload(small, CONTENT * 2)["bytes"] == 2 * len(CONTENT)
    expect_problem(small.post(DATASETS, json={"name": "b.jsonl", "size": 1 << 40}), 413, "dataset_too_large")
    told = announce(small, "c.jsonl")["upload_url"]
    expect_problem(small.put(told, data=CONTENT * 4), 413, "dataset_too_large")
    untold = announce(small, "d.jsonl")["upload_url"]
    assert part(small, untold, 0, CONTENT * 3).status_code == 200
    expect_problem(part(small, untold, 3 * len(CONTENT), b"x"), 413, "dataset_too_large")
    more_than_said = announce(small, "e.jsonl", size=10)["upload_url"]
    expect_problem(part(small, more_than_said, 0, CONTENT), 413, "dataset_too_large")
    expect_problem(small.post(DATASETS, json={"name": "f" * 5000}), 413, "body_too_large")


def test_too_little_is_no_whole_data_set_and_the_rest_may_follow(client: FlaskClient) -> None:
    url = announce(client, size=len(CONTENT))["upload_url"]

    assert fields_of(expect_problem(part(client, url, 0, LINE, "?1"), 422)) == ["size"]
    assert part(client, url, len(LINE), CONTENT[len(LINE) :]).status_code == 200


def test_a_full_disk_is_said_before_anything_is_sent(
    make_settings: Callable[..., Settings], settings: Settings, store: Store
) -> None:
    full = create_app(make_settings(DATASET_MIN_FREE_BYTES=1 << 60)).test_client()

    expect_problem(full.post(DATASETS, json={"name": "a.jsonl"}), 507, "storage_full")


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../a.jsonl", "a/b.jsonl", "/etc/passwd", "a b.jsonl", "a\x00.jsonl", "a\n.jsonl", ".a.jsonl",
     "-a.jsonl", "a#1.jsonl", "a@b.jsonl", "数据.jsonl", "x" * 129, "ds-" + "0" * 26, "0" * 64 + ".jsonl"],
)  # fmt: skip
def test_odd_names_are_refused(client: FlaskClient, settings: Settings, name: str) -> None:
    answer = client.post(DATASETS, json={"name": name, "format": "jsonl"})

    assert fields_of(expect_problem(answer, 422, "invalid_input")) == ["name"]
    assert files(settings) == []


@pytest.mark.parametrize("name", ["a", "a.exe", "a.jsonl.gz", "A.JSONL "])
def test_a_name_without_a_known_format_needs_one_to_be_said(client: FlaskClient, name: str) -> None:
    assert client.post(DATASETS, json={"name": name}).status_code == 422
    assert announce(client, name.strip(), format="jsonl")["format"] == "jsonl"


@pytest.mark.parametrize("named", ["..", "%2e%2e", "..%2f..%2fetc%2fpasswd", "%00", "a%0a", ".lock", ".uploads", "é"])
def test_path_tricks_find_nothing(client: FlaskClient, named: str) -> None:
    upload(client)

    for path in (f"{DATASETS}/{named}", f"{DATASETS}/{named}/content"):
        for method in ("GET", "DELETE", "PUT", "PATCH"):
            answer = client.open(path, method=method, data=b"", headers={"Upload-Offset": "0"})
            assert answer.status_code in {401, 404, 405, 308}, (path, method, answer.status_code)


@pytest.mark.parametrize("offset", ["", "-1", "1.0", "x", "١", "1" * 16, None])
def test_an_odd_offset_is_refused_by_name(client: FlaskClient, offset: str | None) -> None:
    url = announce(client)["upload_url"]
    headers = {} if offset is None else {"Upload-Offset": offset}
    if offset == "١":
        headers = {"Upload-Offset": offset.encode().decode("latin-1")}

    assert fields_of(expect_problem(client.patch(url, data=b"x", headers=headers), 422)) == ["Upload-Offset"]


def test_the_same_content_is_stored_once_and_goes_with_its_last_name(client: FlaskClient, settings: Settings) -> None:
    first, second = upload(client), upload(client, name="again.jsonl")
    assert first["id"] != second["id"]
    assert files(settings) == [f"{SHA256}.jsonl"]

    known = announce(client, "third.jsonl", sha256=SHA256)
    assert (known["status"], known["bytes"], known["rows"]) == ("ready", len(CONTENT), 50)
    for name in ("train.jsonl", "again.jsonl"):
        assert client.delete(f"{DATASETS}/{name}").status_code == 204
        assert files(settings) == [f"{SHA256}.jsonl"]
    assert client.delete(f"{DATASETS}/third.jsonl").status_code == 204
    assert files(settings) == []


def test_many_uploads_of_the_same_content_at_once_all_succeed(app: Flask, settings: Settings) -> None:
    def one(number: int) -> str:
        return str(upload(app.test_client(), name=f"n{number % 3}.jsonl")["sha256"])

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(one, range(16))) == {SHA256}

    assert files(settings) == [f"{SHA256}.jsonl"]
    assert app.test_client().get(DATASETS).json["total"] == 16


def test_two_requests_never_write_one_upload(client: FlaskClient, settings: Settings, app: Flask) -> None:
    made = announce(client)
    held = threading.Event()
    go_on = threading.Event()

    def write() -> None:
        services = app.extensions["swift_trainer"]
        with closing(Upload(services, services.store.datasets.get(made["id"]), offset=0, length=None)) as upload:
            held.set()
            assert go_on.wait(PATIENCE_SECONDS)
            upload.take(CONTENT)
            upload.finish(complete=True)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        assert held.wait(PATIENCE_SECONDS)
        expect_problem(part(client, made["upload_url"], 0, b"other"), 409, "upload_conflict")
        expect_problem(client.delete(f"{DATASETS}/{made['id']}"), 409, "upload_conflict")
        go_on.set()
        writing.result(PATIENCE_SECONDS)

    assert files(settings) == [f"{SHA256}.jsonl"]


def test_a_download_tells_the_hash_and_gives_any_part(client: FlaskClient) -> None:
    upload(client)
    url = f"{DATASETS}/train.jsonl/content"

    with client.get(url) as whole:
        assert whole.data == CONTENT
        assert whole.headers["ETag"] == f'"{SHA256}"'
        assert "train.jsonl" in whole.headers["Content-Disposition"]
    with client.get(url, headers={"Range": "bytes=1000-"}) as rest:
        assert (rest.status_code, rest.data) == (206, CONTENT[1000:])
    with client.get(f"{DATASETS}/{SHA256}.jsonl/content") as by_content:
        assert by_content.data == CONTENT
    assert client.get(url, headers={"Range": f"bytes={len(CONTENT)}-"}).status_code == 416
    unfinished = announce(client, "other.jsonl")["upload_url"]
    expect_problem(client.get(unfinished), 409, "upload_conflict")


def test_a_job_keeps_the_content_that_its_name_meant(client: FlaskClient, settings: Settings) -> None:
    upload(client)
    body = bodies.training(data_path="dataset:train.jsonl#10", job_id="one", auto_start=False)
    assert client.post(f"{TRAINING}/jobs", json=body).status_code == 201
    newer = upload(client, LINE * 3)

    assert client.get(f"{TRAINING}/jobs/one").json["data_path"] == f"dataset:train.jsonl@{SHA256}.jsonl#10"
    assert client.get(f"{DATASETS}/train.jsonl").json["id"] == newer["id"]
    first = client.get(f"{DATASETS}/{SHA256}.jsonl").json
    assert first["used_by"] == ["one"]
    problem = expect_problem(client.delete(f"{DATASETS}/{first['id']}"), 409, "dataset_in_use")
    assert problem["job_ids"] == ["one"]
    again = bodies.training(data_path=f"dataset:train.jsonl@{SHA256}.jsonl", job_id="two", output_dir="output/two")
    assert client.post(f"{TRAINING}/jobs", json=again).status_code == 201

    for job_id in ("one", "two"):
        client.post(f"{TRAINING}/jobs/{job_id}/stop")
    assert client.delete(f"{DATASETS}/{first['id']}").status_code == 204
    assert files(settings) == [f"{newer['sha256']}.jsonl"]
    gone = client.post(f"{TRAINING}/jobs", json={**again, "job_id": "three"})
    assert fields_of(expect_problem(gone, 422, "invalid_input")) == ["data_path"]


def test_a_validation_set_is_kept_as_the_training_set_is(client: FlaskClient, settings: Settings) -> None:
    upload(client)
    other = upload(client, LINE * 7, "eval.jsonl")
    mixed = {"val_dataset": ["a/b", f"dataset:{other['id']}#5"]}
    body = bodies.training(job_id="one", auto_start=False, extra_args=mixed)
    assert client.post(f"{TRAINING}/jobs", json={**body, "data_path": "dataset:train.jsonl"}).status_code == 201
    upload(client, LINE * 3, "eval.jsonl")

    pinned = f"dataset:eval.jsonl@{other['sha256']}.jsonl#5"
    assert client.get(f"{TRAINING}/jobs/one").json["extra_args"] == {"val_dataset": ["a/b", pinned]}
    for name in ("train.jsonl", other["id"]):
        assert client.get(f"{DATASETS}/{name}").json["used_by"] == ["one"]
        expect_problem(client.delete(f"{DATASETS}/{name}"), 409, "dataset_in_use")

    client.post(f"{TRAINING}/jobs/one/stop")
    assert client.delete(f"{DATASETS}/{other['id']}").status_code == 204
    assert f"{other['sha256']}.jsonl" not in files(settings)


def test_each_uploaded_one_of_a_list_is_pinned_and_kept(client: FlaskClient) -> None:
    upload(client)
    other = upload(client, LINE * 7, "eval.jsonl")
    named = ["dataset:train.jsonl#10", "a/b", f"dataset:{other['id']}"]
    body = bodies.training(job_id="one", auto_start=False, data_path=named, val_dataset=named[2:])
    assert client.post(f"{TRAINING}/jobs", json=body).status_code == 201
    upload(client, LINE * 3, "eval.jsonl")

    job = client.get(f"{TRAINING}/jobs/one").json
    pinned = f"dataset:eval.jsonl@{other['sha256']}.jsonl"
    assert job["data_path"] == [f"dataset:train.jsonl@{SHA256}.jsonl#10", "a/b", pinned]
    assert job["val_dataset"] == [pinned]
    for name in ("train.jsonl", other["id"]):
        assert client.get(f"{DATASETS}/{name}").json["used_by"] == ["one"]


@pytest.mark.parametrize("option", ["val_dataset", "chord_sft_dataset"])
def test_an_unknown_data_set_in_an_option_is_refused_by_its_field(client: FlaskClient, option: str) -> None:
    answer = client.post(f"{TRAINING}/jobs", json=bodies.training(method="grpo", extra_args={option: "dataset:nobody"}))

    problem = expect_problem(answer, 422, "invalid_input")
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [
        (f"extra_args.{option}", "data_not_found")
    ]


def test_a_validation_set_that_the_method_cannot_use_is_refused_with_its_row(client: FlaskClient) -> None:
    upload(client)
    body = bodies.training(method="dpo", extra_args={"val_dataset": "dataset:train.jsonl"})

    [error] = expect_problem(client.post(f"{TRAINING}/jobs", json=body), 422)["errors"]

    assert (error["field"], error["code"]) == ("extra_args.val_dataset", "data_invalid")
    assert "line 1: dpo compares two answers" in error["message"]


@pytest.mark.parametrize(
    ("option", "why"),
    [
        ("cached_dataset", "a folder that ms-swift made is needed here"),
        ("cached_val_dataset", "a folder that ms-swift made is needed here"),
        ("eval_dataset", "the name of a benchmark is needed here"),
        ("ref_model", "the name of a model is needed here"),
    ],
)
def test_where_an_uploaded_file_is_of_no_use_the_reason_is_told(client: FlaskClient, option: str, why: str) -> None:
    upload(client)
    body = bodies.training(method="dpo", extra_args={option: "dataset:train.jsonl"})
    if option == "eval_dataset":  # of sft
        body["method"] = "sft"

    [error] = expect_problem(client.post(f"{TRAINING}/jobs", json=body), 422)["errors"]

    told = {
        "field": f"extra_args.{option}",
        "code": "data_invalid",
        "message": f"no uploaded data set can be used: {why}",
    }
    assert error == told


def test_a_data_set_that_goes_at_the_last_moment_is_named_by_its_field(client: FlaskClient, store: Store) -> None:
    upload(client)
    here, gone = f"dataset:a@{SHA256}.jsonl", f"dataset:b@{'0' * 64}.jsonl"
    spec = make_spec(data_path=here, extra_args={"val_dataset": [here, gone]})

    with pytest.raises(InvalidInput, match=r"extra_args\.val_dataset: this data set was deleted just now"):
        store.jobs.submit(make_job(spec=spec), "accepted")

    assert store.listings.all_ids() == []


def test_a_dry_run_looks_at_the_uploaded_file(client: FlaskClient, settings: Settings) -> None:
    upload(client)
    body = bodies.training(data_path="dataset:train.jsonl#10", extra_args={"val_dataset": "dataset:train.jsonl#5"})

    answer = client.post(f"{TRAINING}/jobs/validate", json=body)

    assert answer.status_code == 200, answer.text
    path = f"{settings.data_dir}/datasets/{SHA256}.jsonl"
    assert {f"--dataset={path}#10", f"--val_dataset={path}#5"} < set(answer.json["command"])


@pytest.mark.parametrize(
    "named", ["dataset:", "dataset:nobody", "dataset:../x", "dataset:#5", "dataset:a@b", "dataset:ds-" + "0" * 26]
)
def test_a_job_on_an_unknown_data_set_is_refused(client: FlaskClient, named: str) -> None:
    answer = client.post(f"{TRAINING}/jobs", json=bodies.training(data_path=named))

    problem = expect_problem(answer, 422, "invalid_input")
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [("data_path", "data_not_found")]


def test_a_job_on_an_unfinished_upload_is_refused(client: FlaskClient) -> None:
    made = announce(client, size=len(CONTENT))
    part(client, made["upload_url"], 0, LINE)
    far = (
        f"data_path: the upload of data set 'train.jsonl' is not finished: {len(LINE)}/{len(CONTENT)} bytes are there; "
        f"go on by PATCH {made['upload_url']} with Upload-Offset: {len(LINE)}, or by swt data push"
    )

    for named in (made["id"], "train.jsonl", "train.jsonl#10"):
        answer = client.post(f"{TRAINING}/jobs", json=bodies.training(data_path=f"dataset:{named}"))

        assert expect_problem(answer, 422)["detail"] == far


def test_a_new_upload_of_a_name_keeps_nobody_from_the_finished_one(client: FlaskClient) -> None:
    upload(client)
    announce(client)

    answer = client.post(f"{TRAINING}/jobs", json=bodies.training(data_path="dataset:train.jsonl"))

    assert answer.status_code == 201


def test_uploads_that_nobody_goes_on_with_are_forgotten(client: FlaskClient, settings: Settings) -> None:
    made = announce(client)
    part(client, made["upload_url"], 0, LINE)
    old = time.time() - 25 * 3600
    [left] = [settings.data_dir / "datasets" / name for name in files(settings)]
    os.utime(left, (old, old))

    announce(client, "next.jsonl")

    expect_problem(client.get(f"{DATASETS}/{made['id']}"), 404, "dataset_not_found")
    assert not Path(left).exists()


@hypothesis_settings(max_examples=25)
@given(cuts=st.lists(st.integers(0, len(CONTENT)), max_size=6), restarts=st.sets(st.integers(0, 6)))
def test_however_it_is_cut_the_whole_arrives(
    client: FlaskClient, settings: Settings, cuts: list[int], restarts: set[int]
) -> None:
    made = announce(client, "cut.jsonl", size=len(CONTENT))
    edges = sorted({0, *cuts, len(CONTENT)})
    answer = None
    for number, (start, end) in enumerate(pairwise(edges)):
        asked = create_app(settings).test_client() if number in restarts else client
        answer = part(asked, made["upload_url"], start, CONTENT[start:end])

    assert answer is not None
    assert (answer.status_code, answer.json["sha256"], answer.json["rows"]) == (200, SHA256, 50)
