"""Why ms-swift ended, as workers/swift/failures explains it."""

from api.language.chinese.grammar import Table

_RESOURCES = [
    (
        "a disk of the node is full: make room there or choose another output_dir",
        "节点的磁盘已满：请清理磁盘，或更换 output_dir",
    ),
    (
        "the quota of a disk of the node is used up: make room there or choose another output_dir",
        "节点的磁盘配额已用完：请清理磁盘，或更换 output_dir",
    ),
    (
        (
            "a file could not be written to its end, as when a disk of the node is full: make room there or"
            " choose another output_dir"
        ),
        "文件未能写完，通常是节点的磁盘已满：请清理磁盘，或更换 output_dir",
    ),
]
_MACHINES = [
    (
        "the node lacks the package {package}: install it beside ms-swift, or leave out what asks for it",
        "节点缺少软件包 {package}：请在 ms-swift 的环境中安装，或去掉需要它的选项",
    ),
    (
        (
            "the node lacks the package {package}, or has another release of it than this needs: install or upgrade it"
            " beside ms-swift"
        ),
        "节点缺少软件包 {package}，或其版本不符合要求：请在 ms-swift 的环境中安装或升级",
    ),
    (
        "flash attention is not installed on the node, or not for its PyTorch: install it, or set another attn_impl",
        "节点没有安装 flash attention，或与其 PyTorch 不匹配：请安装，或更换 attn_impl",
    ),
    (
        (
            "a token or a label lies beyond what the model has: look whether tokenizer and model belong together,"
            " and at num_labels"
        ),
        "token 或标签超出了模型的范围：请检查分词器与模型是否匹配，以及 num_labels",
    ),
    (
        "the node's PyTorch does not fit its GPU: install a build that names its architecture",
        "节点的 PyTorch 不支持其 GPU：请安装包含该架构的版本",
    ),
    (
        "the node's NVIDIA driver is too old for its PyTorch: upgrade the driver, or install an older PyTorch",
        "节点的 NVIDIA 驱动对其 PyTorch 来说太旧：请升级驱动，或安装较旧的 PyTorch",
    ),
    (
        "a GPU of the node failed: look at the kernel's log there for Xid, and drain the node meanwhile",
        "节点的一块 GPU 出现故障：请查看该节点内核日志中的 Xid，并暂时排空该节点",
    ),
    (
        (
            "the node's shared memory is too small: give its container a larger /dev/shm, or set"
            " dataloader_num_workers 0"
        ),
        "节点的共享内存太小：请增大其容器的 /dev/shm，或将 dataloader_num_workers 设为 0",
    ),
    (
        (
            "a process that prepared data was killed, most often for the host's memory: lower"
            " dataloader_num_workers or dataset_num_proc"
        ),
        "准备数据的进程被强制结束，通常是主机内存不足：请减小 dataloader_num_workers 或 dataset_num_proc",
    ),
    (
        (
            "deepspeed wants to compile a part of itself and finds no CUDA toolkit of PyTorch's version: install"
            " it on the node and set CUDA_HOME, or use a preset without offloading"
        ),
        (
            "deepspeed 需要编译自身的一部分，但没有找到与 PyTorch 版本一致的 CUDA toolkit：请在节点上安装并设置"
            " CUDA_HOME，或使用不含 offload 的预设"
        ),
    ),
    (
        (
            "its processes waited for each other in vain: look at the logs of all ranks, and raise ddp_timeout"
            " where one has more to prepare"
        ),
        "各进程互相等待直至超时：请查看所有 rank 的日志；若某个 rank 需要更多准备时间，请调大 ddp_timeout",
    ),
    (
        "the port of its processes was taken by another program in the same moment: submit it again",
        "其进程的端口恰好被另一个程序占用：请重新提交",
    ),
    (
        (
            "its processes lost each other: look at the network between the GPUs or nodes, and at the logs of all"
            " ranks; NCCL_DEBUG=INFO in the node's environment tells more"
        ),
        (
            "各进程失去了连接：请检查 GPU 或节点之间的网络，以及所有 rank 的日志；在节点环境中设置"
            " NCCL_DEBUG=INFO 可得到更多信息"
        ),
    ),
]
_DATA = [
    (
        (
            "{file} has lists or objects that are nested deeper than `datasets` reads: leave that column out, or give"
            " it as text"
        ),
        "{file} 中列表或对象的嵌套超过 `datasets` 可读取的层数：请去掉该列，或以文本形式给出",
    ),
    (
        "{column} changes from {before} to {after} in row {row} of {file}: give it one type in all rows",
        "{column} 的类型从 {before} 变为 {after}，位于 {file} 第 {row} 行：请在所有行中使用同一类型",
    ),
    (
        "row {row} of {file} is not valid JSON: correct or remove it",
        "{file} 的第 {row} 行不是有效的 JSON：请修正或删除该行",
    ),
    (
        "{file} is not valid JSON: one record a line, or one list of records, in UTF-8 without a byte order mark",
        "{file} 不是有效的 JSON：应为每行一条记录，或一个记录列表，使用不带 BOM 的 UTF-8",
    ),
    (
        "{file} has no rows in its first row group: write it again, or put rows in it",
        "{file} 的第一个行组中没有行：请重新写入，或加入记录",
    ),
    (
        "a row group of {file} is too large for its lists to be read at once: write it with smaller row groups",
        "{file} 的一个行组太大，其中的列表无法一次读取：请用更小的行组写入",
    ),
    ("{file} is damaged: copy or download it again", "{file} 已损坏：请重新复制或下载"),
    (
        "a file has columns of a type that cannot be read: write them as text",
        "有文件的列使用了无法读取的类型：请写成文本",
    ),
    ("{file} is not UTF-8: save it as UTF-8", "{file} 不是 UTF-8：请保存为 UTF-8"),
    (
        (
            "the columns of {file} are not those of the files before it: give all files of a folder the same, or"
            " name one file"
        ),
        "{file} 的列与之前的文件不同：请让文件夹中的所有文件使用相同的列，或指定单个文件",
    ),
    (
        "values of {file} change their type from one part to the next: give each column one type in all rows",
        "{file} 中的值前后类型不一致：请让每一列在所有行中使用同一类型",
    ),
    (
        "line {line} of {file} has {saw} fields, where {expected} are expected: quote those that hold the separator",
        "{file} 的第 {line} 行有 {saw} 个字段，应为 {expected} 个：请给包含分隔符的字段加引号",
    ),
    ("{file} has no rows: put records in it", "{file} 中没有数据：请加入记录"),
    (
        "a file of the data is not valid JSON: one record a line, or one list of records, in UTF-8",
        "数据中有文件不是有效的 JSON：应为每行一条记录，或一个记录列表，使用 UTF-8",
    ),
    ("a file of the data is not UTF-8: save it as UTF-8", "数据中有文件不是 UTF-8：请保存为 UTF-8"),
    (
        "the files of the data have different columns: give all files of a folder the same, or name one file",
        "数据文件的列不一致：请让文件夹中的所有文件使用相同的列，或指定单个文件",
    ),
    (
        (
            "the data set {name} cannot be had from its hub: look at its name, at the node's way to the hub and"
            " at its token"
        ),
        "无法从 hub 获取数据集 {name}：请检查其名称、节点到 hub 的网络以及令牌",
    ),
    ("none of the rows could be used, the last of them for this: {why}", "没有一行数据可用，最后一行的原因：{why}"),
    (
        "none of the rows could be used: look at their columns, at their contents and at max_length",
        "没有一行数据可用：请检查数据的列、内容以及 max_length",
    ),
    (
        "the label {label} is beyond num_labels: labels count from 0, so set num_labels to the highest and one more",
        "标签 {label} 超出 num_labels：标签从 0 开始，请将 num_labels 设为最大标签加一",
    ),
    ("the rows have no label: give each one, in a column 'label'", "数据没有标签：请在 'label' 列中给出每一行的标签"),
    (
        "the rows have no column '{column}', which this method needs: give each row one",
        "数据没有该方法所需的列 '{column}'：请为每一行补上",
    ),
    (
        "a reward function needs the column '{column}' of each row: add it, or choose another function",
        "奖励函数需要每一行的 '{column}' 列：请补上该列，或更换函数",
    ),
    ("the picture {picture} cannot be opened: replace or remove it", "图片 {picture} 无法打开：请替换或删除"),
]
_OPTIONS = [
    (
        (
            "the model has no modules called {modules}: leave target_modules out, or name ones that it has, as"
            " all-linear does"
        ),
        "模型中没有名为 {modules} 的模块：请去掉 target_modules，或使用模型中存在的模块，例如 all-linear",
    ),
    (
        "the ms-swift of the node does not know {options}: look at the options of its release",
        "节点的 ms-swift 不认识 {options}：请查看该版本的选项",
    ),
    (
        "ms-swift cannot tell by itself what kind of model this is: set model_type in extra_args",
        "ms-swift 无法判断模型类型：请在 extra_args 中设置 model_type",
    ),
    (
        "ms-swift cannot tell by itself how this model's chats are written: set template in extra_args",
        "ms-swift 无法判断模型的对话模板：请在 extra_args 中设置 template",
    ),
    (
        "ms-swift has no {option} {name}: look at the names that its release knows",
        "ms-swift 没有 {option} {name}：请查看该版本支持的名称",
    ),
    (
        "num_labels is missing, which a classifier needs: set it in extra_args",
        "缺少分类任务所需的 num_labels：请在 extra_args 中设置",
    ),
    (
        (
            "one step has {batch} answers, which is no multiple of num_generations {generations}: make batch_size"
            " times GPUs times gradient_accumulation_steps one"
        ),
        (
            "每步有 {batch} 个回答，不是 num_generations {generations} 的倍数：请让 batch_size × GPU 数 ×"
            " gradient_accumulation_steps 为其倍数"
        ),
    ),
    (
        "there is no reward function {function}: name one of ms-swift's in reward_funcs",
        "没有奖励函数 {function}：请在 reward_funcs 中使用 ms-swift 提供的函数",
    ),
    ("data that is streamed has no end that is known: set max_steps", "流式数据的长度未知：请设置 max_steps"),
    (
        "load_best_model_at_end wants each save to fall on an evaluation: make save_steps a multiple of eval_steps",
        "load_best_model_at_end 要求每次保存时都有评估：请让 save_steps 为 eval_steps 的倍数",
    ),
    (
        "no evaluation gives the metric {metric}: name one that it gives in metric_for_best_model",
        "评估没有指标 {metric}：请在 metric_for_best_model 中使用评估给出的指标",
    ),
    (
        "nothing of the model is trained: look at the tuner, at target_modules and at what is frozen",
        "模型没有任何可训练的部分：请检查 tuner、target_modules 以及冻结的设置",
    ),
    (
        "this node's GPU does not compute in bfloat16: set torch_dtype float16 or float32",
        "该节点的 GPU 不支持 bfloat16：请将 torch_dtype 设为 float16 或 float32",
    ),
    (
        "packing needs flash attention: set attn_impl flash_attn on a node that has it, or leave packing out",
        "packing 需要 flash attention：请在已安装的节点上设置 attn_impl flash_attn，或去掉 packing",
    ),
    (
        "there is no loss_type {name}: name one of ms-swift's, or leave it out",
        "没有 loss_type {name}：请使用 ms-swift 提供的名称，或去掉该选项",
    ),
    (
        "there is no checkpoint in {path} that can be gone on from: look at the path",
        "{path} 中没有可以继续训练的检查点：请检查路径",
    ),
]
_MODELS = [
    ("{path} is not there: look at the path", "{path} 不存在：请检查路径"),
    (
        "the hub gives this model to members only: ask for access there, and give the node a token",
        "该模型需要授权：请在 hub 上申请访问，并为节点配置令牌",
    ),
    (
        "the hub has no such model, or not for this node's token: look at its name and at the token",
        "hub 上没有该模型，或节点的令牌无权访问：请检查名称和令牌",
    ),
    (
        "the hub could not be reached from the node: look at its network, or name a local folder",
        "节点无法连接 hub：请检查网络，或使用本地文件夹",
    ),
    ("{folder} holds no weights: copy the model again, whole", "{folder} 中没有权重：请重新完整复制模型"),
    (
        (
            "{count} of the model's weights are in none of its files, {first} first, and would be random: copy the"
            " model again, whole, or say with extra_args.init_strategy how new ones begin"
        ),
        (
            "模型有 {count} 个权重不在任何文件中（第一个是 {first}），将会是随机值：请重新完整复制模型，"
            "或用 extra_args.init_strategy 指定新权重如何初始化"
        ),
    ),
    ("{file} is damaged or cut off: copy it again", "{file} 已损坏或不完整：请重新复制"),
    (
        "a file of weights is damaged or cut off: copy the model again, whole",
        "有权重文件已损坏或不完整：请重新完整复制模型",
    ),
    (
        "a JSON file of the model or of its tokenizer is damaged: copy the model again, whole",
        "模型或其分词器的 JSON 文件已损坏：请重新完整复制模型",
    ),
    (
        "tokenizer.json is damaged, or of a newer release of tokenizers than the node has: copy it again or upgrade",
        "tokenizer.json 已损坏，或其版本比节点的 tokenizers 更新：请重新复制，或升级",
    ),
    (
        "{folder} does not say what model it is: its config.json lacks model_type",
        "{folder} 没有说明模型类型：其 config.json 缺少 model_type",
    ),
    (
        "the model's files lack a tokenizer that can be used: copy it into the model's folder",
        "模型文件中缺少可用的分词器：请将其复制到模型文件夹",
    ),
    (
        (
            "config.json of the model says model_type {name}, which the node's transformers does not know: correct it,"
            " or upgrade transformers there where a newer release knows it"
        ),
        (
            "模型的 config.json 中 model_type 为 {name}，节点的 transformers 不认识它："
            "请更正；如果更新的版本支持，请在节点上升级 transformers"
        ),
    ),
    (
        "config.json of the model says dtype {name}, which PyTorch does not have: correct it, or copy it again",
        "模型的 config.json 中 dtype 为 {name}，PyTorch 没有这种类型：请更正，或重新复制",
    ),
    (
        (
            "config.json of the model names the activation function {name}, which the node's transformers does not"
            " have: correct it, or copy it again"
        ),
        "模型的 config.json 指定了激活函数 {name}，节点的 transformers 没有它：请更正，或重新复制",
    ),
    (
        (
            "config.json of the model says {name}, which the node's transformers does not know: correct it, or copy it"
            " again"
        ),
        "模型的 config.json 中有 {name}，节点的 transformers 不认识它：请更正，或重新复制",
    ),
    (
        "config.json of the model has values that cannot be: {fault}; correct it, or copy it again",
        "模型的 config.json 中的值不成立：{fault}；请更正，或重新复制",
    ),
    (
        "the model cannot be built as its config.json says: correct it, or copy it again",
        "无法按 config.json 构建模型：请更正，或重新复制",
    ),
    (
        "the node's transformers is too old for this kind of model, or does not have it: upgrade it there",
        "节点的 transformers 太旧，或不支持这种模型：请在节点上升级",
    ),
    (
        "the adapter is of a model of other sizes: use it with the model that it was trained on",
        "该适配器属于另一种尺寸的模型：请与训练它时的模型一起使用",
    ),
    (
        "the weights are of other sizes than config.json tells: copy the model again, whole",
        "权重的尺寸与 config.json 不符：请重新完整复制模型",
    ),
    (
        "{folder} is no adapter: it has no adapter_config.json that can be used",
        "{folder} 不是适配器：没有可用的 adapter_config.json",
    ),
    (
        "tokenizer and model do not belong together: the tokenizer has more tokens than the model's vocabulary",
        "分词器与模型不匹配：分词器的 token 数超过了模型的词表",
    ),
]

FAILURES: Table = {
    "message": [
        ("{cause:cause!}; ms-swift said: {said}", "{cause}；ms-swift 的报错：{said}"),
        (
            "{said}; lower batch_size or max_length, use more or larger GPUs, or a deepspeed preset",
            "{said}；请减小 batch_size 或 max_length，使用更多或更大的 GPU，或使用 deepspeed 预设",
        ),
        (
            "{said}; lower dataset_num_proc, dataloader_num_workers or batch_size, or give the node more memory",
            "{said}；请减小 dataset_num_proc、dataloader_num_workers 或 batch_size，或为节点增加内存",
        ),
        (
            "ms-swift ended with exit code {code}: {why}, in {function} of {file}, line {line}",
            "ms-swift 退出码为 {code}：{why}，位于 {file} 第 {line} 行的 {function}",
        ),
    ],
    "cause": [*_RESOURCES, *_MACHINES, *_OPTIONS, *_MODELS, *_DATA],
}
