"""How nodes are, what operators said of them, and what became of the jobs of lost ones."""

from api.chinese.grammar import Table

NODES: Table = {
    "message": [
        ("{message:lost!}; queued again", "{message}；已重新排队"),
        ("cancelled; {message:lost!}", "已取消；{message}"),
        ("node {node} is not ready: {why:why}", "节点 {node} 尚未就绪：{why}"),
        ("node {node} is drained", "节点 {node} 已停止分配"),
        (
            "{word:ended!} by {by:actor}, by force; its GPUs stay leased until node {node} has proved that it is gone",
            "已被强制{word}，操作者：{by}；在节点 {node} 证实其进程已全部结束或被宣告丢失之前，其GPU仍被占用",
        ),
        ("{lost:lost!}", "{lost}"),
        ("{why:why!}", "{why}"),
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
        ("its worker looks first what became of its jobs", "其 worker 正在核对任务状态"),
    ],
}
