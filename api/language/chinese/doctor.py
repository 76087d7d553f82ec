"""What the doctor finds."""

from api.language.chinese.grammar import Table

DOCTOR: Table = {
    "message": [
        (
            "{began:began!}, and node {node} had known earlier data. {gone:gone!}.",
            "{began}，而节点 {node} 曾有更早的数据。{gone}。",
        ),
        (
            (
                "The store has version {version}, and this release makes version {latest} of it: "
                "run swt migrate when every process is of this release."
            ),
            "存储的版本为 {version}，本版程序会将其升级到版本 {latest}：待所有进程均更新到本版后，请运行 swt migrate。",
        ),
        (
            "Redis holds an older copy of its data: node {node} knew more at {moment}, and has told it.",
            "Redis中的数据是较早的副本：节点 {node} 在 {moment} 知道更多，并已补上。",
        ),
        (
            "Redis may throw away records of jobs when its memory is full: its maxmemory-policy is {policy}.",
            "内存占满时Redis可能丢弃任务记录：其 maxmemory-policy 为 {policy}。",
        ),
        ("Redis forgets everything when it ends: appendonly is off.", "Redis结束时会丢失全部数据：appendonly 未开启。"),
        (
            "Redis may lose what it acknowledged in its last seconds: appendfsync is {fsync}.",
            "Redis可能丢失最后几秒已确认的写入：appendfsync 为 {fsync}。",
        ),
        ("Node {node} takes no work: {why:why}.", "节点 {node} 不接受任务：{why}。"),
        ("On node {node}, {what:message}.", "在节点 {node} 上，{what}。"),
        (
            "{job} runs on node {node}, which is silent; its policy is on_node_lost={policy}.",
            "{job} 运行在没有心跳的节点 {node} 上；其策略为 on_node_lost={policy}。",
        ),
        (
            "{job} was deleted at {moment}, and may run on node {node} still: its GPUs are kept.",
            "{job} 已于 {moment} 删除，但尚未证实其在节点 {node} 上的进程已全部结束：其GPU仍被占用。",
        ),
        (
            "Node {node} registered {job}, attempt {attempt}, again at {moment}: Redis had forgotten it.",
            "节点 {node} 于 {moment} 重新登记了 {job} 的第 {attempt} 次尝试：Redis曾将其遗忘。",
        ),
        (
            "No duties process has been here since {moment}: what is old is not forgotten.",
            "自 {moment} 起没有后台事务进程运行：过期的内容不会被清理。",
        ),
        (
            "No duties process was ever here: what is old is not forgotten.",
            "从未有后台事务进程运行：过期的内容不会被清理。",
        ),
        (
            "Records and leases were not compared: {count} jobs are too many to read.",
            "没有核对记录与租约：任务多达 {count} 个，无法全部读取。",
        ),
        ("The records contradict one another: {problem}.", "记录相互矛盾：{problem}。"),
    ],
    "began": [
        (
            "Redis was emptied, or replaced by another one: this data began at {moment}",
            "Redis已被清空或替换：现有数据始于 {moment}",
        )
    ],
    "gone": [
        (
            "What only that held is gone: waiting and ended jobs, API keys, names of data sets",
            "只存于其中的内容已丢失：等待中和已结束的任务、API密钥、数据集名称",
        )
    ],
}
