"""Refusals of the API and of its store: what is missing, in the way, full, or not allowed."""

from api.language.chinese.grammar import Table
from common.access.origins import FOREIGN_PAGE

REFUSALS: Table = {
    "message": [
        # Jobs
        ("there is no job '{job}'", "任务 '{job}' 不存在"),
        ("there is no job '{job}', and no job can have this id", "任务 '{job}' 不存在，也不可能有这样的任务ID"),
        ("there is a job with the id '{job}' already", "任务ID '{job}' 已被使用"),
        (
            "the id '{job}' is that of a deleted job whose processes are being ended; it is free after that",
            "任务ID '{job}' 属于一个已删除的任务，其进程正在结束；结束后该ID即可使用",
        ),
        (
            "this Idempotency-Key came with another body before, and made job '{job}'",
            "该 Idempotency-Key 已用于不同的请求，对应任务 '{job}'",
        ),
        (
            "this Idempotency-Key made job '{job}', which was deleted since; send another key for a new job",
            "该 Idempotency-Key 对应的任务 '{job}' 已被删除，请使用新的 Idempotency-Key 创建任务",
        ),
        ("no node is connected", "没有已连接的节点"),
        # Streams
        (
            "all {count} seats for streams are taken; try again, or poll",
            "{count} 个实时连接都已占用，请稍后重试或改用轮询",
        ),
        # Keys
        ("send the API key: Authorization: Bearer <key>", "请提供 API 密钥：Authorization: Bearer <key>"),
        (
            "this API key is not known; send a valid one: Authorization: Bearer <key>",
            "该 API 密钥无效，请提供有效的密钥：Authorization: Bearer <key>",
        ),
        (
            "the API key '{key}' is {status:key_status}; send another: Authorization: Bearer <key>",
            "API 密钥 '{key}' {status}，请提供其他密钥：Authorization: Bearer <key>",
        ),
        (
            "this service has no API_KEY, so it answers its own machine only, as localhost",
            "本服务没有设置 API_KEY，因此只接受本机以 localhost 发出的请求",
        ),
        (
            FOREIGN_PAGE,
            "请求来自其他来源的网页，而本服务没有设置 API_KEY：请设置它，或在 CORS_ORIGINS 中列出该网页的来源",
        ),
        (
            "this needs a key with scope '{needed}'; the key '{key}' has '{scope}'",
            "需要权限为 '{needed}' 的密钥；密钥 '{key}' 的权限为 '{scope}'",
        ),
        ("there is an active key with the name '{key}': revoke it first", "名称 '{key}' 已被有效密钥使用，请先吊销"),
        ("there are {count} keys already: revoke some", "密钥已达 {count} 个，请先吊销一些"),
        ("there is no API key '{key}'", "密钥 '{key}' 不存在"),
        ("there is no node '{node}'", "节点 '{node}' 不存在"),
        (
            "a key may make {limit} requests (RATE_LIMIT); wait as long as Retry-After says",
            "每个密钥最多 {limit} 次请求（RATE_LIMIT），请按 Retry-After 的秒数等待后重试",
        ),
        (
            "this address sent too many wrong keys; wait, then send the right one",
            "该地址多次发送错误的密钥，请稍后使用正确的密钥重试",
        ),
        (
            "something went wrong on our side; the log has it under this request id",
            "服务内部错误，请根据 request_id 查看日志",
        ),
    ],
    "key_status": [("expired", "已过期"), ("revoked", "已吊销")],
}
