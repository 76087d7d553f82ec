"""What a dry run tells: notes on what was checked, and what its numbers rest on."""

from api.language.chinese.grammar import Table

DRY_RUNS: Table = {
    "message": [
        ("checked against the options of ms-swift {version}", "已按 ms-swift {version} 的选项检查"),
        (
            "{field:field!}: {value} is on a hub; the node fetches it, nothing of it was checked",
            "{field}：{value} 位于模型仓库，由节点下载，未做任何检查",
        ),
        (
            "{field:field!}: lies on the nodes, which check it before they start; INPUTS_VISIBLE_TO_API is off",
            "{field}：位于节点上，由节点在启动前检查；INPUTS_VISIBLE_TO_API 未开启",
        ),
        # Bases, of which "unknown: " was taken off
        ("some fields are wrong", "部分字段有误"),
        ("the model's files cannot be seen here", "此处看不到模型文件"),
        ("a second model or vLLM shares the GPU", "有第二个模型或 vLLM 共用GPU"),
        ("the records of the data set cannot be counted here", "此处无法统计数据集的记录数"),
        ("{option:word!} decides how many records go into a step", "每步的记录数由 {option} 决定"),
        ("the numbers are too large to count with", "数字过大，无法计算"),
        ("max_steps in extra_args", "extra_args 中的 max_steps"),
        (
            (
                "{parameters} parameters: weights {weights}, gradients and optimizer state {state}, activations of the "
                "longest batch {activations}, CUDA {cuda}; a rough sum, not measured"
            ),
            (
                "{parameters} 个参数：权重 {weights}，梯度和优化器状态 {state}，最长批次的激活值 {activations}，"
                "CUDA {cuda}；粗略估算，并非实测"
            ),
        ),
        (
            (
                "{records:records} × {answers} answers each × {epochs} epochs / (batch {batch} × accumulation "
                "{accumulation} × {gpus} GPUs)"
            ),
            (
                "{records} × 每条 {answers} 个回答 × {epochs} 轮 / "
                "(批大小 {batch} × 梯度累积 {accumulation} × {gpus} 个GPU)"
            ),
        ),
        (
            "{records:records} × {epochs} epochs / (batch {batch} × accumulation {accumulation} × {gpus} GPUs)",
            "{records} × {epochs} 轮 / (批大小 {batch} × 梯度累积 {accumulation} × {gpus} 个GPU)",
        ),
    ],
    "records": [
        ("{records:records} less {share} % for validation", "{records}（减去用于验证的 {share} %）"),
        ("{count:count_of_records} records", "{count} 条记录"),
    ],
    "count_of_records": [("about {count}", "约 {count}")],
}
