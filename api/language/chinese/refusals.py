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
        # Redis
        ("Redis does not answer; nothing was lost, try again in a moment", "Redis 没有响应，数据没有丢失，请稍后重试"),
        ("Redis is full: it has reached its maxmemory, give it more", "Redis 已满：内存达到 maxmemory，请调大该值"),
        (
            "Redis cannot save what it is told: its disk is full or fails, make room there and see its log",
            "Redis 无法保存数据：其磁盘已满或出错，请清理磁盘并查看其日志",
        ),
        (
            "Redis is loading its data; nothing was lost, try again in a moment",
            "Redis 正在加载数据，数据没有丢失，请稍后重试",
        ),
        (
            "this Redis is a replica that has lost its master: mend that, or use its master instead",
            "该 Redis 是失去主节点的副本：请修复连接，或改用其主节点",
        ),
        (
            "this Redis is a replica and takes no writes: use its master, or make it one (REPLICAOF NO ONE)",
            "该 Redis 是只读副本：请改用其主节点，或将其设为主节点（REPLICAOF NO ONE）",
        ),
        (
            "Redis takes no writes while too few replicas keep up: mend them, or lower its min-replicas-to-write",
            "跟上进度的副本太少，Redis 暂不接受写入：请修复副本，或调小其 min-replicas-to-write",
        ),
        ("Redis does not take writes now, try again in a moment", "Redis 暂时不能写入，请稍后重试"),
        (
            "Redis does not let this service in: its user or password, or what that user may do",
            "Redis 拒绝本服务登录：请检查其用户名、密码或权限",
        ),
        ("Redis is slow: a write took {seconds} s", "Redis 响应缓慢：一次写入用了 {seconds} 秒"),
        (
            "this Redis is a replica, though a writable one: what it is told is lost when its master sends anew",
            "该 Redis 是可写的副本：主节点重新同步时写入的内容会丢失",
        ),
        (
            "Redis could not save its data the last time, and goes on: make room on its disk, then let it BGSAVE",
            "Redis 上次保存数据失败，但仍接受写入：请清理其磁盘，然后执行 BGSAVE",
        ),
        (
            "Redis could not write its append-only file the last time: its disk is full or fails, make room there",
            "Redis 上次写入 AOF 文件失败：其磁盘已满或出错，请清理磁盘",
        ),
        (
            "Redis could not rewrite its append-only file, which grows: make room on its disk, then BGREWRITEAOF",
            "Redis 重写 AOF 文件失败，文件会不断增大：请清理其磁盘，然后执行 BGREWRITEAOF",
        ),
        (
            "Redis does not tell how it does: give this service's user the right to INFO (+info)",
            "无法得知 Redis 的状态：请为本服务的 Redis 用户授予 INFO 权限 (+info)",
        ),
        ("Redis is nearly full: it uses {percent} of its maxmemory", "Redis 内存将满：已使用 maxmemory 的 {percent}"),
        (
            "a replica of Redis has been silent for {seconds} s: if it took over, that much was lost",
            "Redis 的一个副本已 {seconds} 秒没有响应：若由它接管，会丢失这段时间的数据",
        ),
        (
            "{count} replicas of Redis are not in step yet: they cannot take over",
            "Redis 的 {count} 个副本尚未同步，无法接管",
        ),
        ("Redis failed: {error}", "Redis 出错：{error}"),
        ("no node is connected", "没有已连接的节点"),
        # Streams
        (
            "all {count} places for streams are taken; try again, or poll",
            "{count} 个实时连接都已占用，请稍后重试或改用轮询",
        ),
        # Queries
        (
            "the query parameter {name} is none of this endpoint's: it was ignored",
            "该接口没有查询参数 {name}，已忽略",
        ),
        (
            "the query parameter {name} was sent more than once: the first, {pair}, counted",
            "查询参数 {name} 重复发送，以第一个 {pair} 为准",
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
        # Data sets
        ("there is no data set '{dataset}'", "数据集 '{dataset}' 不存在"),
        ("this data set was deleted just now; upload it again", "该数据集刚刚被删除，请重新上传"),
        ("this upload is not finished", "上传尚未完成"),
        ("this upload is finished", "上传已经完成"),
        ("this upload was deleted meanwhile", "该上传已被删除"),
        (
            "the upload is at byte {at}, not {sent}: go on from there",
            "上传已到第 {at} 字节，而不是 {sent}，请从该处继续",
        ),
        (
            "the connection broke; ask where the upload is, then go on from there",
            "连接中断，请先查询上传进度，再从该处继续",
        ),
        ("another request writes this upload just now", "另一个请求正在写入该上传"),
        ("{count} uploads are not finished: finish or delete some", "有 {count} 个上传尚未完成，请先完成或删除一些"),
        ("the content of data set '{dataset}' is not on this machine", "数据集 '{dataset}' 的内容不在这台机器上"),
        (
            "data set '{dataset}' is used by jobs that have not ended: {jobs}",
            "数据集 '{dataset}' 正被尚未结束的任务使用：{jobs}",
        ),
        ("a data set may have {bytes} bytes (DATASET_MAX_BYTES)", "数据集最多 {bytes} 字节 (DATASET_MAX_BYTES)"),
        ("more was sent than the {bytes} bytes that were announced", "发送的内容超过了声明的 {bytes} 字节"),
        (
            "only {there} of the {bytes} bytes that were announced are there; send the rest",
            "声明的 {bytes} 字节只收到 {there} 字节，请发送剩余部分",
        ),
        (
            "what arrived has the SHA-256 {sha256}; it was thrown away, send it again",
            "收到的内容 SHA-256 为 {sha256}，已丢弃，请重新发送",
        ),
        ("{message:message}; the upload was thrown away", "{message}；上传的内容已丢弃"),
        (
            (
                "the service has {free} bytes of disk left, of which {kept} have to stay free; "
                "delete data sets that nobody needs"
            ),
            "服务器磁盘剩余 {free} 字节，其中 {kept} 字节必须保留，请删除不再需要的数据集",
        ),
        (
            "the disk of the service is full; delete data sets that nobody needs",
            "服务器磁盘已满，请删除不再需要的数据集",
        ),
        # Bodies
        ("send JSON: Content-Type: application/json", "请发送 JSON：Content-Type: application/json"),
        (
            "Content-Encoding: {encoding} is not unpacked here; send the body as it is",
            "不支持 Content-Encoding: {encoding}，请发送未压缩的请求体",
        ),
        ("the body is not JSON: {name} is no number of it", "请求体不是有效的 JSON：{name} 不是 JSON 的数字"),
        ("the body is not JSON: {error:json_place}", "请求体不是有效的 JSON：{error}"),
        ("the body is not UTF-8: byte {byte} is wrong", "请求体不是 UTF-8：第 {byte} 字节有误"),
        (
            "the body has half of a surrogate pair in a text: this is no character",
            "请求体的文本中有不成对的代理字符",
        ),
        ("the body has a number of more than {count} digits", "请求体中有超过 {count} 位的数字"),
        ("the body has a number that is too large: {number}", "请求体中有过大的数字：{number}"),
        ("the body has the name {name} twice in one object", "请求体的同一个对象中名称 {name} 重复"),
        ("the body is nested more than {count} levels deep", "请求体嵌套超过 {count} 层"),
        ("the body is not in chunks as HTTP has them", "请求体的分块格式不符合 HTTP"),
        (
            "something went wrong on our side; the log has it under this request id",
            "服务内部错误，请根据 request_id 查看日志",
        ),
    ],
    "key_status": [("expired", "已过期"), ("revoked", "已吊销")],
}
