"""What is wrong with a parameter, an ms-swift option or an environment variable."""

from api.language.chinese.grammar import Table

OPTIONS: Table = {
    "message": [
        ("{message:message!}; did you mean {name}?", "{message}；您是指 {name} 吗？"),
        # Names
        ("unknown; it is one of {methods}", "未知，可选值：{methods}"),
        ("no such parameter", "没有这个参数"),
        ("no such option in ms-swift {version}", "ms-swift {version} 没有这个选项"),
        (
            "only a training of task type multimodal has it: a text model has no vision parts",
            "只有多模态训练才有这个参数：文本模型没有视觉部分",
        ),
        (
            "not a parameter of this API but an ms-swift option: put it into extra_args",
            "不是本 API 的参数，而是 ms-swift 的选项，请放入 extra_args",
        ),
        (
            "not ms-swift's name but a parameter of this API: {name} goes into the parameters",
            "不是 ms-swift 的名称，而是本 API 的参数，请将 {name} 放入参数中",
        ),
        (
            "not a known parameter; further ms-swift options go into `extra_args`",
            "未知参数，其他 ms-swift 选项请放入 `extra_args`",
        ),
        ("write {name} with the value false", "请写 {name} 并将值设为 false"),
        ("no option of {method:word!}; it belongs to {methods}", "{method} 没有这个选项，它属于 {methods}"),
        ("an abbreviation of `{name}`; write option names in full", "是 `{name}` 的缩写，请写完整的选项名称"),
        (
            "not an option name; use letters, digits and underscores, without dashes, such as {name}",
            "不是选项名称，请使用字母、数字和下划线，不带连字符，例如 {name}",
        ),
        (
            "not an option name; use letters, digits and underscores, without dashes",
            "不是选项名称，请使用字母、数字和下划线，不带连字符",
        ),
        (
            "a job may not set this variable; it may set {names}; a training {folder}, too",
            "任务不能设置这个环境变量，可以设置的有：{names}；训练还可以设置 {folder}",
        ),
        # Refused ones
        ("set `model_path`", "请设置 `model_path`"),
        ("set `data_path`", "请设置 `data_path`"),
        ("set `method`", "请设置 `method`"),
        ("set `output_dir` of the job", "请设置任务的 `output_dir`"),
        ("logs go below `output_dir`", "日志位于 `output_dir` 下"),
        ("set `{parameter}` in the parameters", "请在参数中设置 `{parameter}`"),
        ("each attempt has its own folder", "每次尝试都有自己的文件夹"),
        ("attempts resume by themselves", "任务会自动从检查点继续"),
        ("the node decides", "由节点决定"),
        ("it runs code", "它会执行代码"),
        ("it sets the environment", "它会设置环境变量"),
        ("it can name code to load", "它可能加载代码"),
        ("it loads options from a file", "它会从文件加载选项"),
        ("it starts processes outside the job", "它会启动任务以外的进程"),
        ("it names files that are not checked", "它指定的文件没有经过检查"),
        ("it reads a file", "它会读取文件"),
        (
            "a secret would end up in logs and args.json; set it in the node's environment",
            "密钥会出现在日志和 args.json 中，请在节点的环境变量中设置",
        ),
        ("it uploads the model with the node's credentials", "它会使用节点的凭证上传模型"),
        ("only {values} are accepted", "只接受 {values}"),
        (
            "only the name of an implementation is accepted; code is not fetched from a hub",
            "只接受实现的名称，不会从模型仓库下载代码",
        ),
        (
            "the value names a file; files are only read through `model_path` and `data_path`",
            "该值是文件名，文件只能通过 `model_path` 和 `data_path` 读取",
        ),
        # Values
        (
            "says for each number of dimensions how much it counts: {example}",
            "须为每个维度数给出它的权重：{example}",
        ),
        ("takes one value, not a list", "只接受一个值，不接受列表"),
        ("takes {wanted:type!}, not {value}", "需要{wanted}，而不是 {value}"),
        (
            "{value} is none of the {count} values that this ms-swift knows",
            "{value} 不在该 ms-swift 支持的 {count} 个值之中",
        ),
        ("{value} is not one of {values}", "{value} 不是以下之一：{values}"),
        ("an element of a list may not start with a dash: {value}", "列表的元素不能以连字符开头：{value}"),
        ("the value is not valid Unicode", "该值不是有效的 Unicode"),
        ("the value has a NUL character", "该值包含 NUL 字符"),
        ("the value is longer than {count} bytes", "该值超过 {count} 字节"),
        ("the value is not a finite number", "该值不是有限的数字"),
        ("a value of type {type} cannot be passed", "不能传递 {type} 类型的值"),
        (
            "the value has characters that are not letters, digits or punctuation",
            "该值包含字母、数字和标点以外的字符",
        ),
        # Methods
        (
            "grpo needs something that rewards: give {functions:functions}, or reward_model",
            "grpo 需要奖励：请提供 {functions} 或 reward_model",
        ),
        (
            "kto compares answers within a step and needs two records or more in each; 1 is too few",
            "kto 在每一步内比较回答，每步至少需要两条记录",
        ),
    ],
    "functions": [("reward_funcs (out of {values})", "reward_funcs（可选 {values}）")],
    "type": [
        ("text", "文本"),
        ("a whole number", "整数"),
        ("a number", "数字"),
        ("true or false", " true 或 false"),
        ("a JSON object", " JSON 对象"),
        ("no value on ms-swift's command line", "不能在 ms-swift 命令行上给出的值"),
    ],
}
