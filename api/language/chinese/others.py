"""Errors that others worded: what an HTTP error says in Chinese when Flask, werkzeug or Flask-Limiter found the words:
they know English only.
"""

from api.language.chinese import in_chinese

# By the problem's code; what they say is the detail.
BY_CODE = {
    "malformed_request": "请求格式错误：{detail}",
    "too_many_requests": "请求过于频繁，请稍后重试：{detail}",
}
OTHER = "请求无法完成：{detail}"


def in_chinese_for_others(code: str, message: str) -> str:
    """Ours where it is a sentence of ours; else what its code means, and their words behind it."""
    ours = in_chinese(message)
    return ours if ours != message else BY_CODE.get(code, OTHER).format(detail=message)
