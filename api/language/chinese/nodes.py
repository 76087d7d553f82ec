"""How nodes are, what operators said of them, and what became of the jobs of lost ones."""

from api.language.chinese.grammar import Table

NODES: Table = {
    "message": [
        ("{message:lost!}; queued again", "{message}；已重新排队"),
        ("cancelled; {message:lost!}", "已取消；{message}"),
        # Of jobs that nodes refused; what is said behind another sentence comes first.
        ("{message:message!} Refused by {said:said}.", "{message} 已被拒绝：{said}。"),
        ("{message:message!}; these were not asked: {nodes:node,}", "{message}；以下节点未能询问：{nodes}"),
        ("{message:refusal!}; queued again", "{message}；已重新排队"),
        ("{message:refusal!}", "{message}"),
        ("every node that could run it refused it: {said:said}", "所有能运行该任务的节点都已拒绝：{said}"),
        (
            "node '{node}' is alive: drain it and stop its jobs instead; with force, all that it runs is ended",
            "节点 '{node}' 仍在运行：请先停止分配（drain）并停止其任务；使用 force 将强制结束其上的所有任务",
        ),
        (
            "node '{node}' is alive: drain it and stop its worker first",
            "节点 '{node}' 仍在运行：请先停止分配并停止其 worker",
        ),
        (
            "node '{node}' still holds {jobs}: wait for their end, or declare it lost",
            "节点 '{node}' 仍被 {jobs} 占用：请等待其结束，或宣告该节点丢失",
        ),
        ("node {node} is not ready: {why:why}", "节点 {node} 尚未就绪：{why}"),
        ("node {node} is drained", "节点 {node} 已停止分配"),
        (
            "{word:ended!} by {by:actor}, by force; its GPUs stay leased until node {node} has proved that it is gone",
            "已被强制{word}，操作者：{by}；在节点 {node} 证实其进程已全部结束或被宣告丢失之前，其GPU仍被占用",
        ),
        ("{lost:lost!}", "{lost}"),
        ("{why:why!}", "{why}"),
    ],
    "refusal": [("node {node} refused it: {message:message}", "节点 {node} 拒绝了该任务：{message}")],
    "said": [
        ("{first:said!} | {rest:said!}", "{first} | {rest}"),
        ("and {count} more", "另有 {count} 个节点"),
        ("{node}: {message:message}", "{node}：{message}"),
    ],
    "ended": [("cancelled", "取消"), ("stopped", "停止")],
    "lost": [
        (
            "node {node} was declared lost by {actor:actor}: {reason}",
            "节点 {node} 已被宣告丢失，操作者：{actor}，原因：{reason}",
        ),
        ("node {node} was declared lost by {actor:actor}", "节点 {node} 已被宣告丢失，操作者：{actor}"),
        ("node {node} was declared lost", "节点 {node} 已被宣告丢失"),
    ],
    "node": [
        ("{node:node} and {count} more", "{node} 等（另有 {count} 个）"),
        ("{node} ({why:why!})", "{node}（{why}）"),
    ],
    "why": [
        ("{first:why!}; {second:why!}", "{first}；{second}"),
        ("drained by {actor:actor}: {reason}", "已停止分配，操作者：{actor}，原因：{reason}"),
        ("drained by {actor:actor}", "已停止分配，操作者：{actor}"),
        ("declared lost by {actor:actor}: {reason}", "已被宣告丢失，操作者：{actor}，原因：{reason}"),
        ("declared lost by {actor:actor}", "已被宣告丢失，操作者：{actor}"),
        ("declared lost", "已被宣告丢失"),
        ("silent for {seconds} s", "已 {seconds} 秒没有心跳"),
        ("its worker was stopped", "其 worker 已停止"),
        ("SWIFT_PYTHON {python} does not exist", "SWIFT_PYTHON {python} 不存在"),
        ("SWIFT_PYTHON {python} cannot be executed", "SWIFT_PYTHON {python} 无法执行"),
        (
            "SWIFT_PYTHON {python} has no ms-swift, or does not answer",
            "SWIFT_PYTHON {python} 中没有 ms-swift，或没有响应",
        ),
        ("DATA_DIR {folder} cannot be written: {error:system}", "DATA_DIR {folder} 无法写入：{error}"),
        ("its clock is {off} ahead of that of Redis", "其时钟比 Redis 快 {off}"),
        ("its clock is {off} behind Redis's", "其时钟比 Redis 慢 {off}"),
        ("its worker looks first what became of its jobs", "其 worker 正在核对任务状态"),
    ],
}
