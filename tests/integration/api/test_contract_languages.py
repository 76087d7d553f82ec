"""Answers in the reader's language."""

import pytest
from flask.testing import FlaskClient

from tests import bodies
from tests.integration.api.submitting import TRAINING, submit

pytestmark = pytest.mark.integration

CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}


def test_a_chinese_reader_gets_the_seeds_own_sentences(client: FlaskClient) -> None:
    waits = client.post(f"{TRAINING}/jobs", json=bodies.training(job_id="a"), headers=CHINESE)
    held = client.post(f"{TRAINING}/jobs", json=bodies.training(job_id="b", auto_start=False), headers=CHINESE)

    assert waits.json["message"] == "训练任务已创建并加入GPU队列"
    assert held.json["message"].startswith("训练任务创建成功")
    assert waits.headers["Content-Language"] == "zh"
    assert "Accept-Language" in waits.headers["Vary"]


@pytest.mark.parametrize("preference", ["", "en", "fr", "en-GB,zh;q=0.5", "*", ";;;"])
def test_everybody_else_gets_english(client: FlaskClient, preference: str) -> None:
    submit(client)

    answer = client.post(f"{TRAINING}/jobs/one/stop", headers={"Accept-Language": preference})

    assert answer.json["message"] == "job was cancelled"
    assert answer.headers["Content-Language"] == "en"


def test_problems_are_told_in_chinese_too(client: FlaskClient) -> None:
    missing = client.get(f"{TRAINING}/jobs/nobody", headers=CHINESE)
    wrong = client.post(f"{TRAINING}/jobs", json={"priority": 11, "extra": 1}, headers=CHINESE)
    nowhere = client.get("/nowhere", headers=CHINESE)

    assert missing.json["detail"] == missing.json["error"] == "任务 'nobody' 不存在"
    told = {error["field"]: error["message"] for error in wrong.json["errors"]}
    assert told["data_path"] == "缺少必填字段。"
    assert told["priority"] == "必须在 0 到 10 之间。"
    assert told["extra"] == "没有这个字段；您是指 extra_args 吗？"
    assert "data_path: 缺少必填字段。" in wrong.json["detail"]
    assert (nowhere.status_code, nowhere.json["detail"]) == (404, "请求的路径不存在，全部路径见 /docs")
