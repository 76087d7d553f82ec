"""The sentences that the API itself answers with, by key: in English and in Chinese, with the same values in braces.

What others make, and tell in English, is translated by `api.language.chinese`.
"""

from typing import NamedTuple


class Sentence(NamedTuple):
    """One message in both languages."""

    en: str
    zh: str


MESSAGES: dict[str, Sentence] = {
    # Submitting
    "job_created": Sentence("training job was created", "训练任务创建成功"),
    "job_held": Sentence(
        "training job was created and is held until it is started", "训练任务创建成功，启动之前保持挂起"
    ),
    "job_queued": Sentence("training job was created and waits for GPUs: {why}", "训练任务已创建并加入GPU队列"),
    "params_ignored": Sentence(
        "{name} was ignored: the task type is {task_type}", "{name} 已忽略：任务类型为 {task_type}"
    ),
    # Starting and stopping
    "job_started": Sentence("job starts with the next free GPUs: placing goes on now", "任务已启动，正在分配GPU"),
    "job_waits": Sentence("job waits for GPUs: {why}", "任务正在等待GPU：{why}"),
    "job_on_its_way": Sentence("job is on its way already: it is {state}", "任务已在执行中，当前状态：{state}"),
    "job_is_over": Sentence("job '{job_id}' has {state} already", "任务 '{job_id}' 已经结束，状态：{state}"),
    "job_stopping": Sentence(
        "job is being stopped: its processes get time to end, then they are killed",
        "任务正在停止：进程将在宽限时间后被强制结束",
    ),
    "job_stopping_silent": Sentence(
        "node '{node}' does not answer: job is stopped when it is back; stop it with force to end its record now",
        "节点 '{node}' 没有响应：任务将在其恢复后停止；使用 force 可立即结束任务记录",
    ),
    "job_ended_by_force": Sentence(
        "job was ended by force: its GPUs stay leased until node '{node}' has proved that nothing of it runs, or was "
        "declared lost",
        "任务已被强制结束：在节点 '{node}' 证实其进程已全部结束或被宣告丢失之前，其GPU仍被占用",
    ),
    "force_elsewhere": Sentence(
        "'{job_id}' runs on a platform, which nothing but its own answer proves the end of: stop it without force",
        "'{job_id}' 运行在其他平台上，只有平台自身才能证实其结束：请不使用 force 停止",
    ),
    "job_of_silent_node": Sentence(
        "the node of job '{job_id}' does not answer: stop it with force, then delete it",
        "任务 '{job_id}' 所在的节点没有响应：请使用 force 停止后再删除",
    ),
    "jobs_of_silent_nodes": Sentence(
        "; the nodes of these do not answer, stop them with force: {job_ids}",
        "；以下任务所在的节点没有响应，请使用 force 停止：{job_ids}",
    ),
    "job_cancelled": Sentence("job was cancelled", "任务已取消"),
    "files_in_use": Sentence(
        "the files of job '{job_id}' are used by {users}; delete or stop these first",
        "任务 '{job_id}' 的文件正被 {users} 使用，请先删除或停止它们",
    ),
    "files_to_deploy": Sentence("its deployment, which is on its way", "即将进行的部署"),
    "files_of_export": Sentence(
        "the model of export '{job_id}' lies in the folders of job '{source_id}'; delete that with its files",
        "导出 '{job_id}' 的模型位于任务 '{source_id}' 的目录中，请连同文件删除该任务",
    ),
    "jobs_still_placed": Sentence(
        "stop these jobs first, they hold GPUs: {job_ids}", "请先停止以下占用GPU的任务：{job_ids}"
    ),
    "jobs_deleted": Sentence("deleted {deleted} of {total} jobs", "已删除 {deleted} 个任务，共 {total} 个"),
    "delete_all_takes_no_filter": Sentence(
        "this would delete all jobs, whatever is asked for here; delete one by DELETE /training/jobs/{{job_id}}",
        "此请求会删除全部任务，不支持筛选；删除单个任务请使用 DELETE /training/jobs/{{job_id}}",
    ),
    "job_waits_no_more": Sentence(
        "the priority of job '{job_id}' counts only while it waits: it is {state}",
        "只有排队中的任务才能调整优先级，任务 '{job_id}' 当前状态：{state}",
    ),
    "revision_mismatch": Sentence(
        "job '{job_id}' was changed since: it is at revision {revision}; read it again, then decide",
        "任务 '{job_id}' 已被修改，当前版本 {revision}，请重新读取后再操作",
    ),
    # Exporting
    "export_begun": Sentence(
        "export {export_id} was created and waits for its turn; it writes beside what is there",
        "模型导出任务 {export_id} 已创建",
    ),
    "export_too_early": Sentence(
        "job '{job_id}' is {state}: only a completed job, or one whose export failed, can be exported",
        "任务 '{job_id}' 状态为 {state}，只有已完成（或导出失败）的任务才能导出",
    ),
    "export_nothing_to_merge": Sentence(
        "there is nothing to merge: '{train_type}' training leaves a whole model in {checkpoint}; quantise or push it",
        "无需合并：'{train_type}' 训练已在 {checkpoint} 生成完整模型，可量化或推送到模型仓库",
    ),
    "export_no_checkpoint": Sentence(
        "job '{job_id}' left no checkpoint to export", "任务 '{job_id}' 没有可导出的检查点"
    ),
    "export_under_way": Sentence(
        "export '{export_id}' of this job is under way: wait for it or stop it", "该任务的导出 '{export_id}' 正在进行中"
    ),
    "export_of_export": Sentence(
        "'{job_id}' is an export itself: export its source, '{source_id}'",
        "'{job_id}' 本身是导出任务，请导出其来源任务 '{source_id}'",
    ),
    # Queue
    "queue_removed": Sentence(
        "job '{job_id}' left the queue and is held until it is started or deleted",
        "任务 '{job_id}' 已从队列移除并挂起，可重新启动或删除",
    ),
    "not_queued": Sentence(
        "job '{job_id}' does not wait: it is {state}", "任务 '{job_id}' 不在队列中，当前状态：{state}"
    ),
    "queue_processed": Sentence(
        "looked at {processed} waiting jobs: {started} started, {waiting} wait on",
        "队列处理完成：检查 {processed} 个任务，启动 {started} 个，{waiting} 个继续等待",
    ),
    "queue_processed_paused": Sentence(
        "nothing is started while placing is paused: start the queue processor first",
        "队列处理器已停止，未启动任何任务，请先启动队列处理器",
    ),
    "queue_busy": Sentence(
        "another pass runs just now; it looks at the queue again when it is done",
        "另一轮队列处理正在进行，结束后会再次检查队列",
    ),
    "processor_started": Sentence("queue processor was started: waiting jobs are placed", "队列处理器已启动"),
    "processor_stopped": Sentence(
        "queue processor was stopped: nothing new is placed, running jobs go on",
        "队列处理器已停止，运行中的任务不受影响",
    ),
    # Nodes
    "node_is_alive": Sentence(
        "node '{node}' is alive: drain it and stop its jobs instead; with force, all that it runs is ended",
        "节点 '{node}' 仍在运行：请先停止分配（drain）并停止其任务；使用 force 将强制结束其上的所有任务",
    ),
    "node_is_alive_not_forgotten": Sentence(
        "node '{node}' is alive: drain it and stop its worker first",
        "节点 '{node}' 仍在运行：请先停止分配并停止其 worker",
    ),
    "node_holds_leases": Sentence(
        "node '{node}' still holds {job_ids}: wait for their end, or declare it lost",
        "节点 '{node}' 仍被 {job_ids} 占用：请等待其结束，或宣告该节点丢失",
    ),
    # Deployments
    "deployment_created": Sentence("deployment was created", "部署任务创建成功"),
    "deployment_held": Sentence(
        "deployment was created and is held until it is started", "部署任务创建成功，启动之前保持挂起"
    ),
    "deployment_waits": Sentence("deployment was created and waits: {why}", "部署任务已创建并加入队列"),
    "deployment_started": Sentence(
        "deployment starts as soon as it has its place: it is running when it answers",
        "部署任务已启动，服务就绪后状态变为 running",
    ),
    "deployment_on_its_way": Sentence(
        "deployment is on its way already: it is {state}", "部署任务已在执行中，当前状态：{state}"
    ),
    "deployment_starts_again": Sentence(
        "deployment is still being stopped; it starts again when that is done", "部署任务正在停止，停止后将重新启动"
    ),
    "deployment_placed_meanwhile": Sentence(
        "deployment '{job_id}' was placed meanwhile; stop it to give it another port",
        "部署任务 '{job_id}' 刚刚已被分配资源，请先停止再更改端口",
    ),
    "port_of_replicas": Sentence(
        "deployment '{job_id}' has several replicas, and only one could have the port; leave it out",
        "部署任务 '{job_id}' 有多个副本，端口只能由一个使用，请勿指定",
    ),
    "deployment_stopping": Sentence(
        "deployment is being stopped: its processes get time to end, then they are killed",
        "部署任务正在停止：进程将在宽限时间后被强制结束",
    ),
    "deployment_stopped": Sentence("deployment is stopped", "部署任务已停止"),
    "deployment_queued": Sentence("deployment '{job_id}' waits for its place", "部署任务 '{job_id}' 已加入部署队列"),
    "deployment_scales_by_replicas": Sentence(
        "on our own nodes each replica is a deployment: post the same name and version for another one, or delete one",
        "本地节点上每个副本都是独立的部署：如需增加请以相同名称和版本再次提交，如需减少请删除其中一个",
    ),
    "model_rolled_back": Sentence("version {version} of {name} answers again", "模型 {name} 已回滚到版本 {version}"),
    "model_rolls_back": Sentence(
        "version {version} of {name} is being started and takes over when it answers",
        "正在启动模型 {name} 的版本 {version}，就绪后接管",
    ),
    # Data sets
    "dataset_unknown": Sentence(
        "there is no data set '{name}'; upload it first: POST /datasets, or swt data push",
        "数据集 '{name}' 不存在，请先上传：POST /datasets 或 swt data push",
    ),
    "dataset_unfinished": Sentence(
        "the upload of data set '{name}' is not finished: {far} bytes are there; go on by PATCH {path} with "
        "Upload-Offset: {offset}, or by swt data push",
        "数据集 '{name}' 尚未上传完成：已收到 {far} 字节；请继续上传：PATCH {path}，Upload-Offset: {offset}，"
        "或运行 swt data push",
    ),
    # Paths
    "trailing_slash": Sentence(
        "there is no such path; send it without the slash at its end", "请求的路径不存在，请去掉末尾的斜杠"
    ),
    # Trainer types
    "llm_training": Sentence("training of large language models", "大语言模型训练"),
    "mllm_training": Sentence("training of multimodal large language models", "多模态大语言模型训练"),
    "old_task_type": Sentence("taken for {trainer_type}", "自动转换为{trainer_type}类型"),
}

# What werkzeug says in English only, and without a way out, by the problem's code.
HTTP_PROBLEMS: dict[str, Sentence] = {
    "no_such_path": Sentence("there is no such path; /docs shows all there are", "请求的路径不存在，全部路径见 /docs"),
    "method_not_allowed": Sentence(
        "{method} is no method of this path; it takes {allowed}", "该路径不支持 {method}，支持 {allowed}"
    ),
    "body_too_large": Sentence(
        "the body is longer than {limit} bytes (MAX_BODY_BYTES); upload data by POST /datasets and name it",
        "请求体超过 {limit} 字节（MAX_BODY_BYTES）；数据请通过 POST /datasets 上传后引用",
    ),
}
# What Flask-Limiter and others say in English only; what they say is the detail.
HTTP_PROBLEMS_ZH: dict[str, str] = {
    "malformed_request": "请求格式错误：{detail}",
    "too_many_requests": "请求过于频繁，请稍后重试：{detail}",
}
OTHER_HTTP_PROBLEM_ZH = "请求无法完成：{detail}"
