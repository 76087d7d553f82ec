"""What does not go together, of options that are right one by one; what does not count; how a list was read."""

from api.language.chinese.grammar import Table

CONFLICTS: Table = {
    "message": [
        # Saving
        (
            "nothing would be kept, and a job ends with what it kept; leave it out, or say steps or epoch",
            "这样什么都不会保存，而任务以保存的内容为结果；请去掉它，或设为 steps 或 epoch",
        ),
        (
            "the best is told by an evaluation, and without one nothing is kept; {way_out:data}",
            "最佳检查点由评估确定，没有评估就什么都不会保存；{way_out}",
        ),
        (
            "with save_strategy best, say when to evaluate: eval_strategy steps or epoch",
            "save_strategy 为 best 时，请指定何时评估：eval_strategy 设为 steps 或 epoch",
        ),
        (
            "ms-swift fails at the very end without a best checkpoint to link: leave it out, or {way_out:data}",
            "没有可链接的最佳检查点时，ms-swift 会在最后失败：请去掉它，或{way_out}",
        ),
        # Evaluation
        (
            "which is the best is told by an evaluation, and there is none; {way_out:data}",
            "最佳检查点由评估确定，而这里没有评估；{way_out}",
        ),
        (
            "this schedule follows an evaluation, and there is none; {way_out:data}",
            "该调度依赖评估，而这里没有评估；{way_out}",
        ),
        (
            "with {sharding}, load_best_model_at_end needs whole checkpoints; set it to false",
            "使用 {sharding} 时，load_best_model_at_end 需要完整的检查点；请设为 false",
        ),
        (
            "the evaluation of this training measures loss and {accuracy}, not {name}; take one of them",
            "该训练的评估只计算 loss 和 {accuracy}，不计算 {name}；请选择其中之一",
        ),
        (
            "load_best_model_at_end evaluates and saves at the same time, and save_strategy is {saves}; say so, too",
            "load_best_model_at_end 要求评估与保存同时进行，而 save_strategy 为 {saves}；请设为相同的值",
        ),
        (
            (
                "load_best_model_at_end saves what was evaluated just before: with eval_steps {evaluate} set "
                "save_steps to {save}, or set eval_steps to {now}"
            ),
            (
                "load_best_model_at_end 保存刚刚评估过的内容：eval_steps 为 {evaluate} 时，请将 save_steps "
                "设为 {save}，或将 eval_steps 设为 {now}"
            ),
        ),
        (
            (
                "the evaluation takes {size} at once, which {answers} answers to each question do not divide: "
                "set per_device_eval_batch_size to {fitting}, or this to {fewer}"
            ),
            (
                "评估每次处理 {size} 条，不能被每个问题的 {answers} 个回答整除：请将 per_device_eval_batch_size 设为 "
                "{fitting}，或将此项设为 {fewer}"
            ),
        ),
        # Reading
        (
            "nobody knows how long a stream is: say how many steps to train",
            "流式数据的长度未知：请指定训练多少步",
        ),
        (
            "a stream is tokenised as it comes: leave this out, or streaming",
            "流式数据边读边分词：请去掉此项，或去掉 streaming",
        ),
        (
            "kto weighs all answers before it starts: leave streaming out",
            "kto 在开始前要统计所有回答：请去掉 streaming",
        ),
        (
            "what is cached cannot be streamed: leave this out, or streaming",
            "缓存的数据不能流式读取：请去掉此项，或去掉 streaming",
        ),
        (
            "it is a share for each data set, and data_path has {count}: give as many, or leave it out",
            "这是每个数据集所占的比例，而 data_path 有 {count} 个数据集：请给出同样多的比例，或去掉此项",
        ),
        (
            "shares of all data sets, which have to make 1 together",
            "所有数据集的比例之和必须为 1",
        ),
        (
            "packing needs all lengths beforehand: leave this out, or packing",
            "packing 需要事先知道所有长度：请去掉此项，或去掉 packing",
        ),
        (
            "group_by_length needs all lengths beforehand: leave one of both out",
            "group_by_length 需要事先知道所有长度：请去掉其中之一",
        ),
        ("group_by_length shuffles: leave this out, or that", "group_by_length 会打乱顺序：请去掉其中之一"),
        ("grpo takes left or delete", "grpo 只接受 left 或 delete"),
        ("grpo takes no cached data set", "grpo 不接受缓存的数据集"),
        ("{method:word!} does not do it; leave it out", "{method} 不支持它；请去掉"),
        (
            "{feature:word!} needs flash attention: add attn_impl flash_attn, or leave {same} out",
            "{feature} 需要 flash attention：请添加 attn_impl flash_attn，或去掉 {same}",
        ),
        (
            "only method pt splits what is too long; take delete, left or right",
            "只有 pt 方法会拆分过长的内容；请使用 delete、left 或 right",
        ),
        ("what is too long is split beforehand: leave this out", "过长的内容会事先拆分：请去掉此项"),
        # Writing
        (
            "it has to be what {rounds} steps take, {size}; {way:numbers}",
            "它必须等于 {rounds} 步处理的条数 {size}；{way}",
        ),
        (
            "it has to be a multiple of the {step} records that one step takes, such as {size}",
            "它必须是每步处理的 {step} 条记录的倍数，例如 {size}",
        ),
        ("grpo compares the answers to a question: 2 or more", "grpo 比较同一问题的多个回答：至少为 2"),
        (
            (
                "{answers} answers to each question do not divide the {written} that are written at once ({product}); "
                "{way_out:numbers}"
            ),
            "每个问题的 {answers} 个回答不能整除一次生成的 {written} 个（{product}）；{way_out}",
        ),
        (
            "there are {judges} rewards and {count} weights; give one weight for each reward, in their order",
            "有 {judges} 个奖励和 {count} 个权重；请按顺序为每个奖励提供一个权重",
        ),
        (
            "the reward soft_overlong needs it: say from how many tokens on",
            "奖励 soft_overlong 需要它：请指定从多少个 token 开始",
        ),
        (
            "with use_vllm, say where vLLM runs: colocate (on the job's own GPUs) or server",
            "使用 use_vllm 时，请指定 vLLM 在哪里运行：colocate（任务自己的 GPU）或 server",
        ),
        (
            "nothing uses vLLM: add use_vllm true, or leave this out",
            "没有使用 vLLM：请添加 use_vllm true，或去掉此项",
        ),
        (
            "say which server: vllm_server_host or vllm_server_base_url",
            "请指定服务器：vllm_server_host 或 vllm_server_base_url",
        ),
        (
            "only a server writes meanwhile: vllm_mode server, or leave this out",
            "只有服务器能同时生成：请设 vllm_mode server，或去掉此项",
        ),
        # Comparing
        ("only dpo takes several; {method} takes one", "只有 dpo 接受多个；{method} 只接受一个"),
        ("only dpo has them; leave them out", "只有 dpo 有此项；请去掉"),
        (
            "there are {losses} losses and {count} weights; give one weight for each loss_type",
            "有 {losses} 个损失和 {count} 个权重；请为每个 loss_type 提供一个权重",
        ),
        ("{kind:word!} takes no model of reference; leave it out", "{kind} 不使用参考模型；请去掉"),
        ("{method:word!} takes none; leave them out", "{method} 不接受此项；请去掉"),
        (
            "there is a teacher_model already: leave one of both out",
            "已经有 teacher_model：请去掉其中之一",
        ),
        (
            "a teacher on a server tells the likeliest tokens only: say how many",
            "服务器上的教师只给出概率最高的 token：请指定多少个",
        ),
        ("ms-swift does not do it any more; leave it out", "ms-swift 已不再支持它；请去掉"),
        # Hardware
        (
            "a training computes in one of both: leave fp16 or bf16 out",
            "训练只能使用其中一种精度：请去掉 fp16 或 bf16",
        ),
        ("an evaluation computes in one of both: leave one out", "评估只能使用其中一种精度：请去掉一个"),
        (
            (
                "with torch_dtype {dtype} ms-swift computes in {mixed}: "
                "set torch_dtype to {wanted} in place of this, or add {off} false"
            ),
            "torch_dtype 为 {dtype} 时 ms-swift 使用 {mixed} 计算：请将 torch_dtype 设为 {wanted}，或添加 {off} false",
        ),
        (
            "deepspeed shares the model out already: leave one of both out",
            "deepspeed 已经切分模型：请去掉其中之一",
        ),
        ("deepspeed decides where the weights are: leave this out", "权重的位置由 deepspeed 决定：请去掉此项"),
        (
            "it takes train_type full and deepspeed zero0, zero1 or zero2; leave it out otherwise",
            "它需要 train_type full 以及 deepspeed zero0、zero1 或 zero2；否则请去掉",
        ),
        (
            "one GPU has nobody to share the model with: ask for 2 GPUs, or leave it out",
            "单个 GPU 无法切分模型：请申请 2 个 GPU，或去掉它",
        ),
        ("fsdp saves whole checkpoints only: set it to false", "fsdp 只保存完整的检查点：请设为 false"),
        (
            "the job has {gpus} GPUs, and each record is on {parts} of them; ask for {wanted} GPUs or a multiple",
            "任务有 {gpus} 个 GPU，而每条记录分布在 {parts} 个上；请申请 {wanted} 个 GPU 或其倍数",
        ),
        # Tuning
        (
            "train_type full passes adapters over: merge them into the model first, or take the train_type of theirs",
            "train_type full 会忽略适配器：请先将其合并到模型中，或使用其原来的 train_type",
        ),
        ("a training goes on with one adapter; name one", "训练只能从一个适配器继续；请只指定一个"),
        (
            "unsloth does lora and full; leave it out otherwise",
            "unsloth 只支持 lora 和 full；否则请去掉",
        ),
        (
            "what is frozen does not learn at the rate {rate}: leave one of both out",
            "被冻结的部分不会按 {rate} 学习：请去掉其中之一",
        ),
        ("say how the weights get {bits} bits: {methods}", "请指定权重如何变为 {bits} 位：{methods}"),
        ("{method:word!} takes {bits} bits: say which", "{method} 支持 {bits} 位：请选择"),
        (
            "weights of few bits are not trained themselves: take train_type lora, or leave quant_method out",
            "低位权重本身不能训练：请使用 train_type lora，或去掉 quant_method",
        ),
        (
            "task_type seq_cls sorts into so many classes: say how many",
            "task_type seq_cls 需要类别数：请指定",
        ),
        ("it is one of {names}, or a JSON object", "它是以下之一：{names}，或 JSON 对象"),
        (
            "rope_scaling {scaling} stretches the model to it: say how far",
            "rope_scaling {scaling} 会将模型扩展到该长度：请指定",
        ),
        ("warmup_ratio says it already: leave one of both out", "warmup_ratio 已经指定：请去掉其中之一"),
        (
            "it is a number of steps, or a share of them below 1: 0 or more",
            "它是步数，或小于 1 的比例：至少为 0",
        ),
        ("it is a number of steps: 1 or more", "它是步数：至少为 1"),
        (
            "with dataloader_num_workers 0 nobody reads ahead: leave this out, or ask for workers",
            "dataloader_num_workers 为 0 时没有预读：请去掉此项，或增加 worker",
        ),
        (
            "the adapter that the training goes on with has {own} and keeps it: leave this out, or send {same}",
            "训练继续使用的适配器的值为 {own}，并且保持不变：请去掉此项，或发送 {same}",
        ),
        (
            "the task type is {type}, so none of it would count: send {right}_params, or task_type {other}",
            "任务类型为 {type}，因此这些参数都不会生效：请发送 {right}_params，或将 task_type 设为 {other}",
        ),
        # Packages
        (
            (
                "{what} needs the package {package}, and no node that is there has all that the job needs: "
                "run `pip install {same}` in the environment of the ms-swift of {node}"
            ),
            (
                "{what} 需要软件包 {package}，而在线的节点都不具备任务所需的全部软件包：请在 {node} 的 ms-swift "
                "环境中运行 `pip install {same}`"
            ),
        ),
        (
            "no node is there yet: the job waits for one whose ms-swift has {packages} beside it",
            "目前还没有节点：任务将等待 ms-swift 旁装有 {packages} 的节点",
        ),
        # Lists and texts
        ("extra_args.{name} was read as the list {value}", "extra_args.{name} 已读作列表 {value}"),
        (
            "all rows would be held out to validate with, and none trained on; a tenth is 0.1",
            "所有行都会被留作验证，没有可训练的行；十分之一为 0.1",
        ),
        ("takes a list, and this has no element: leave the option out", "需要列表，而这里没有元素：请去掉该选项"),
        (
            "takes a list, and this may be one value or several: write {several} or {one}",
            "需要列表，而这里可能是一个值，也可能是多个：请写成 {several} 或 {one}",
        ),
        (
            "ms-swift takes a text that ends in {ending} for a file; end it otherwise",
            "ms-swift 会把以 {ending} 结尾的文本当作文件；请换一种结尾",
        ),
        # What does not count
        (
            "{name:field!} does not count: train_type {type} makes no LoRA adapter",
            "{name} 不生效：train_type {type} 不产生 LoRA 适配器",
        ),
        (
            "{name:field!} does not count: the adapter that it goes on with has its own",
            "{name} 不生效：继续使用的适配器有自己的设置",
        ),
        (
            "eval_steps does not count: nothing is evaluated without val_dataset or split_dataset_ratio",
            "eval_steps 不生效：没有 val_dataset 或 split_dataset_ratio 就不会评估",
        ),
        (
            "extra_args.split_dataset_ratio does not count: nothing is split off beside val_dataset, or of a stream",
            "extra_args.split_dataset_ratio 不生效：有 val_dataset 时或流式读取时不会划分",
        ),
        (
            "num_epochs does not count: max_steps ends the training after {steps} steps",
            "num_epochs 不生效：max_steps 使训练在 {steps} 步后结束",
        ),
        ("{name:field!} does not count: it takes {what}", "{name} 不生效：需要 {what}"),
        (
            "vit_lr and aligner_lr do not count: the model reads text only, and the task type llm would do",
            "vit_lr 和 aligner_lr 不生效：该模型只读文本，使用任务类型 llm 即可",
        ),
        (
            "the model reads more than text; task type llm trains its language part alone, multimodal all of it",
            "该模型不只读文本；任务类型 llm 只训练其语言部分，multimodal 训练全部",
        ),
    ],
    "data": [
        ("leave eval_strategy no out", "请去掉 eval_strategy no"),
        ("give val_dataset or split_dataset_ratio", "请提供 val_dataset 或 split_dataset_ratio"),
        ("give val_dataset", "请提供 val_dataset"),
    ],
    "numbers": [
        ("leave it out, or leave steps_per_generation out", "请去掉它，或去掉 steps_per_generation"),
        ("leave it out", "请去掉它"),
        ("leave steps_per_generation out and set it to {size}", "请去掉 steps_per_generation，并将它设为 {size}"),
        (
            "set num_generations to {fewer}, or leave steps_per_generation out and set generation_batch_size to {size}",
            "请将 num_generations 设为 {fewer}，或去掉 steps_per_generation 并将 generation_batch_size 设为 {size}",
        ),
        (
            "leave steps_per_generation out and set generation_batch_size to {size}",
            "请去掉 steps_per_generation，并将 generation_batch_size 设为 {size}",
        ),
        ("leave steps_per_generation out", "请去掉 steps_per_generation"),
        (
            "set num_generations to {fewer}, or {name} to {enough}",
            "请将 num_generations 设为 {fewer}，或将 {name} 设为 {enough}",
        ),
        ("set {name} to {enough}", "请将 {name} 设为 {enough}"),
    ],
}
