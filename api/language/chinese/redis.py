"""Redis: why it takes nothing, and what strains it although it does."""

from api.language.chinese.grammar import Table

REDIS: Table = {
    "message": [
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
        ("Redis failed: {error}", "Redis 出错：{error}"),
        ("{strain:strain!}", "{strain}"),
    ],
    "strain": [
        ("{first:strain!}; {second:strain!}", "{first}; {second}"),
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
    ],
}
