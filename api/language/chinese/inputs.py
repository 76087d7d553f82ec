"""Inputs: what is wrong with a model, a data set or a folder."""

from api.language.chinese.grammar import Table

INPUTS: Table = {
    "message": [
        # Paths
        (
            "{path} is a link, and leads elsewhere than when it was checked",
            "{path} 是链接，检查之后指向了其他位置",
        ),
        ("the path is empty", "路径为空"),
        ("the path has a NUL character", "路径包含 NUL 字符"),
        ("{path} is too long, or has characters that no path has", "{path} 过长，或包含路径中不允许的字符"),
        ("{path} is a URL; give a path", "{path} 是 URL，请提供路径"),
        (
            "{path} is neither a whole path on the platform nor an id on a hub",
            "{path} 既不是平台上的完整路径，也不是模型仓库的ID",
        ),
        (
            "{path} begins with `~`, and nobody's home is meant here; give the whole path",
            "{path} 以 `~` 开头，这里不会展开为主目录，请给出完整路径",
        ),
        (
            "{path} has `..` in it; give the path below a root that {setting} names",
            "{path} 中有 `..`，请提供 {setting} 所列目录下的路径",
        ),
        (
            "{path} is not below an allowed root of this machine; its setting {setting} names them",
            "{path} 不在这台机器允许的目录下，允许的目录由设置 {setting} 列出",
        ),
        ("{path} is in a folder that the service keeps for itself", "{path} 位于服务自用的目录中"),
        (
            "{path} is a symbolic link, or behind one, that leads out of the allowed roots; copy the file",
            "{path} 是符号链接或位于符号链接之后，指向允许的目录之外；请复制该文件",
        ),
        ("{path} is a symbolic link that leads back to itself", "{path} 是指向自身的符号链接"),
        (
            "{path} leads out of the allowed roots, or to what the service keeps; copy it",
            "{path} 指向允许的根目录之外，或指向服务自用的内容；请改为复制文件",
        ),
        (
            "{path} is no id on a hub, which is hf::owner/name or ms::owner/name, and no path",
            "{path} 不是模型中心的标识（应为 hf::owner/name 或 ms::owner/name），也不是路径",
        ),
        (
            "{path} has folders in it that the service keeps for itself; name one beside them",
            "{path} 中有服务自用的目录，请提供其旁的目录",
        ),
        ("{path} is not below an allowed root of this node", "{path} 不在该节点允许的目录下"),
        ("{path} is the text of a list; send a list", "{path} 是列表的文本形式；请直接发送列表"),
        (
            "{path} has blanks at its beginning or its end, which count; take them out",
            "{path} 的首尾有空白，它们也算在内；请去掉",
        ),
        (
            (
                "{path} is no file or folder below an allowed root, no uploaded data set (dataset:NAME) and no id on a"
                " hub (owner/name)"
            ),
            (
                "{path} 既不是允许的目录下的文件或文件夹，也不是已上传的数据集 (dataset:NAME)，"
                "也不是 hub 上的 id (owner/name)"
            ),
        ),
        (
            "{path} is no job of this service, no folder below an allowed root and no id on a hub (owner/name)",
            "{path} 既不是本服务的任务，也不是允许的目录下的文件夹，也不是 hub 上的 id (owner/name)",
        ),
        ("{path} does not exist on this machine", "{path} 在这台机器上不存在"),
        ("{path} cannot be read: {error:system}", "{path} 无法读取：{error}"),
        ("{path} is not readable for this service", "本服务没有读取 {path} 的权限"),
        ("{path} is empty", "{path} 为空"),
        # Models
        (
            "{path} is a file; give the folder that has {config} and the weights",
            "{path} 是文件，请提供包含 {config} 和权重的文件夹",
        ),
        (
            "{path} is not a JSON object: it is damaged, or cut off; copy it again, whole",
            "{path} 不是 JSON 对象：文件损坏或被截断；请重新完整复制",
        ),
        ("{path} is full of {zeros:message!}", "{path} 全是{zeros}"),
        ("{path} is no safetensors file", "{path} 不是 safetensors 文件"),
        ("{path} {damage:damage!}; copy it again, whole", "{path} {damage}；请重新完整复制"),
        (
            "{path} is cut off: it has {there} of the {promised} bytes that its head promises; copy it again, whole",
            "{path} 被截断：文件头声明 {promised} 字节，实际只有 {there} 字节；请重新完整复制",
        ),
        ("{path} is cut off; copy it again, whole", "{path} 被截断；请重新完整复制"),
        (
            "{path} is an HTML page, in place of the weights; download those",
            "{path} 是 HTML 页面而不是权重；请下载权重本身",
        ),
        (
            "{path} lacks {count} of the files that {by:index!}, {first} first",
            "{path} 缺少{by}的 {count} 个文件，第一个是 {first}",
        ),
        (
            "{path}: behind `#` is said how many rows to take, a whole number of 1 or more",
            "{path}：`#` 后面是要取的行数，必须是不小于 1 的整数",
        ),
        ("{path} has no name before its `#`", "{path} 的 `#` 前面没有名称"),
        (
            "{path} is an adapter, not a model; give its merged export, or the base model",
            "{path} 是适配器而不是模型，请提供合并导出后的模型，或基础模型",
        ),
        (
            "{path} says {name} {value}, which PyTorch does not have; correct it, or copy it again",
            "{path} 中 {name} 为 {value}，PyTorch 没有这种类型；请更正，或重新复制",
        ),
        (
            ("{path} says num_hidden_layers {layers}, and has {name} for {count}; correct it, or copy the model again"),
            "{path} 中 num_hidden_layers 为 {layers}，而 {name} 只对应 {count} 层；请更正，或重新复制模型",
        ),
        ("{path} has no config.json", "{path} 中没有 config.json"),
        (
            "{path} is GGUF, which is made to be run and cannot be trained; get the model's safetensors",
            "{path} 是 GGUF 文件，只用于推理，不能训练；请改用该模型的 safetensors 版本",
        ),
        (
            "{path} holds no weights of torch: {again:foreign!}",
            "{path} 中没有 torch 权重：{again}",
        ),
        ("{path} names no weights: {again:foreign!}", "{path} 没有列出任何权重：{again}"),
        (
            "{path} lacks {weight}, which {index} says it has: the two are not of one model; copy both again",
            "{path} 缺少 {index} 声明其包含的 {weight}：两者不属于同一个模型；请重新复制这两个文件",
        ),
        ("{path} is no tokenizer ({why}): {again:foreign!}", "{path} 不是分词器（{why}）：{again}"),
        (
            "{path} is no vocabulary, which gives each token its number: {again:foreign!}",
            "{path} 不是给每个词元编号的词表：{again}",
        ),
        (
            "{path} has no pairs of tokens, one a line: {again:foreign!}",
            "{path} 中没有每行一对的词元：{again}",
        ),
        ("{path} is no model of sentencepiece: {again:foreign!}", "{path} 不是 sentencepiece 模型：{again}"),
        ("{path} has no weights ({suffixes})", "{path} 中没有权重文件 ({suffixes})"),
        # Data sets
        (
            "{path} ends in {suffix:suffix}; ms-swift reads {suffixes}",
            "{path} 的后缀是 {suffix}；ms-swift 支持 {suffixes}",
        ),
        (
            "{path} is no whole path; write it in full, or send its folder as env.ROOT_IMAGE_DIR",
            "{path} 不是完整路径；请写完整路径，或用 env.ROOT_IMAGE_DIR 给出其所在文件夹",
        ),
        (
            (
                "{path} is an address, and trainings fetch none here; save its file beside the data set and give the "
                "path, or its content as data:image/png;base64,… (an administrator can allow addresses: MEDIA_URLS=any)"
            ),
            (
                "{path} 是网址，训练不会在这里抓取任何网址；请把文件保存在数据集旁并给出路径，"
                "或以 data:image/png;base64,… 给出内容（管理员可用 MEDIA_URLS=any 允许网址）"
            ),
        ),
        ("{path} is not a file", "{path} 不是文件"),
        ("{path} is not a folder of this machine", "{path} 不是这台机器上的文件夹"),
        (
            "no uploaded data set can be used: a folder that ms-swift made is needed here",
            "不能使用上传的数据集：此处需要 ms-swift 生成的文件夹",
        ),
        (
            "no uploaded data set can be used: the name of a benchmark is needed here",
            "不能使用上传的数据集：此处需要评测集的名称",
        ),
        (
            "no uploaded data set can be used: the name of a model is needed here",
            "不能使用上传的数据集：此处需要模型的名称",
        ),
        ("{path} has no data file ({suffixes})", "{path} 中没有数据文件 ({suffixes})"),
        (
            "{path} is no whole Parquet file: that begins and ends with PAR1",
            "{path} 不是完整的 Parquet 文件：文件应以 PAR1 开头和结尾",
        ),
        ("{path} has no records, only blank lines", "{path} 只有空行，没有记录"),
        (
            "{path} is neither a JSON list nor JSON lines; it starts with {excerpt}",
            "{path} 既不是 JSON 列表也不是 JSON Lines，开头是 {excerpt}",
        ),
        ("{path} is not JSON that can be read", "{path} 不是可读取的 JSON"),
        ("{path} is an empty list", "{path} 是空列表"),
        (
            "{path}: its header names no column that ms-swift knows ({examples}); it names: {columns}",
            "{path}：表头中没有 ms-swift 认识的列 ({examples})；现有列：{columns}",
        ),
        (
            (
                "none of the first {count} records has text in a column that ms-swift knows ({examples}); "
                "their columns: {columns}; say which one is what, as in extra_args.columns {way}"
            ),
            (
                "前 {count} 条记录中，ms-swift 认识的列 ({examples}) 都没有文本；现有列：{columns}；"
                "请指明各列的含义，例如 extra_args.columns {way}"
            ),
        ),
        (
            (
                "none of the first {count} records has text in a column that ms-swift knows ({examples}); "
                "their columns: {columns}"
            ),
            "前 {count} 条记录中，ms-swift 认识的列 ({examples}) 都没有文本；现有列：{columns}",
        ),
        # Records
        ("not UTF-8 at byte {byte} of the line: {excerpt}", "该行第 {byte} 字节不是 UTF-8：{excerpt}"),
        (
            "not JSON: column {column} has {number}, which JSON does not know",
            "不是有效的 JSON：列 {column} 中有 JSON 不支持的 {number}",
        ),
        (
            "not JSON: {error:json} at column {column}: {excerpt}",
            "不是有效的 JSON：{error}（第 {column} 列）：{excerpt}",
        ),
        ("not JSON: {error:json} at column {column}", "不是有效的 JSON：{error}（第 {column} 列）"),
        ("not JSON that can be read: {excerpt}", "不是可读取的 JSON：{excerpt}"),
        ("a JSON {kind:json_kind}, not an object: {excerpt}", "是{kind}而不是对象：{excerpt}"),
        ("a JSON {kind:json_kind}, not an object", "是{kind}而不是对象"),
        (
            (
                "not JSON that can be read, its lists and objects are nested deeper than the {depth} levels that"
                " `datasets` reads: {excerpt}"
            ),
            "不是可读取的 JSON，其列表和对象的嵌套超过 `datasets` 可读取的 {depth} 层：{excerpt}",
        ),
        (
            (
                "not JSON that can be read, its lists and objects are nested deeper than the {depth} levels that"
                " `datasets` reads"
            ),
            "不是可读取的 JSON，其列表和对象的嵌套超过 `datasets` 可读取的 {depth} 层",
        ),
        (
            "the column `{name}` is nested deeper than the {depth} levels that `datasets` reads",
            "列 `{name}` 的嵌套超过 `datasets` 可读取的 {depth} 层",
        ),
    ],
    "json_kind": [
        ("null", "空值"),
        ("true or false", "布尔值"),
        ("text", "文本"),
        ("number", "数字"),
        ("list", "列表"),
        ("object", "对象"),
    ],
    "where": [
        ("line {number}", "第 {number} 行"),
        ("element {number}", "第 {number} 个元素"),
        ("the record at byte {byte}", "位于第 {byte} 字节的记录"),
        ("{where:where!} of {file}", "{file} {where}"),
    ],
    "suffix": [("no suffix", "（无后缀）")],
    "index": [("its index names", "索引中列出"), ("the others are numbered with", "按其余文件的编号应有")],
    "foreign": [
        (
            "it is damaged, or another program's; copy it again from where the model came",
            "文件已损坏，或属于其他程序；请从模型来源处重新复制",
        ),
    ],
    "damage": [("has a damaged head", "的文件头损坏"), ("is cut off", "被截断")],
}
