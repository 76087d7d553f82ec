"""Rows of a training's data: how many are used, and why the others are not; its state and its trackers."""

from api.language.chinese.grammar import Table

ROWS: Table = {
    "message": [
        (
            "only {rows:message}: less than min_rows_used ({least}); {way:way_out}, or send a smaller min_rows_used",
            "仅{rows}，低于 min_rows_used ({least})；请{way}，或减小 min_rows_used",
        ),
        (
            "not one row of {file} can be used: {causes:unused,}; {way:way_out}",
            "{file} 没有一行可用：{causes}；请{way}",
        ),
        (
            "every row ended with the same error, {error}: that is of the job and not of its data; {way:way_out!}",
            "每一行都以同样的错误结束：{error}；问题在于任务的设置，而不在数据；请{way}",
        ),
        ("there is nothing to learn: {rows:message}; {way:way_out}", "没有可学习的内容：{rows}；请{way}"),
        (
            "{message:message}; left out before the sample was taken: {causes:unused,}",
            "{message}；抽样之前已排除：{causes}",
        ),
        (
            "{message:message}; of the data to validate with: {causes:unused,}",
            "{message}；验证数据中未使用的：{causes}",
        ),
        (
            (
                "nothing was learnt: all answers to a question were rewarded alike in all logged steps ({reward} on "
                "average); {way:still_way_out}"
            ),
            "没有学到任何内容：在所有已记录步中，同一问题的所有回答奖励都相同（平均 {reward}）；{way}",
        ),
        (
            "nothing was learnt: loss and gradient were 0 in all logged steps; {way:still_way_out}",
            "没有学到任何内容：所有已记录步的损失和梯度均为 0；{way}",
        ),
        (
            "keeps a checkpoint to go on from: the optimizer's state fits on the disk",
            "保留一个可继续训练的检查点：磁盘空间足以保存优化器状态",
        ),
        (
            (
                "keeps no checkpoint to go on from: that takes up to {needed}, and the disk has {free} free; "
                "another attempt would start anew"
            ),
            "不保留可继续训练的检查点：最多需要 {needed}，而磁盘剩余 {free}；再次尝试将从头开始",
        ),
        (
            "tracked by {trackers}; trains without {without}",
            "由 {trackers} 记录；未使用 {without}，训练继续进行",
        ),
        ("tracked by {trackers}", "由 {trackers} 记录"),
        ("trains without {without}", "未使用 {without}，训练继续进行"),
        ("all {given} rows are used", "全部 {given} 行均已使用"),
        ("{given} rows were used so far", "到目前为止已使用 {given} 行"),
        (
            "{used} of {given} rows are used so far; left out: {causes:unused,}",
            "到目前为止使用了 {given} 行中的 {used} 行；未使用：{causes}",
        ),
        (
            "{used} of {given} rows are used; left out: {causes:unused,}",
            "使用了 {given} 行中的 {used} 行；未使用：{causes}",
        ),
    ],
    "unused": [
        ("{count} {cause:row_cause!} (row {row} of {file} first)", "{count} 行{cause}（首先是 {file} 的第 {row} 行）"),
        ("{count} {cause:row_cause!}", "{count} 行{cause}"),
    ],
    "row_cause": [
        ("longer than max_length", "超过 max_length"),
        ("with null in place of a text", "的文本为 null"),
        ("without a text where one is needed", "在需要文本处没有文本"),
        ("with the same answer twice", "的两个回答相同"),
        ("with tools or calls of tools that cannot be read", "的工具或工具调用无法读取"),
        ("of a shape that ms-swift does not read", "的结构 ms-swift 无法读取"),
        ("without a token of an answer to learn", "没有可学习的回答 token"),
    ],
    "way_out": [
        (
            "raise max_length, or shorten them (extra_args.truncation_strategy cuts them)",
            "增大 max_length 或缩短它们（extra_args.truncation_strategy 可截断）",
        ),
        ("give them an answer, or raise max_length where it was cut off", "补上回答，或在回答被截断时增大 max_length"),
        ("mend them: {why:message}", "修正它们：{why}"),
        ("mend them", "修正它们"),
        ("look at its options, model and template", "检查其选项、模型和模板"),
        ("look at {option:field!}", "检查 {option}"),
    ],
    "still_way_out": [
        (
            (
                "look at reward_funcs and the columns that they read, such as solution, or raise num_generations or "
                "temperature"
            ),
            "请检查 reward_funcs 及其读取的列（例如 solution），或增大 num_generations 或 temperature",
        ),
        (
            "look at teacher_model: one that answers as the model does teaches nothing",
            "请检查 teacher_model：与模型回答相同的教师模型教不了任何内容",
        ),
        (
            "look at reward_model: one that rewards all answers alike teaches nothing",
            "请检查 reward_model：对所有回答给出相同奖励的奖励模型教不了任何内容",
        ),
        ("its log has what is learnt as [LABELS]", "参与学习的内容见日志中的 [LABELS]"),
    ],
}
