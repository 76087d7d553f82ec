"""What a training learns by, and options with which it would learn nothing: words, numbers, schedules, losses, rewards,
modules.
"""

from api.language.chinese.grammar import Table

LEARNING: Table = {
    "message": [
        # Words and numbers
        (
            "{late:word!} tells what is learned, and stands first: {joined}",
            "{late} 表示学习哪些内容，应放在最前面：{joined}",
        ),
        ("not a pattern that can be read: {why}", "无法识别的正则表达式：{why}"),
        ('takes a JSON object, such as {{"name": 1}}', '需要 JSON 对象，例如 {{"name": 1}}'),
        ("takes a JSON object, such as {example}", "需要 JSON 对象，例如 {example}"),
        ("{value} is out of its range: {range:range!}", "{value} 超出范围：{range}"),
        # Nothing to learn
        (
            "no step would be trained: say how many, or leave it out to train num_epochs",
            "一步也不会训练：请指定步数，或去掉它以按 num_epochs 训练",
        ),
        (
            "all of the model would be frozen, and nothing trained: it is a share below 1, such as 0.9",
            "整个模型都会被冻结，没有可训练的内容：该比例须小于 1，例如 0.9",
        ),
        (
            "it is found in every name, and nothing would be trained: name what is to be frozen",
            "它与所有名称都匹配，没有可训练的内容：请指明要冻结的部分",
        ),
        (
            "with freeze_vit and freeze_aligner nothing of the model would be trained: set one of the three to false",
            "再加上 freeze_vit 和 freeze_aligner，模型没有可训练的部分：请将三者之一设为 false",
        ),
        (
            "with 0 {method:word!} compares nothing, and learns nothing; 0.1 is usual",
            "为 0 时 {method} 不做任何比较，也学不到任何内容；通常为 0.1",
        ),
        (
            "all of them are 0, and nothing would be learned: one has to count",
            "全部为 0，学不到任何内容：至少有一个须不为 0",
        ),
        (
            "with {other:word!} it is 0, and nothing would be learned: one has to count",
            "它与 {other} 均为 0，学不到任何内容：至少有一个须不为 0",
        ),
        # Schedules and optimisers
        (
            "{optimiser:word!} works on some of the model's layers: say which, such as all-linear",
            "{optimiser} 只作用于模型的部分层：请指明是哪些，例如 all-linear",
        ),
        (
            "{optimiser:word!} takes each step at once: set gradient_accumulation_steps to 1",
            "{optimiser} 每步立即更新：请将 gradient_accumulation_steps 设为 1",
        ),
        ("{schedule:word!} takes none; leave it out", "{schedule} 不接受任何设置；请去掉"),
        ("{schedule:word!} takes no {name} but {names}", "{schedule} 不接受 {name}，只接受 {names}"),
        ("{name:word!} is one of {names}", "{name} 须为以下之一：{names}"),
        ("{name:word!} is true or false", "{name} 须为 true 或 false"),
        ("{name:word!} is a number, without quotes", "{name} 须为数字，不带引号"),
        (
            (
                "{schedule:word!} ends at a rate above 0: say which by one of both, "
                '{{"min_lr_rate": 0.1}} or {{"min_lr": 1e-6}}'
            ),
            ('{schedule} 结束时的学习率大于 0：请用二者之一指明，{{"min_lr_rate": 0.1}} 或 {{"min_lr": 1e-6}}'),
        ),
        (
            '{schedule:word!} ends with a decay: say how many steps it takes, such as {{"num_decay_steps": 10}}',
            '{schedule} 以衰减结束：请指定衰减的步数，例如 {{"num_decay_steps": 10}}',
        ),
        (
            "polynomial ends at lr_end ({end}), which has to be below learning_rate",
            "polynomial 结束于 lr_end ({end})，它必须小于 learning_rate",
        ),
        # Losses of tasks
        (
            (
                "embeddings learn by one of these: infonce (from pairs that fit, or from what fits and what does not), "
                "cosine_similarity (from pairs with a score), contrastive or online_contrastive (from pairs with 0 "
                "or 1)"
            ),
            (
                "embedding 通过以下之一学习：infonce（匹配的文本对，或匹配与不匹配的文本）、"
                "cosine_similarity（带分数的文本对）、contrastive 或 online_contrastive（带 0 或 1 的文本对）"
            ),
        ),
        ("a generative reranker learns by one of these: {losses}", "生成式 reranker 通过以下之一学习：{losses}"),
        (
            "{loss:word!} is of task_type {other}, and {task} has a loss of its own: leave it out",
            "{loss} 属于 task_type {other}，而 {task} 有自己的损失函数：请去掉",
        ),
        (
            "{loss:word!} is of task_type {other}; {task} learns by {losses}",
            "{loss} 属于 task_type {other}；{task} 通过 {losses} 学习",
        ),
        (
            (
                "infonce compares each pair with the others of its step, and with 1 there are none: set it to 2 or "
                "more, or give the rows a column negative"
            ),
            "infonce 将每对文本与同一步中的其他文本比较，为 1 时没有其他文本：请设为 2 或更大，或为数据添加列 negative",
        ),
        (
            "loss_type {loss} compares two texts, and column {column} is a third: send extra_args.loss_type infonce",
            "loss_type {loss} 比较两段文本，而列 {column} 是第三段：请发送 extra_args.loss_type infonce",
        ),
        (
            (
                "loss_type {loss} learns how near two texts are: give a column label or score that tells it, or send "
                "extra_args.loss_type infonce, which takes pairs that fit"
            ),
            (
                "loss_type {loss} 学习两段文本的相近程度：请用列 label 或 score 给出，"
                "或发送 extra_args.loss_type infonce，它接受匹配的文本对"
            ),
        ),
        (
            (
                "column {column} is {value}, and infonce takes pairs that fit, without scores: send "
                "extra_args.loss_type cosine_similarity, and scores from -1 to 1"
            ),
            (
                "列 {column} 为 {value}，而 infonce 接受不带分数的匹配文本对："
                "请发送 extra_args.loss_type cosine_similarity，分数为 -1 到 1"
            ),
        ),
        (
            (
                "column {column} is {value}, and online_contrastive takes 0 or 1: send extra_args.loss_type "
                "cosine_similarity, and scores from -1 to 1"
            ),
            (
                "列 {column} 为 {value}，而 online_contrastive 只接受 0 或 1："
                "请发送 extra_args.loss_type cosine_similarity，分数为 -1 到 1"
            ),
        ),
        ("{metric:word!} measures embeddings; leave it out", "{metric} 用于评估 embedding；请去掉"),
        # Rewards
        (
            "the reward {reward} reads a column solution: call column {column} so, in small letters",
            "奖励 {reward} 读取列 solution：请将列 {column} 改为小写的这个名称",
        ),
        (
            (
                "the reward {reward} compares what was written with a column solution, and there is none; "
                "{way:solution!}"
            ),
            "奖励 {reward} 将生成的内容与列 solution 比较，而数据没有该列；{way}",
        ),
        (
            "{reward:word!} rewards what was sampled beforehand, and fails in a training: take accuracy",
            "{reward} 用于事先采样的内容，在训练中会失败：请使用 accuracy",
        ),
        (
            "it is a part of the {longest} tokens that an answer may have: more than 0 and fewer than those",
            "它是回答最多 {longest} 个 token 中的一部分：须大于 0 且小于该值",
        ),
        # Columns and modules
        (
            "extra_args.columns: no row has a column {columns}; their columns: {known}",
            "extra_args.columns：没有任何一行有列 {columns}；数据的列为：{known}",
        ),
        (
            "extra_args.{option}: no module of the model is called {names}; it has {known}",
            "extra_args.{option}：模型没有名为 {names} 的模块；模型有 {known}",
        ),
        (
            "extra_args.{option}: no module of the model begins with {names}; it has {known}",
            "extra_args.{option}：模型没有以 {names} 开头的模块；模型有 {known}",
        ),
    ],
    "range": [
        ("a number from 0 on that is below 1", "大于等于 0 且小于 1"),
        ("0 or more", "大于等于 0"),
        ("1 or more", "大于等于 1"),
    ],
    "solution": [
        (
            'if column {column} has it, send extra_args.columns {{"{old}": "solution"}}',
            '如果列 {column} 是答案，请发送 extra_args.columns {{"{old}": "solution"}}',
        ),
        ("give each row one", "请为每一行添加该列"),
    ],
}
