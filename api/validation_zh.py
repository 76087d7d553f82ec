"""Validation messages, marshmallow's own and ours, in Chinese. What is not known here stays in English."""

import re

_WORDS: dict[str, str] = {
    "Missing data for required field.": "缺少必填字段。",
    "Field may not be null.": "字段不能为空。",
    "Unknown field.": "未知字段。",
    "Invalid input type.": "输入类型无效。",
    "Not a valid string.": "不是有效的字符串。",
    "Not a valid integer.": "不是有效的整数。",
    "Not a valid number.": "不是有效的数字。",
    "Not a valid boolean.": "不是有效的布尔值。",
    "Not a valid list.": "不是有效的列表。",
    "Not a valid mapping type.": "不是有效的对象。",
    "Number too large.": "数字过大。",
    "Special numeric values (nan or infinity) are not permitted.": "不允许 NaN 或无穷大。",
    "String does not match expected pattern.": "字符串格式不符合要求。",
    "Has control characters.": "包含控制字符。",
    "Too long, or has control characters.": "过长或包含控制字符。",
    "Must be a text, number, boolean or a list of these.": "必须是文本、数字、布尔值或它们的列表。",
}
_PATTERNS: list[tuple[re.Pattern[str], str]] = [
    (re.compile(r"no such field"), "没有这个字段。"),
    (re.compile(r"no such field; did you mean (.+)\?", re.DOTALL), r"没有这个字段；您是指 \1 吗？"),
    (re.compile(r"Must be one of: (.+)\.", re.DOTALL), r"必须是以下之一：\1。"),
    (
        re.compile(r"Must be greater than or equal to (\S+) and less than or equal to (\S+)\."),
        r"必须在 \1 到 \2 之间。",
    ),
    (re.compile(r"Must be greater than or equal to (\S+) and less than (\S+)\."), r"必须大于等于 \1 且小于 \2。"),
    (re.compile(r"Must be greater than (\S+) and less than or equal to (\S+)\."), r"必须大于 \1 且小于等于 \2。"),
    (re.compile(r"Must be greater than or equal to (\S+)\."), r"必须大于等于 \1。"),
    (re.compile(r"Must be greater than (\S+)\."), r"必须大于 \1。"),
    (re.compile(r"Must be less than or equal to (\S+)\."), r"必须小于等于 \1。"),
    (re.compile(r"Must be less than (\S+)\."), r"必须小于 \1。"),
    (re.compile(r"Length must be between (\d+) and (\d+)\."), r"长度必须在 \1 到 \2 之间。"),
    (re.compile(r"Shorter than minimum length (\d+)\."), r"长度不能小于 \1。"),
    (re.compile(r"Longer than maximum length (\d+)\."), r"长度不能大于 \1。"),
]


def translate(message: str) -> str:
    """The Chinese sentence for one of marshmallow's, or the message itself."""
    if message in _WORDS:
        return _WORDS[message]
    for pattern, chinese in _PATTERNS:
        if found := pattern.fullmatch(message):
            return found.expand(chinese)
    return message
