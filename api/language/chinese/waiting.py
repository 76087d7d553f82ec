"""Why a job waits and for how long: sentences of the scheduler's explanations and estimates."""

from api.language.chinese.grammar import Table

WAITING: Table = {
    "message": [
        ("{needs:needs!}; {facts:facts}.", "{needs}；{facts}。"),
        (
            "Placing is paused; it goes on when the queue processor is started.",
            "任务分配已暂停，启动队列处理器后继续。",
        ),
        (
            "Redis was started anew: nothing is placed before {nodes:names} spoke, or was silent for too long.",
            "Redis已重新启动：在 {nodes} 发出心跳（或静默过久）之前不分配任务。",
        ),
        ("It goes on as soon as the nodes have spoken.", "节点发出心跳后立即继续。"),
        ("No node is registered; start a worker on a GPU machine.", "没有已注册的节点，请在GPU机器上启动worker。"),
        ("The last attempt failed; it is tried again at {moment}.", "上一次尝试失败，将于 {moment} 重试。"),
        ("its turn comes with one of the next passes", "将在接下来的某一轮调度中处理"),
        # How long
        ("{first:span!} to {last:span}; {basis:message}", "{first} 到 {last}；{basis}"),
        ("unknown yet", "暂时未知"),
        ("unknown", "未知"),
        ("Placing is paused.", "任务分配已暂停。"),
        ("It is not tried before its back-off ends.", "重试等待时间结束之前不会启动。"),
        ("It cannot start on the nodes there are.", "现有节点无法运行该任务。"),
        ("No node that could run it accepts work.", "能运行该任务的节点都不接受任务。"),
        ("No running job has reported its remaining time yet.", "运行中的任务都还没有报告剩余时间。"),
        (
            "The work it waits for has not reported its remaining time yet.",
            "该任务所等待的任务还没有报告剩余时间。",
        ),
        ("Nobody knows how long a workload ahead of it will run.", "无法得知排在前面的任务要运行多久。"),
        ("Nobody knows when the server that has its port ends.", "无法得知占用其端口的服务何时结束。"),
        ("Only the first {count} that wait are estimated.", "只估算排在最前面的 {count} 个任务。"),
        ("By the measured remaining time of running work.", "依据运行中任务实测的剩余时间。"),
        (
            "By the measured remaining time of running work and the expected length of what is ahead.",
            "依据运行中任务实测的剩余时间和排在前面的任务的预计时长。",
        ),
    ],
    "needs": [
        ("Waits for {node}, which has its finished training", "等待节点 {node}，其上有该任务已完成的训练"),
        ("Needs {wanted:wanted}", "需要 {wanted}"),
    ],
    "wanted": [
        ("{wanted:wanted} on nodes labelled {labels:names}", "{wanted}，节点标签 {labels}"),
        ("{wanted:wanted} on nodes with {packages:names}", "{wanted}，节点装有 {packages}"),
        ("{wanted:wanted} and a port", "{wanted}，以及一个端口"),
        ("{wanted:wanted} and port {port}", "{wanted}，以及端口 {port}"),
        ("{wanted:wanted} on {nodes:names}", "{wanted}，节点 {nodes}"),
        ("{wanted:wanted} with at least {memory} GiB", "{wanted}，显存至少 {memory} GiB"),
        ("{wanted:wanted} of model {model}", "{wanted}，型号 {model}"),
        ("{nodes:wanted} with {gpus:wanted} each", "{nodes}，每个节点 {gpus}"),
        ("{memory} GiB of a GPU", "单个GPU的 {memory} GiB 显存"),
        ("{count} GPU", "{count} 个GPU"),
        ("{count} GPUs", "{count} 个GPU"),
        ("{count} node", "{count} 个节点"),
        ("{count} nodes", "{count} 个节点"),
    ],
    "facts": [
        ("{nodes:node,} could run it but does not accept work now", "{nodes} 可以运行它，但目前不接受任务"),
        ("{facts:facts}, until about {moment}", "{facts}，大约到 {moment}"),
        (
            "the free GPUs that would do are kept for {job}, which is ahead of it",
            "可用的空闲GPU已为排在前面的 {job} 保留",
        ),
        ("{facts:facts}; the nodes have {models:names}", "{facts}；现有型号：{models}"),
        (
            "all ports of the nodes that could run it ({ranges:names}) are leased",
            "能运行它的节点的端口（{ranges}）都已分配",
        ),
        (
            "port {port} is leased by {jobs:names} where it could run; it comes free when that one ends",
            "能运行它的节点上，端口 {port} 已分配给 {jobs}，待其结束后释放",
        ),
        ("{facts:facts}; of a shared one at most {size} GiB are left", "{facts}；共享的GPU最多还剩 {size} GiB"),
        ("no node has such a GPU", "没有节点有这样的GPU"),
        (
            (
                "no node has the package {packages:names}: run `pip install {same}` in the environment of a node's "
                "ms-swift, and it starts within a minute"
            ),
            "没有节点装有软件包 {packages}：请在某个节点的 ms-swift 环境中运行 `pip install {same}`，一分钟内即可开始",
        ),
        ("there is no node {nodes:names}", "没有名为 {nodes} 的节点"),
        ("only {count} {nodes} {has} that many", "只有 {count} 个节点有这么多"),
        ("the largest node, {node}, has {count}", "最大的节点 {node} 只有 {count} 个"),
        ("{facts:facts}, but {nodes:holders} free", "{facts}，但{nodes}个空闲GPU"),
        ("{counts:count,}", "{counts}"),
    ],
    "count": [
        ("{free} of {total} {is_} free", "{total} 个中有 {free} 个空闲"),
        ("{count} {is_} {what:use!}", "{count} 个{what}"),
    ],
    "use": [
        ("kept for {job:whom}", "已保留给{job}"),
        ("leased", "已被占用"),
        ("used by processes outside this service", "被本服务以外的进程占用"),
        ("unhealthy", "状态异常"),
    ],
    "whom": [("it", "该任务"), ("it and others", "该任务和其他任务"), ("others", "其他任务")],
    "holders": [
        ("no node has {count}", "没有节点有 {count} "),
        ("only {count} {nodes} {has} {gpus}", "只有 {count} 个节点有 {gpus} "),
    ],
    "names": [
        ("{names:names} and {count} more", "{names} 等（另有 {count} 个）"),
        ("{first} or {others:names}", "{first} 或 {others}"),
    ],
    "span": [
        ("{hours} h {minutes} min", "{hours} 小时 {minutes} 分钟"),
        ("{minutes} min {seconds} s", "{minutes} 分 {seconds} 秒"),
        ("{seconds} s", "{seconds} 秒"),
    ],
}
