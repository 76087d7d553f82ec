"""Exports by hand: what is wrong with one, what it does and how it ends."""

from api.language.chinese.grammar import Table

EXPORTS: Table = {
    "message": [
        # Fields
        (
            (
                "No well-kept package makes GGUF files: export the merged model, then run convert_hf_to_gguf.py of "
                "llama.cpp on its folder."
            ),
            (
                "没有维护良好的软件包可生成 GGUF 文件：请先导出合并后的模型，"
                "再对其文件夹运行 llama.cpp 的 convert_hf_to_gguf.py。"
            ),
        ),
        ("Must be owner/name.", "必须是 owner/name 的形式。"),
        (
            "Must be best, last, or a checkpoint's name like checkpoint-100.",
            "必须是 best、last，或检查点名称，如 checkpoint-100。",
        ),
        (
            "'{export}' is an export and has one model; name its training, '{job}'",
            "'{export}' 是导出任务，只有一个模型；请指定其训练任务 '{job}'",
        ),
        (
            "job '{job}' has no checkpoint '{checkpoint}'; nothing is known of others",
            "任务 '{job}' 没有检查点 '{checkpoint}'，也没有其他已知的检查点",
        ),
        (
            "job '{job}' has no checkpoint '{checkpoint}'; there are {others}",
            "任务 '{job}' 没有检查点 '{checkpoint}'；现有：{others}",
        ),
        (
            "only a training of this service has checkpoints by name; give the folder of the checkpoint as model_path",
            "只有本服务的训练任务才有按名称指定的检查点；请将检查点的文件夹作为 model_path",
        ),
        ("Needed for this format; one of {methods}.", "该格式必须提供，可选值：{methods}。"),
        ("Must be quantized to send {fields}.", "必须是 quantized 才能发送 {fields}。"),
        ("{method:word!} looks at no data; leave data_path out.", "{method} 不使用数据，请去掉 data_path。"),
        # Options
        ("set `format`", "请设置 `format`"),
        ("set `push_to_hub`", "请设置 `push_to_hub`"),
        ("set `quant_method` beside `extra_args`", "请在 `extra_args` 之外设置 `quant_method`"),
        ("set `quant_bits` beside `extra_args`", "请在 `extra_args` 之外设置 `quant_bits`"),
        ("the job that is exported decides", "由被导出的任务决定"),
        ("this service makes no such export", "本服务不支持这种导出"),
        ("each export has a folder of its own", "每次导出都有自己的文件夹"),
        ("nothing is ever written over", "不会覆盖任何文件"),
        ("a wrong option would be passed over", "错误的选项会被忽略"),
        ("no option of an export; it belongs to a training", "不是导出的选项，而是训练的选项"),
        ("this service knows {methods}", "本服务支持 {methods}"),
        ("{method:word!} takes {bits}", "{method} 支持 {bits}"),
        ("{method:word!} has bits of its own; leave it out", "{method} 的位数是固定的，请去掉"),
        # What the node lacks
        (
            "node {node} lacks what {method} needs: run `pip install {packages}` in the environment of its ms-swift",
            "节点 {node} 缺少 {method} 所需的软件包：请在其 ms-swift 环境中运行 `pip install {packages}`",
        ),
        (
            "{method:word!} needs a GPU, and node {node} has none; without one there is {others}",
            "{method} 需要GPU，而节点 {node} 没有；没有GPU时可用 {others}",
        ),
        (
            "node {node} has no {token} in the environment of its worker; set it there",
            "节点 {node} 的 worker 环境中没有 {token}，请在那里设置",
        ),
        # What users are told
        (
            "export {export} was created and waits for its turn; it writes beside what is there",
            "模型导出任务 {export} 已创建",
        ),
        (
            "job '{job}' is {state:word!}: only a completed job, or one whose export failed, can be exported",
            "任务 '{job}' 状态为 {state}，只有已完成（或导出失败）的任务才能导出",
        ),
        (
            (
                "there is nothing to merge: '{train_type}' training leaves a whole model in {checkpoint}; "
                "quantise or push it"
            ),
            "无需合并：'{train_type}' 训练已在 {checkpoint} 生成完整模型，可量化或推送到模型仓库",
        ),
        ("job '{job}' left no checkpoint to export", "任务 '{job}' 没有可导出的检查点"),
        (
            "export '{export}' of this job is under way: wait for it or stop it",
            "该任务的导出 '{export}' 正在进行中",
        ),
        (
            "'{job}' is an export itself: export its source, '{source}'",
            "'{job}' 本身是导出任务，请导出其来源任务 '{source}'",
        ),
        # On the way, and the end
        ("quantising to {name}", "正在量化为 {name}"),
        ("pushing the model to {repository}", "正在将模型推送到 {repository}"),
        (
            "the {name} model is in {folder} and was pushed to {repository}",
            "{name} 模型位于 {folder}，并已推送到 {repository}",
        ),
        ("the {name} model is in {folder}", "{name} 模型位于 {folder}"),
        (
            "the model is in {folder}, but it was not pushed to {repository}: {error:message}",
            "模型位于 {folder}，但没有推送到 {repository}：{error}",
        ),
    ],
    "phase": [
        ("quantising to {name}", "量化为 {name} 的任务"),
        ("pushing the model to {repository}", "将模型推送到 {repository} 的任务"),
    ],
}
