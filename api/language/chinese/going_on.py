"""Going on from earlier jobs: what is taken of them, and why nothing can be."""

from api.language.chinese.grammar import Table

GOING_ON: Table = {
    "message": [
        # What is taken
        ("{what:taken!}, {path} on node {node}", "{what}，{path}，位于节点 {node}"),
        ("{what:taken!}, {path}", "{what}，{path}"),
        (
            "that was left on node {node}; the nodes of constraints.node_names have to see it, too",
            "它在节点 {node} 上；constraints.node_names 中的节点也必须能访问它",
        ),
        (
            "there is a folder called {name}, too; ./{again} means that",
            "还有一个名为 {name} 的文件夹；用 ./{again} 表示它",
        ),
        (
            (
                "{what:taken!} is on node {node}, {other:taken} on node {far}: name nodes that see both, in "
                "constraints.node_names"
            ),
            "{what}位于节点 {node}，{other}位于节点 {far}：请在 constraints.node_names 中指定能同时访问两者的节点",
        ),
        # What cannot be
        ("there is no training '{job}'", "训练任务 '{job}' 不存在"),
        (
            "job '{job}' is {state} and has no model to train; wait for its end",
            "任务 '{job}' 的状态为 {state}，没有可训练的模型；请等待它结束",
        ),
        ("job '{job}' is {state} and has no model to train", "任务 '{job}' 的状态为 {state}，没有可训练的模型"),
        (
            (
                "job '{job}' left an adapter and no merged model: export it first, or send model_path {model} and "
                "adapters [{again}]"
            ),
            "任务 '{job}' 留下的是适配器，没有合并后的模型：请先导出，或发送 model_path {model} 和 adapters [{again}]",
        ),
        (
            (
                "'{job}' is an export, and has a whole model: send it as model_path, or its training as adapter, "
                "'{source}'"
            ),
            "'{job}' 是导出任务，得到的是完整模型：请将它作为 model_path，或将其训练任务 '{source}' 作为适配器",
        ),
        (
            "job '{job}' is {state} and has no adapter; wait for its end",
            "任务 '{job}' 的状态为 {state}，没有适配器；请等待它结束",
        ),
        ("job '{job}' is {state} and has no adapter", "任务 '{job}' 的状态为 {state}，没有适配器"),
        (
            "job '{job}' was trained in full and left a whole model: send it as model_path",
            "任务 '{job}' 是全参数训练，留下的是完整模型：请将它作为 model_path",
        ),
        (
            "the adapter of job '{job}' was made for {base}, not for {model}: send that as model_path",
            "任务 '{job}' 的适配器基于 {base}，而不是 {model}：请将前者作为 model_path",
        ),
        ("'{job}' is no training, and has no state to start from", "'{job}' 不是训练任务，没有可以继续的状态"),
        (
            "job '{job}' is {state}: wait for its end, or cancel it",
            "任务 '{job}' 的状态为 {state}：请等待它结束，或取消它",
        ),
        (
            "job '{job}' is {state} and left no checkpoint to start from",
            "任务 '{job}' 的状态为 {state}，没有留下可以继续的检查点",
        ),
        # What does not go together
        (
            "the state of job '{job}' has its adapter with it: leave one of both out",
            "任务 '{job}' 的状态中已包含适配器：两者只能给出一个",
        ),
        (
            (
                "job '{job}' has done all its {steps} steps: nothing is left to train; ask for more, such as "
                "num_epochs above {epochs}"
            ),
            "任务 '{job}' 已完成全部 {steps} 步，没有剩余的训练；请要求更多，例如大于 {epochs} 的 num_epochs",
        ),
        (
            (
                "{checkpoint} of job '{job}' has {steps} steps, and max_steps ends this training after {asked}: "
                "nothing is left to train; send max_steps above {steps}"
            ),
            (
                "任务 '{job}' 的 {checkpoint} 已有 {steps} 步，而 max_steps 使本次训练在 {asked} 步后结束："
                "没有剩余的训练；请给出大于 {steps} 的 max_steps"
            ),
        ),
        (
            (
                "{checkpoint} of job '{job}' has {steps} steps, and {foretold} are foretold for this training: nothing "
                "is left to train then; raise num_epochs, or send max_steps above {steps}"
            ),
            (
                "任务 '{job}' 的 {checkpoint} 已有 {steps} 步，而本次训练预计为 {foretold} 步：届时没有剩余的训练；"
                "请增大 num_epochs，或给出大于 {steps} 的 max_steps"
            ),
        ),
        (
            "a training starts from the state of one alike: job '{job}' has {value}",
            "只能从相同的训练的状态继续：任务 '{job}' 为 {value}",
        ),
        (
            "job '{job}' has {own} and it is kept: leave this out, or send {again}",
            "任务 '{job}' 的值为 {own}，并会保持不变：请去掉此项，或发送 {again}",
        ),
        (
            (
                "nothing was left to train: {checkpoint} of job '{job}' has all steps that this training was asked "
                "for; ask for more (num_epochs or max_steps)"
            ),
            "没有剩余的训练：任务 '{job}' 的 {checkpoint} 已有所要求的全部步数；请要求更多（num_epochs 或 max_steps）",
        ),
        # What the node found
        (
            "goes on from {checkpoint} of job '{job}', its optimizer included",
            "从任务 '{job}' 的 {checkpoint} 继续，包括优化器状态",
        ),
        (
            (
                "goes on from {checkpoint} of job '{job}', which has no optimizer state: optimizer and schedule start "
                "anew"
            ),
            "从任务 '{job}' 的 {checkpoint} 继续，其中没有优化器状态：优化器和学习率计划从头开始",
        ),
        ("job '{job}' has no complete checkpoint on node {node}", "任务 '{job}' 在节点 {node} 上没有完整的检查点"),
    ],
    "taken": [
        ("the model of job '{job}'", "任务 '{job}' 的模型"),
        ("the adapter of job '{job}' ({checkpoint})", "任务 '{job}' 的适配器 ({checkpoint})"),
        (
            "{checkpoint} of job '{job}', without an optimizer, which starts anew with the schedule",
            "任务 '{job}' 的 {checkpoint}，没有优化器状态，优化器和学习率计划将从头开始",
        ),
        ("{checkpoint} of job '{job}', with its optimizer", "任务 '{job}' 的 {checkpoint}，包括优化器状态"),
        ("{checkpoint} of job '{job}'", "任务 '{job}' 的 {checkpoint}"),
    ],
}
