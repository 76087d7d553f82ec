"""Deployments as users ask for them: what they do to one, its versions, and refusals."""

from api.language.chinese.grammar import Table

DEPLOYMENTS: Table = {
    "message": [
        # Fields
        ("Must be a size such as 16GB or 8192MiB.", "必须是容量，例如 16GB 或 8192MiB。"),
        (
            "Only one of several replicas could have it: leave it out.",
            "有多个副本时端口只能由其中一个使用，请勿指定。",
        ),
        (
            "Is a part of one GPU: leave it out, or take gpus 1.",
            "表示单个GPU的一部分显存，请勿指定，或将 gpus 设为 1。",
        ),
        ("Only the targets k8s and cloud have options.", "只有部署目标 k8s 和 cloud 有选项。"),
        ("Longer than {kib} KiB.", "不能超过 {kib} KiB。"),
        # What users are told
        ("deployment was created", "部署任务创建成功"),
        ("deployment was created and is held until it is started", "部署任务创建成功，启动之前保持挂起"),
        ("deployment was created and waits: {why}", "部署任务已创建并加入队列"),
        (
            "deployment starts as soon as it has its place: it is running when it answers",
            "部署任务已启动，服务就绪后状态变为 running",
        ),
        ("deployment is on its way already: it is {state:word!}", "部署任务已在执行中，当前状态：{state}"),
        (
            "deployment is still being stopped; it starts again when that is done",
            "部署任务正在停止，停止后将重新启动",
        ),
        (
            "deployment '{job}' was placed meanwhile; stop it to give it another port",
            "部署任务 '{job}' 刚刚已被分配资源，请先停止再更改端口",
        ),
        (
            "deployment '{job}' has several replicas, and only one could have the port; leave it out",
            "部署任务 '{job}' 有多个副本，端口只能由一个使用，请勿指定",
        ),
        (
            "deployment is being stopped: its processes get time to end, then they are killed",
            "部署任务正在停止：进程将在宽限时间后被强制结束",
        ),
        ("deployment is stopped", "部署任务已停止"),
        ("deployment '{job}' waits for its place", "部署任务 '{job}' 已加入部署队列"),
        (
            (
                "on our own nodes each replica is a deployment: post the same name and version for another one, "
                "or delete one"
            ),
            "本地节点上每个副本都是独立的部署：如需增加请以相同名称和版本再次提交，如需减少请删除其中一个",
        ),
        ("version {version} of {model} answers again", "模型 {model} 已回滚到版本 {version}"),
        (
            "version {version} of {model} is being started and takes over when it answers",
            "正在启动模型 {model} 的版本 {version}，就绪后接管",
        ),
        # Users
        (
            "stopped because another version answers; all its processes have ended",
            "已停止，由其他版本提供服务，所有进程均已结束",
        ),
        ("stopped by the user; all its processes have ended", "已被用户停止，所有进程均已结束"),
        ("stopped by {actor:actor}, to be deleted", "已停止，即将删除，操作者：{actor}"),
        ("stopped by {actor:actor}", "已停止，操作者：{actor}"),
        ("started again by {actor:actor}", "已重新启动，操作者：{actor}"),
        (
            "started again, as was asked for while it was being stopped",
            "停止过程中收到启动请求，现已重新启动",
        ),
        ("priority {priority} was set by {actor:actor}", "优先级已设为 {priority}，操作者：{actor}"),
        ("scaled to {count} by {actor:actor}", "已调整为 {count} 个副本，操作者：{actor}"),
        ("port {port} was asked for by {actor:actor}", "已指定端口 {port}，操作者：{actor}"),
        # After a training
        ("its model is deployed as {deployments}", "模型已部署为 {deployments}"),
        ("it was not deployed: {why:message}", "未能部署：{why}"),
        ("it was cancelled", "任务已取消"),
        ("it has failed", "任务已失败"),
        # Versions
        (
            "version {version} of {model} answers in the place of {old}",
            "模型 {model} 的版本 {version} 已接替版本 {old} 提供服务",
        ),
        (
            "version {version} of {model} is another model, that of {job}; choose another version",
            "{model} 的版本 {version} 已用于另一个模型（部署任务 {job}），请换一个版本",
        ),
        (
            "there is a model '{name}' already; give the adapter another name",
            "已有模型 '{name}'，请为该适配器换一个名称",
        ),
        (
            "{job} has an adapter '{name}'; choose another name, or delete that deployment",
            "部署任务 {job} 已有适配器 '{name}'，请换一个名称，或删除该部署任务",
        ),
        (
            "{job} has an adapter '{name}', too; give this one another name",
            "部署任务 {job} 也有适配器 '{name}'，请为这一个换一个名称",
        ),
        ("nothing was deployed under the name '{model}'", "没有以名称 '{model}' 部署的模型"),
        ("model {model} has no version '{version}'", "模型 {model} 没有版本 '{version}'"),
        (
            "the deployments of {model} {version}, the version before, were deleted",
            "{model} 的上一个版本 {version} 的部署任务已被删除",
        ),
        ("model {model} never had another version", "模型 {model} 没有其他版本"),
        # Refusals
        ("there is no deployment '{job}'", "部署任务 '{job}' 不存在"),
        (
            "there is no job '{job}'; deployments are below /deploy",
            "任务 '{job}' 不存在；部署任务位于 /deploy 下",
        ),
        (
            (
                "job '{job}' is {state} and has no model to serve; "
                "submit it with `deploy` to have it served when it is done"
            ),
            "任务 '{job}' 的状态为 {state}，没有可部署的模型；提交任务时附带 `deploy`，可在完成后自动部署",
        ),
        ("job '{job}' is {state} and has no model to serve", "任务 '{job}' 的状态为 {state}，没有可部署的模型"),
        (
            "port {port} is leased by {job}; ask for another one, or for none",
            "端口 {port} 已被 {job} 占用，请换一个端口，或不指定端口",
        ),
        (
            "this Idempotency-Key made deployment '{job}', which was deleted since; send another key",
            "该 Idempotency-Key 对应的部署任务 '{job}' 已被删除，请使用新的 Idempotency-Key",
        ),
        (
            "the server's key was sealed with another DEPLOYMENT_SECRET (or API_KEY) than this process has",
            "模型服务的密钥是用另一个 DEPLOYMENT_SECRET（或 API_KEY）加密的，与当前进程的不同",
        ),
    ],
}
