"""What users are told who submit, start, stop and delete jobs, or steer the queue: done, or why not."""

from api.language.chinese.grammar import Table

STEERING: Table = {
    "message": [
        # Submitting
        ("training job was created", "训练任务创建成功"),
        ("training job was created and is held until it is started", "训练任务创建成功，启动之前保持挂起"),
        ("training job was created and waits for GPUs: {why}", "训练任务已创建并加入GPU队列"),
        ("{name} was ignored: the task type is {task_type}", "{name} 已忽略：任务类型为 {task_type}"),
        # Starting
        ("job starts with the next free GPUs: placing goes on now", "任务已启动，正在分配GPU"),
        ("job waits for GPUs: {why:message}", "任务正在等待GPU：{why}"),
        ("job is on its way already: it is {state:word!}", "任务已在执行中，当前状态：{state}"),
        # Stopping
        ("job '{job}' has {state:word!} already", "任务 '{job}' 已经结束，状态：{state}"),
        (
            "job is being stopped: its processes get time to end, then they are killed",
            "任务正在停止：进程将在宽限时间后被强制结束",
        ),
        (
            "node '{node}' does not answer: job is stopped when it is back; stop it with force to end its record now",
            "节点 '{node}' 没有响应：任务将在其恢复后停止；使用 force 可立即结束任务记录",
        ),
        (
            (
                "job was ended by force: its GPUs stay leased until node '{node}' has proved that nothing of it runs, "
                "or was declared lost"
            ),
            "任务已被强制结束：在节点 '{node}' 证实其进程已全部结束或被宣告丢失之前，其GPU仍被占用",
        ),
        (
            "'{job}' runs on a platform, which nothing but its own answer proves the end of: stop it without force",
            "'{job}' 运行在其他平台上，只有平台自身才能证实其结束：请不使用 force 停止",
        ),
        ("job was cancelled", "任务已取消"),
        # Deleting
        (
            "the node of job '{job}' does not answer: stop it with force, then delete it",
            "任务 '{job}' 所在的节点没有响应：请使用 force 停止后再删除",
        ),
        (
            "the files of job '{job}' are used by {users:users}; delete or stop these first",
            "任务 '{job}' 的文件正被 {users} 使用，请先删除或停止它们",
        ),
        (
            "the model of export '{job}' lies in the folders of job '{source}'; delete that with its files",
            "导出 '{job}' 的模型位于任务 '{source}' 的目录中，请连同文件删除该任务",
        ),
        ("stop these jobs first, they hold GPUs: {jobs}", "请先停止以下占用GPU的任务：{jobs}"),
        (
            "deleted {deleted} of {total} jobs; the nodes of these do not answer, stop them with force: {jobs}",
            "已删除 {deleted} 个任务，共 {total} 个；以下任务所在的节点没有响应，请使用 force 停止：{jobs}",
        ),
        ("deleted {deleted} of {total} jobs", "已删除 {deleted} 个任务，共 {total} 个"),
        # Changing
        (
            "the priority of job '{job}' counts only while it waits: it is {state:word!}",
            "只有排队中的任务才能调整优先级，任务 '{job}' 当前状态：{state}",
        ),
        (
            "job '{job}' was changed since: it is at revision {revision}; read it again, then decide",
            "任务 '{job}' 已被修改，当前版本 {revision}，请重新读取后再操作",
        ),
        # Queue
        (
            "job '{job}' left the queue and is held until it is started or deleted",
            "任务 '{job}' 已从队列移除并挂起，可重新启动或删除",
        ),
        ("job '{job}' does not wait: it is {state:word!}", "任务 '{job}' 不在队列中，当前状态：{state}"),
        (
            "looked at {processed} waiting jobs: {started} started, {waiting} wait on",
            "队列处理完成：检查 {processed} 个任务，启动 {started} 个，{waiting} 个继续等待",
        ),
        (
            "nothing is started while placing is paused: start the queue processor first",
            "队列处理器已停止，未启动任何任务，请先启动队列处理器",
        ),
        (
            "another pass runs just now; it looks at the queue again when it is done",
            "另一轮队列处理正在进行，结束后会再次检查队列",
        ),
        ("queue processor was started: waiting jobs are placed", "队列处理器已启动"),
        (
            "queue processor was stopped: nothing new is placed, running jobs go on",
            "队列处理器已停止，运行中的任务不受影响",
        ),
        # Trainer types
        ("training of large language models", "大语言模型训练"),
        ("training of multimodal large language models", "多模态大语言模型训练"),
        ("taken for {trainer_type:word!}", "自动转换为{trainer_type}类型"),
    ],
    "users": [
        ("its deployment, which is on its way", "即将进行的部署"),
        ("{jobs}, its deployment, which is on its way", "{jobs}, 即将进行的部署"),
    ],
}
