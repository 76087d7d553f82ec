"""Readings: how a data set was read, what of it cannot be used, and where it cannot be read at all."""

from api.language.chinese.grammar import Table

READINGS: Table = {
    "message": [
        ("{path}: {counted:counted!}; such rows are not learned from", "{path}：{counted}；这些行不会被学习"),
        ("{path}: {counted:long!}; such rows are left out", "{path}：{counted}；这些行不会被使用"),
        ("{path}: {counted:counted!}", "{path}：{counted}"),
        ("{path}: {note:read!}", "{path}：{note}"),
        (
            "{path}: samples of it were read here; the node reads all of it",
            "{path}：此处只抽样读取，节点会读取全部内容",
        ),
        ("{path} has no rows below its header", "{path} 的表头下没有数据行"),
        ("{path} has no text", "{path} 中没有文本"),
        (
            "{path} was written by save_to_disk of `datasets`, which ms-swift does not read; {way_out:way_out}",
            "{path} 是 `datasets` 的 save_to_disk 写出的，ms-swift 不能读取；{way_out}",
        ),
        (
            "{path} is not plain UTF-8 of one object a line, or one list; name the file itself as the path",
            "{path} 不是普通的 UTF-8 JSON Lines 或单个列表；请直接以该文件作为路径",
        ),
        (
            "{first} and {second} have different columns ({columns}; {others}); give them as data sets of their own",
            "{first} 和 {second} 的列不同（{columns}；{others}）；请作为各自的数据集给出",
        ),
        (
            (
                "{path} has no tokenizer (tokenizer.json, tokenizer.model, vocab.json, …); copy those files of the "
                "model that it was made from beside its weights"
            ),
            (
                "{path} 中没有分词器（tokenizer.json、tokenizer.model、vocab.json 等）；"
                "请把其来源模型的这些文件复制到权重旁"
            ),
        ),
        (
            (
                "{path}: an object with several lists of records ({names}); write the one to train on as JSON lines, "
                "as {command} does"
            ),
            "{path}：一个对象中有多个记录列表（{names}）；请把要训练的那个写成 JSON Lines，例如用 {command}",
        ),
        ("{message:message!}; the line is cut off", "{message}；该行被截断"),
        (
            "{path}: neither a JSON list nor JSON lines; it starts with {excerpt}",
            "{path}：既不是 JSON 列表也不是 JSON Lines，开头是 {excerpt}",
        ),
        ("not {encoding} at byte {byte} of the line: {excerpt}", "该行第 {byte} 字节不是 {encoding}：{excerpt}"),
        ("not {encoding} at byte {byte} of the file", "文件第 {byte} 字节不是 {encoding}"),
        ("not CSV: {error}", "不是有效的 CSV：{error}"),
        ("{cells:word!} cells, where the header names {columns} columns", "{cells} 个单元格，而表头只有 {columns} 列"),
        ("a quotation mark that is never closed", "引号没有闭合"),
        ("its header names the column {column} twice", "表头中的列 {column} 出现了两次"),
        ("the key {key} is there twice in one object", "同一个对象中键 {key} 出现了两次"),
        (
            "half a character, {half}: of a surrogate pair both halves have to be there",
            "半个字符 {half}：代理对的两半必须同时存在",
        ),
        (
            "{message:kinds!}; `datasets` decides by the first 10 MB what a column holds",
            "{message}；`datasets` 根据前 10 MB 决定列的类型",
        ),
        ("column {column}, message {number}: its content is null", "列 {column} 的第 {number} 条消息：content 为 null"),
        ("column {column}: every answer is empty", "列 {column}：所有回答都为空"),
        ("column {column} is {state:state!}", "列 {column} {state}"),
    ],
    "counted": [
        (
            (
                "{count:word!} of {rows}{looked:looked!} {words:unusable!}, first in {where:where!}: {why:message}; "
                "{more:counted!}"
            ),
            "{rows} 行{looked}中有 {count} 行{words}，首先在{where}：{why}；{more}",
        ),
        (
            "{count:word!} of {rows}{looked:looked!} {words:unusable!}, first in {where:where!}: {why:message}",
            "{rows} 行{looked}中有 {count} 行{words}，首先在{where}：{why}",
        ),
        (
            "{count:word!} of {rows} {words:unusable!}, first in {where:where!}: {why:message}; {more:counted!}",
            "{rows} 行中有 {count} 行{words}，首先在{where}：{why}；{more}",
        ),
        (
            "{count:word!} of {rows} {words:unusable!}, first in {where:where!}: {why:message}",
            "{rows} 行中有 {count} 行{words}，首先在{where}：{why}",
        ),
    ],
    "json": [
        ("Extra data behind the list", "列表之后还有多余内容"),
        ("Expecting '{sign}'", "应为 '{sign}'"),
    ],
    "long": [
        (
            (
                "{count} of {rows} rows that were looked at are longer than max_length {most}, first in {where:where}: "
                "{tokens} tokens or more"
            ),
            "抽查的 {rows} 行中有 {count} 行超过 max_length {most}，首先是{where}：至少 {tokens} 个 token",
        ),
        (
            "{count} of {rows} rows are longer than max_length {most}, first in {where:where}: {tokens} tokens or more",
            "{rows} 行中有 {count} 行超过 max_length {most}，首先是{where}：至少 {tokens} 个 token",
        ),
    ],
    "looked": [(" that were looked at", "（抽查）")],
    "unusable": [
        ("answers are empty", "的回答为空"),
        ("answers are {state:state!}", "的回答{state}"),
        ("questions are null", "的问题为 null"),
        ("contents are null", "的内容为 null"),
        ("rows have no messages", "没有消息"),
        ("rows cannot be used", "无法使用"),
    ],
    "state": [("null", "为 null"), ("empty", "为空")],
    "read": [
        (
            "in {count} of {rows} rows column {column} has more than one answer: the first is used",
            "{rows} 行中有 {count} 行的列 {column} 有多个回答，只使用第一个",
        ),
        ("read as the {count} records below `{key}`", "按 `{key}` 下的 {count} 条记录读取"),
        (
            "read as {count} records whose columns are the keys of one object",
            "按 {count} 条记录读取，其列是一个对象的各个键",
        ),
        ("read as columns between {separator:separator!}", "按{separator}分隔的列读取"),
        ("read as {encoding}", "按 {encoding} 编码读取"),
    ],
    "separator": [("commas", "逗号"), ("semicolons", "分号"), ("tabs", "制表符"), ("bars", "竖线")],
    "kinds": [
        ("column {column} is new here", "列 {column} 在此处首次出现"),
        (
            "column {column} has {kind:kind} here, and {before:kind} in the rows before",
            "列 {column} 在此处是{kind}，而之前的行是{before}",
        ),
    ],
    "kind": [
        ("{one:kind!} or {other:kind!}", "{one}或{other}"),
        ("a text", "文本"),
        ("a date", "日期"),
        ("an object", "对象"),
        ("a list", "列表"),
        ("a whole number", "整数"),
        ("a number", "小数"),
        ("true or false", "true 或 false"),
        ("nothing", "空"),
    ],
    "way_out": [
        ("give its file {name} as the path", "请以其中的文件 {name} 作为路径"),
        (
            'write one of its parts as a file: load_from_disk(…).to_json("train.jsonl")',
            '请把其中一部分写成文件：load_from_disk(…).to_json("train.jsonl")',
        ),
    ],
    "where": [
        ("line {number}, element {element}", "第 {number} 行的第 {element} 个元素"),
        ("line {number}, or after it", "第 {number} 行或其后"),
        ("element {number} of `{key}`", "`{key}` 的第 {number} 个元素"),
        ("record {number}", "第 {number} 条记录"),
        ("line 1", "第 1 行"),
    ],
}  # fmt: skip
