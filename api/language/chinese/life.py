"""A job's life: what happens to it, as its events tell, and how an attempt ends."""

from api.language.chinese.grammar import Table

LIFE: Table = {
    "message": [
        # What is said behind another sentence comes first.
        ("{message:message}, held until it is started", "{message}，启动之前保持挂起"),
        ("{message:message}; queued again", "{message}；已重新排队"),
        ("{message:message}; queued again (on_node_lost=requeue)", "{message}；已重新排队 (on_node_lost=requeue)"),
        ("{message:message}; tried {count} times", "{message}；共尝试 {count} 次"),
        ("{message:message}, and it was tried {count} times already", "{message}，并且已经尝试 {count} 次"),
        (
            "{message:message}; the job may well be alive, so its GPUs are kept (on_node_lost=wait)",
            "{message}；任务可能仍在运行，其GPU继续保留 (on_node_lost=wait)",
        ),
        ("{message:message}, and {gpus:gpus} of node {node}", "{message}，以及节点 {node} 的{gpus}"),
        ("cancelled; {message:message}", "已取消；{message}"),
        (
            "{message:message}; restart {number} of at most {most} in {seconds} s",
            "{message}；{seconds} 秒后第 {number} 次重启，最多 {most} 次",
        ),
        (
            "{message:message}; install {engine} beside ms-swift on the node, or choose another infer_backend",
            "{message}；请在节点的 ms-swift 环境中安装 {engine}，或选择其他 infer_backend",
        ),
        # Users
        ("the user", "用户"),
        ("accepted from {actor:actor} with priority {priority}", "任务已接受，提交者：{actor}，优先级：{priority}"),
        ("accepted as an export of {job}", "已接受，将导出任务 {job}"),
        ("started by {actor:actor}", "已启动，操作者：{actor}"),
        ("taken out of the queue by {actor:actor}", "已移出队列，操作者：{actor}"),
        ("cancelled by the user; all its processes have ended", "已被用户取消，所有进程均已结束"),
        ("cancelled by {actor:actor}, to be deleted", "已取消，即将删除，操作者：{actor}"),
        ("cancelled by {actor:actor}", "已取消，操作者：{actor}"),
        ("priority {old} became {new}, by {actor:actor}", "优先级由 {old} 改为 {new}，操作者：{actor}"),
        ("export {export} was asked for by {actor:actor}", "已申请导出 {export}，操作者：{actor}"),
        # Scheduler
        ("assigned {gpus:gpus} of node {node}", "已分配节点 {node} 的{gpus}"),
        ("node {node} has been silent {silence:silence}", "节点 {node} 失联，{silence}"),
        (
            "another disk speaks for node {node} than the one that it ran on",
            "节点 {node} 现由另一块磁盘代表，并非任务运行时的那一块",
        ),
        ("version {version} answers for model {model} from now on", "模型 {model} 现由版本 {version} 提供服务"),
        # Node: on the way
        ("downloads data set '{dataset}' from the API", "正在从API下载数据集 '{dataset}'"),
        ("{what:phase} started on node {node}, process {process}", "{what}已在节点 {node} 启动，进程 {process}"),
        ("training is done; merges {checkpoint} into the model", "训练完成，正在将 {checkpoint} 合并到模型"),
        (
            "goes on from {checkpoint} of attempt {attempt}, which node {node} wrote",
            "从第 {attempt} 次尝试的 {checkpoint} 继续，由节点 {node} 写入",
        ),
        ("goes on from {checkpoint} of attempt {attempt}", "从第 {attempt} 次尝试的 {checkpoint} 继续"),
        (
            "attempt {attempt} finished its training on node {node}, and that cannot be read here; {message:message}",
            "第 {attempt} 次尝试已在节点 {node} 完成训练，但此处无法读取；{message}",
        ),
        (
            "training was done in attempt {attempt}; only merges",
            "训练已在第 {attempt} 次尝试中完成，此次只进行合并",
        ),
        (
            "training was done in attempt {attempt}; nothing is left to do",
            "训练已在第 {attempt} 次尝试中完成，没有其他步骤",
        ),
        ("an earlier attempt quantised the model; goes on behind that", "之前的尝试已完成量化，从其后继续"),
        ("an earlier attempt merged the model; goes on behind that", "之前的尝试已完成合并，从其后继续"),
        ("the disk of node {node} is full: {what}", "节点 {node} 的磁盘已满：{what}"),
        (
            "{disk} on node {node} has only {size} MiB free",
            "节点 {node} 上的 {disk} 仅剩 {size} MiB 可用空间",
        ),
        (
            "DATA_DIR has {size} MiB free, NODE_MIN_FREE_BYTES asks for {wanted}",
            "DATA_DIR 仅剩 {size} MiB 可用空间，NODE_MIN_FREE_BYTES 要求 {wanted}",
        ),
        ("nothing is left to run on node {node}", "节点 {node} 上没有需要运行的步骤"),
        (
            "starts anew: {checkpoint} has no optimizer state (save_only_model)",
            "从头开始：{checkpoint} 没有优化器状态 (save_only_model)",
        ),
        (
            "starts anew: no earlier attempt left a checkpoint on this node",
            "从头开始：之前的尝试没有在该节点留下检查点",
        ),
        # Node: a store that forgot
        (
            "recovered: node {node} kept {what:kept}, which the store had forgotten",
            "已恢复：存储已遗忘{what}，由节点 {node} 保留",
        ),
        (
            "attempt {attempt} of {job} runs and is not in the store: {why:kept}",
            "{job} 的第 {attempt} 次尝试正在运行，但不在存储中：{why}",
        ),
        # Node: a training that makes no step
        ("it has not made its first step within {seconds} s of its start", "启动后 {seconds} 秒内没有完成第一步"),
        (
            "its evaluation has not gone on for {seconds} s, at {place:place}",
            "评估已 {seconds} 秒没有进展，位于{place}",
        ),
        (
            "it saves, and nothing has been written for {seconds} s, at {place:place}",
            "正在保存，但已 {seconds} 秒没有写入，位于{place}",
        ),
        ("{message:message}; a step takes {seconds} s", "{message}；每步需要 {seconds} 秒"),
        ("it has made no step for {seconds} s, at {place:place}", "已 {seconds} 秒没有完成任何一步，位于{place}"),
        ("it goes on, at {place:place}", "已恢复，位于{place}"),
        (
            "{message:message}; it was ended, and its log shows what it was doing",
            "{message}；已被结束，日志中有它当时的调用栈",
        ),
        (
            "it hung behind its last step and was ended; its training was done",
            "它在最后一步之后挂起，已被结束；训练本身已完成",
        ),
        # Node: the end
        ("{message:message}; the whole log is in {path}", "{message}；完整日志位于 {path}"),
        (
            "{bytes} bytes of its log and {metrics} bytes of its metrics were not shipped within {seconds} s",
            "日志的 {bytes} 字节和指标的 {metrics} 字节未能在 {seconds} 秒内送出",
        ),
        (
            "trained {steps} steps, from {began} to {ended}; {why:message}",
            "训练完成，共 {steps} 步，从第 {began} 步到第 {ended} 步；{why}",
        ),
        ("trained {steps} steps, from {began} to {ended}", "训练完成，共 {steps} 步，从第 {began} 步到第 {ended} 步"),
        ("trained {steps} steps; {why:message}", "训练完成，共 {steps} 步；{why}"),
        ("trained {steps} steps", "训练完成，共 {steps} 步"),
        (
            "took {best}, the best by {metric} ({value}); save_total_limit left no last one",
            "采用按 {metric} 最佳的 {best} ({value})；最后一个检查点已因 save_total_limit 被删除",
        ),
        (
            "took {best}, the best by {metric} ({value}); the last, {last}, has {other}",
            "采用按 {metric} 最佳的 {best} ({value})；最后的 {last} 为 {other}",
        ),
        (
            "took {best}, the best by {metric} ({value}) and the last",
            "采用按 {metric} 最佳的 {best} ({value})，它也是最后一个",
        ),
        (
            "took the last, {last}: the best by {metric}, {best}, is gone or not whole",
            "采用最后的 {last}：按 {metric} 最佳的 {best} 已不存在或不完整",
        ),
        (
            "took the last, {last}: none was evaluated by {metric}",
            "采用最后的 {last}：没有任何检查点按 {metric} 评估过",
        ),
        ("exported", "导出完成"),
        ("its process could not be started: {error:system}", "进程无法启动：{error}"),
        ("rank {rank}: {error:system}", "rank {rank}：{error}"),
        ("it ran longer than its time limit of {seconds} s", "运行时间超过了 {seconds} 秒的上限"),
        ("its runner was told to stop ({reason})", "runner 被要求停止 ({reason})"),
        ("its runner did not come up within {seconds} s", "runner 在 {seconds} 秒内没有启动"),
        ("its runner was killed", "runner 被强制结束"),
        (
            "its runner was killed; no control group held its processes: those that it had seen are ended",
            "runner 被强制结束；其进程不在任何控制组中：runner 见过的进程均已结束",
        ),
        ("its state on the node's disk was removed while it ran", "运行期间，它在节点磁盘上的状态文件夹被删除"),
        ("node {node} was rebooted while it ran", "运行期间节点 {node} 重启"),
        (
            "the worker cannot follow it just now ({error}); nothing was ended, it tries again in {seconds} s",
            "worker 暂时无法跟踪该任务 ({error})；没有结束任何进程，{seconds} 秒后重试",
        ),
        ("the worker cannot follow it: {error}", "worker 无法跟踪该任务：{error}"),
        ("checkpoint {checkpoint} is not on node {node}", "检查点 {checkpoint} 不在节点 {node} 上"),
        (
            (
                "the loss was no number from the first on; the model's weights may hold NaN (copy it again, whole), or"
                " its numbers are too large for float16 (set torch_dtype bfloat16 or float32)"
            ),
            (
                "损失从一开始就不是有效数字；模型权重中可能有 NaN（请重新完整复制模型），"
                "或其数值超出 float16 的范围（请将 torch_dtype 设为 bfloat16 或 float32）"
            ),
        ),
        ("the loss is no longer a number; try a lower learning rate", "损失已不是有效数字，请尝试更低的学习率"),
        ("training ended by itself at step {step} of {steps:steps}", "训练在第 {step} 步自行结束，总步数：{steps}"),
        ("training ended without a complete checkpoint", "训练结束，但没有完整的检查点"),
        ("the export ended without a complete model", "导出结束，但没有完整的模型"),
        (
            "the host ran out of memory and its kernel killed the process",
            "主机内存不足，内核强制结束了进程",
        ),
        (
            "signal 9 killed the process; the usual cause is too little memory on the host",
            "进程被信号 9 强制结束，通常是主机内存不足",
        ),
        ("signal {signal} ended the process", "进程被信号 {signal} 结束"),
        ("ms-swift ended with exit code {code}: {why}", "ms-swift 退出码为 {code}：{why}"),
        ("ms-swift ended with exit code {code}", "ms-swift 退出码为 {code}"),
        (
            "{setting} is not set: a server without a key would answer anybody",
            "没有设置 {setting}：没有密钥的服务会回答任何人",
        ),
        ("port {port} is taken by another process", "端口 {port} 被其他进程占用"),
        # Node: its data set
        ("data set '{dataset}' is not on this node", "数据集 '{dataset}' 不在该节点上"),
        ("{message:message}, so it cannot be downloaded", "{message}，因此无法下载"),
        (
            "data set '{dataset}' is not below this node's DATA_DIR, and its setting API_URL is empty",
            "数据集 '{dataset}' 不在该节点的 DATA_DIR 下，且该节点没有设置 API_URL",
        ),
        ("data set '{dataset}' cannot be downloaded: {error:message}", "数据集 '{dataset}' 无法下载：{error}"),
        (
            "data set '{dataset}' arrived damaged: its SHA-256 is another",
            "数据集 '{dataset}' 下载后已损坏：SHA-256 不一致",
        ),
        ("this node's disk has no room for {bytes} bytes", "该节点的磁盘放不下 {bytes} 字节"),
        (
            "the service has no data set '{dataset}' of this content any more",
            "服务中已没有这一内容的数据集 '{dataset}'",
        ),
        (
            "the service answered {status}; look at this node's API_URL and API_KEY",
            "服务返回 {status}，请检查该节点的 API_URL 和 API_KEY",
        ),
    ],
    "gpus": [("{memory} MiB of {gpus:gpus}", "{gpus} 上的 {memory} MiB")],
    "place": [("step {step} of {steps}", "第 {step} 步（共 {steps} 步）")],
    "actor": [("the user", "用户")],
    "kept": [
        ("its end", "它的结束"),
        ("what runs of it", "正在运行的部分"),
        ("another job has its id now", "该ID现已属于另一个任务"),
        ("another one holds the lease of its GPU or port", "它的GPU或端口已分配给另一个任务"),
        ("the store lost its record, and this disk has none", "存储丢失了它的记录，本机磁盘上也没有"),
    ],
    "silence": [("for ever", "没有该节点的记录"), ("for {seconds} s", "已 {seconds} 秒没有心跳")],
    "phase": [
        ("training", "训练"),
        ("a model server", "模型服务"),
        ("merging {checkpoint} into the model", "将 {checkpoint} 合并到模型的任务"),
    ],
    "steps": [("an unknown number", "未知")],
}
