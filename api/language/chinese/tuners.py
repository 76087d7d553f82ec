"""What tuners, optimisers, teachers and fused losses do not go with (common/swift/options/conflicts)."""

from api.language.chinese.grammar import Table

TUNERS: Table = {
    "message": [
        # Tuners
        (
            "longlora is for llama models, and this is {kind:word!}: take lora",
            "longlora 只用于 llama 模型，而此模型是 {kind}：请使用 lora",
        ),
        (
            "LISA trains whole layers: take train_type full, or leave this out",
            "LISA 训练完整的层：请使用 train_type full，或去掉此项",
        ),
        (
            "LISA trains whole layers: take train_type full, or leave lisa out",
            "LISA 训练完整的层：请使用 train_type full，或去掉 lisa",
        ),
        (
            "blocks have a size or a number, not both: {way:of_blocks}, or leave this out",
            "分块要么指定大小，要么指定数量，不能同时指定：请{way}，或去掉此项",
        ),
        (
            "say how large the blocks are, such as 4, or boft_block_num, how many",
            "请指定分块大小，例如 4；或用 boft_block_num 指定数量",
        ),
        ("with boft_n_butterfly_factor above 1 it has to be even", "boft_n_butterfly_factor 大于 1 时它必须是偶数"),
        (
            "{name} is of a layer of target_modules: name those of others, as of experts",
            "{name} 属于 target_modules 中的层：请填写其他层的参数，例如专家层的",
        ),
        (
            "target_parameters are trained without: set lora_dropout to 0",
            "target_parameters 不支持它：请将 lora_dropout 设为 0",
        ),
        (
            "target_parameters are trained without: leave one of both out",
            "target_parameters 不支持它：请去掉其中之一",
        ),
        # Sizes of the model
        (
            "the model's {layers} layers have to be a multiple of it: set it to {number}",
            "模型的 {layers} 层必须是它的整数倍：请设为 {number}",
        ),
        ("the model has {layers} layers: set it to {number} or less", "模型有 {layers} 层：请设为不超过 {number}"),
        (
            "the model has layers {width} wide, and {block} at once do not divide them: 4 is usual",
            "模型有宽度为 {width} 的层，不能被 {block} 整除：通常为 4",
        ),
        (
            (
                "the data have {count} rows and a step takes {step} (batch_size={size} × gpus={gpus}): all of them "
                "would be dropped, and no step trained; leave it out, or set batch_size lower"
            ),
            (
                "数据有 {count} 行，而一步需要 {step} 行 (batch_size={size} × gpus={gpus})：它们会全部被丢弃，"
                "一步也不会训练；请去掉，或减小 batch_size"
            ),
        ),
        # Optimisers and callbacks
        (
            "muon does not work in this ms-swift, which would run code from a repository: take muonclip",
            "muon 在此版本的 ms-swift 中无法使用，它会运行代码仓库中的代码：请使用 muonclip",
        ),
        (
            "galore has settings of its own: send use_galore true in place of this",
            "galore 有自己的设置：请改为发送 use_galore true",
        ),
        (
            "a text model has no vision parts to train at rates of their own: leave it out",
            "文本模型没有可单独设置学习率的视觉部分：请去掉",
        ),
        (
            "use_galore works with adamw_torch, adamw_8bit or adafactor, not with {optimiser:word!}",
            "use_galore 支持 adamw_torch、adamw_8bit 或 adafactor，不支持 {optimiser}",
        ),
        (
            "adalora is for train_type adalora, which has it by itself: leave it out",
            "adalora 用于 train_type adalora，后者会自动启用它：请去掉",
        ),
        (
            "activation_cpu_offload works with fsdp alone: leave it out",
            "activation_cpu_offload 只能与 fsdp 一起使用：请去掉",
        ),
        ("email needs {names}, too: give them, or leave this out", "email 还需要 {names}：请提供，或去掉此项"),
        (
            "rope_scaling has no factor, and stretches the model to it: say how far",
            "rope_scaling 没有 factor，会把模型扩展到该长度：请指定长度",
        ),
        # Teachers and rewards
        (
            "{loss:word!} does not work in this ms-swift, where each model has a teacher: take another, such as dapo",
            "{loss} 在此版本的 ms-swift 中无法使用，因为每个模型都有教师：请使用 grpo、dapo 或其他损失",
        ),
        (
            "it does not work in this ms-swift, where each model has a teacher: leave it out",
            "它在此版本的 ms-swift 中无法使用，因为每个模型都有教师：请去掉",
        ),
        ("it is a share from 0 to 1", "它是 0 到 1 之间的比例"),
        ("it is 0 or more", "它须大于等于 0"),
        (
            "rlsd weighs what rewards tell: add reward_funcs, or leave it out",
            "rlsd 按奖励加权：请添加 reward_funcs，或去掉",
        ),
        ("it is a number above 0; 5 is usual", "它须大于 0；通常为 5"),
        (
            "advantage_reweight rlsd and this take a teacher in two ways: leave one of both out",
            "advantage_reweight rlsd 与它以两种方式使用教师：请去掉其中之一",
        ),
        (
            "{what:word!} takes no teacher on a server: give teacher_model, or none at all",
            "{what} 不支持服务器上的教师：请提供 teacher_model，或不用教师",
        ),
        ("of gkd it is a share from 0 to 1; 0.5 is usual", "对于 gkd，它是 0 到 1 之间的比例；通常为 0.5"),
        (
            "it is a number of tokens, 1 or more; leave it out to take them all",
            "它是 token 数量，至少为 1；去掉则使用全部",
        ),
        ("it does not go with {other:with_liger}: leave one of both out", "它不能与{other}一起使用：请去掉其中之一"),
        (
            "it compares rewards, and a teacher alone gives none: add reward_funcs, or leave it out",
            "它比较奖励，而只有教师时没有奖励：请添加 reward_funcs，或去掉",
        ),
        (
            "answers of several turns are not written meanwhile: leave this out, or multi_turn_scheduler",
            "多轮回答无法异步生成：请去掉此项，或去掉 multi_turn_scheduler",
        ),
        ("grpo does not take it; leave it out", "grpo 不接受此项；请去掉"),
        (
            "{method:word!} trains a model that writes, and {task:word!} makes none: leave it out, or take method sft",
            "{method} 训练的是生成文本的模型，而 {task} 不生成文本：请去掉，或使用方法 sft",
        ),
        (
            "of the loss robust it is below 0.5: more would turn the answers round",
            "对于损失 robust 它须小于 0.5：更大会使好坏回答颠倒",
        ),
    ],
    "of_blocks": [
        ("set boft_block_num to 0", "将 boft_block_num 设为 0"),
        ("set boft_block_size to 0", "将 boft_block_size 设为 0"),
    ],
    "with_liger": [
        ("a model that is its own teacher (no teacher_model)", "以自身为教师的模型（未提供 teacher_model）"),
        ("{option}", "选项 {option} "),
    ],
}
