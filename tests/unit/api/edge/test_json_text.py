from flask import Flask

from api.edge.json_text import ReadableJson


def test_chinese_is_answered_as_it_is_written() -> None:
    assert ReadableJson(Flask("test")).dumps({"b": "任务已取消", "a": 1}) == '{"b": "任务已取消", "a": 1}'


def test_half_a_character_is_answered_all_the_same() -> None:
    assert ReadableJson(Flask("test")).dumps({"name": "任\ud800"}) == '{"name": "\\u4efb\\ud800"}'
