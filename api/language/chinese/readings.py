"""Readings: how a data set was read, what of it cannot be used, and where it cannot be read at all."""

from api.language.chinese.grammar import Table
from api.language.chinese.other_files import OTHER_FILES

READINGS: Table = {
    "message": [
        ("{path}: {counted:counted!}; such rows are not learned from", "{path}：{counted}；这些行不会被学习"),
        ("{path}: {counted:long!}; such rows are left out", "{path}：{counted}；这些行不会被使用"),
        ("{path}: {counted:counted!}", "{path}：{counted}"),
        ("{path}: {note:read!}", "{path}：{note}"),
        ("{path} is {other:other!}", "{path} 是{other}"),
        ("{path}: {other:other!}", "{path}：这是{other}"),
        (
            "{path} ends in {suffix}, as files do that are still being downloaded; wait for it, or download it again",
            "{path} 的后缀是 {suffix}，看来仍在下载；请等待其完成，或重新下载",
        ),
        ("{path} is no Arrow file", "{path} 不是 Arrow 文件"),
        (
            "{path} ends in {suffix}; ms-swift reads {suffixes}; {instead:way_out!}",
            "{path} 的后缀是 {suffix}；ms-swift 支持 {suffixes}；{instead}",
        ),
        (
            "{message:message!}; what is around it is UTF-8: the place is damaged, write it again",
            "{message}；其前后都是 UTF-8：此处已损坏，请重新写入",
        ),
        (
            "{message:message!}; no other encoding is certain: {way_out:way_out}",
            "{message}；无法确定是哪种编码：{way_out}",
        ),
        (
            "this line tells Excel the separator, and is read as the header; remove it",
            "这一行用于告诉 Excel 分隔符，会被当作表头读取；请删除",
        ),
        (
            "{path} is a pipe or a device, which gives its rows once; write them to a file",
            "{path} 是管道或设备，其内容只能读取一次；请写入文件",
        ),
        (
            "no text: it has bytes that no encoding has; write its rows as JSON lines",
            "不是文本：含有任何编码都没有的字节；请把其各行写成 JSON Lines",
        ),
        (
            "zero bytes, as a crash or a full disk leaves them; write the file again",
            "零字节（崩溃或磁盘写满所致）；请重新写入该文件",
        ),
        (
            "{path} is a link to a folder, which `datasets` does not look into; name it as one more data set",
            "{path} 是指向文件夹的链接，`datasets` 不会读取其中内容；请把它作为另一个数据集给出",
        ),
        (
            "{folder} has one of {characters} in its name, which `datasets` takes for a pattern; rename it",
            "{folder} 的名称中有 {characters} 之一，`datasets` 会把它当作通配符；请改名",
        ),
        (
            "{first} and {second} are of two kinds, of which `datasets` reads one; {way_out:way_out}",
            "{first} 和 {second} 是两种文件，`datasets` 只读取其中一种；{way_out}",
        ),
        (
            "{first} and {second} have other separators, of which `datasets` takes one; {way_out:way_out}",
            "{first} 和 {second} 的分隔符不同，`datasets` 只按其中一种读取；{way_out}",
        ),
        (
            "{path} would be read, too, whatever its name ends in; move it elsewhere",
            "{path} 也会被当作数据读取；请把它移到别处",
        ),
        (
            "{folder} has nothing to train on: {name} is by its name for something else; {way_out:way_out}",
            "{folder} 中没有可训练的数据：{name} 按其名称另有用途；{way_out}",
        ),
        (
            (
                "{folder} has nothing to train on: {name} is by its name for something else, and where a name says so,"
                " `datasets` leaves out {others}, whose name says nothing; {way_out:way_out}"
            ),
            (
                "{folder} 中没有可训练的数据：{name} 按其名称另有用途，而只要有文件名如此标明，"
                "`datasets` 就不读取名称未标明用途的 {others}；{way_out}"
            ),
        ),
        (
            "{path} would not be read: of a folder `datasets` reads no ending in capitals; call it {name}",
            "{path} 不会被读取：`datasets` 不读取文件夹中扩展名为大写的文件；请改名为 {name}",
        ),
        (
            (
                "{folder} has nothing to train on: its README.md names no file that is there for `train`; "
                "{way_out:way_out}"
            ),
            "{folder} 中没有可训练的数据：其 README.md 没有为 `train` 指定存在的文件；{way_out}",
        ),
        (
            "{path} begins with what is no YAML between its lines `---`; mend that, or remove it",
            "{path} 开头两行 `---` 之间的内容不是 YAML；请修正或删除",
        ),
        (
            "{path} has the configurations {names}, and ms-swift asks for `default`: call one of them so",
            "{path} 的配置为 {names}，而 ms-swift 只取 `default`：请将其中之一改为该名",
        ),
        (
            (
                "{path} is a script, which `datasets` no longer runs, and at which it stops; rename it, or move it "
                "elsewhere"
            ),
            "{path} 是脚本，`datasets` 已不再运行脚本，遇到即停止；请改名或移到别处",
        ),
        (
            "{path} would not be read: `datasets` goes by the names of the other files there; {way_out:way_out}",
            "{path} 不会被读取：`datasets` 按那里其他文件的名称取舍；{way_out}",
        ),
        (
            "in {folder} only {read} would be read, and not {missed}: {why:missed}; {way_out:way_out}",
            "{folder} 中只会读取 {read}，而不会读取 {missed}：{why}；{way_out}",
        ),
        (
            "{path}: samples of it were read here; the node reads all of it",
            "{path}：此处只抽样读取，节点会读取全部内容",
        ),
        ("{path} has no rows below its header", "{path} 的表头下没有数据行"),
        ("{path} has no text", "{path} 中没有文本"),
        ("{path} has no rows", "{path} 中没有行"),
        (
            "damaged: it ends the process that reads it; copy or download it again",
            "文件已损坏：读取它的进程会异常终止；请重新复制或下载",
        ),
        ("damaged: {why}; copy or download it again", "文件已损坏：{why}；请重新复制或下载"),
        (
            "its first row group is empty, which `datasets` cannot read; write it again",
            "它的第一个行组是空的，`datasets` 无法读取；请重新写入",
        ),
        ("names the column {column} twice", "列 {column} 出现了两次"),
        (
            "its column {column} holds {type}, a type that `datasets` does not know; write it as text",
            "列 {column} 的类型是 {type}，`datasets` 不认识这种类型；请写成文本",
        ),
        (
            "its column {column} holds {type}, where ms-swift needs text; write it as text",
            "列 {column} 的类型是 {type}，而 ms-swift 需要文本；请写成文本",
        ),
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
                "{path}: an object with lists that belong together ({names}), as {key} in them tells; write JSON "
                "lines, one for each record, with all that it needs of them"
            ),
            (
                "{path}：该对象中的几个列表属于一个整体（{names}，由其中的 {key} 关联）；"
                "请写成 JSON 行，每条记录一行，并包含其所需的全部内容"
            ),
        ),
        (
            (
                "{path}: an object with several lists of records ({names}); write the one to train on as JSON lines, "
                "as `jq -c '.{first}[]'` does"
            ),
            "{path}：一个对象中有多个记录列表（{names}）；请把要训练的那个写成 JSON Lines，例如用 `jq -c '.{first}[]'`",
        ),
        ("{message:message!}; the line is cut off", "{message}；该行被截断"),
        ("{message:message!}; take the comma from the end of each line", "{message}；请去掉每行末尾的逗号"),
        (
            "{message:message!}; put each record in a line of its own, as `jq -c .` does",
            "{message}；请让每条记录各占一行，例如用 `jq -c .`",
        ),
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
            "{file}, {where:where!}: {message:kinds!}: those of {first}; give them as data sets of their own",
            "{file}，{where}：{message}（指 {first} 的各行）；请分别作为独立的数据集给出",
        ),
        (
            (
                "{message:kinds!}; `datasets` decides by the first 10 MB what a column holds: write it alike in all "
                "rows, or remove it"
            ),
            "{message}；`datasets` 根据前 10 MB 决定列的类型：请让所有行写法一致，或删除该列",
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
        ("rows have null in place of a text", "的文本为 null"),
        ("rows have no text where one is needed", "在需要文本处没有文本"),
        ("rows have the same answer twice", "的两个回答相同"),
        ("rows have tools or calls of tools that cannot be read", "的工具或工具调用无法读取"),
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
        (
            "read as {count} records, each below a key of its own",
            "按 {count} 条记录读取，每条各在一个键下",
        ),
        (
            "read without {count} not to train on by name ({names}); val_dataset can name such a file",
            "读取时不含 {count} 个按名称不用于训练的文件（{names}）；可以用 val_dataset 指定这样的文件",
        ),
        (
            "read without {count} that README.md has in other splits ({names})",
            "读取时不含 {count} 个被 README.md 归入其他划分的文件（{names}）",
        ),
        (
            "read without {count} of text beside the records ({names})",
            "读取时不含记录旁的 {count} 个文本文件（{names}）",
        ),
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
    "missed": [
        (
            "where some names say `train`, or what to test with, the others do not count",
            "有些名称含有 `train` 或测试用的词时，其他文件不计入",
        ),
        ("its README.md names the files to read (`data_files`)", "其 README.md 指定了要读取的文件（`data_files`）"),
        ("`datasets` takes the files of one ending alone, that which most have", "`datasets` 只取数量最多的那种后缀"),
    ],
    "other": OTHER_FILES,
    "way_out": [
        ("give them as data sets of their own", "请作为各自的数据集给出"),
        ("name the file itself as the path", "请直接以该文件作为路径"),
        ("name {path} itself as the path", "请直接以 {path} 作为路径"),
        ("save it as UTF-8 from where it came", "请在来源处另存为 UTF-8"),
        (
            "save it as UTF-8; if it is {name}, with `iconv -f {same} -t UTF-8`",
            "请另存为 UTF-8；如果是 {name}，可用 `iconv -f {same} -t UTF-8`",
        ),
        ("rename it to .csv: that its cells are between tabs is found", "请改名为 .csv：制表符分隔会被识别"),
        ("rename it to .jsonl", "请改名为 .jsonl"),
        ("rename it to .txt to train on its text", "如要用其文本训练，请改名为 .txt"),
        ("give its file {name} as the path", "请以其中的文件 {name} 作为路径"),
        (
            'write one of its parts as a file: load_from_disk(…).to_json("train.jsonl")',
            '请把其中一部分写成文件：load_from_disk(…).to_json("train.jsonl")',
        ),
    ],
    "where": [
        ("line {number}, element {element}", "第 {number} 行的第 {element} 个元素"),
        ("line {number}, or after it", "第 {number} 行或其后"),
        ("row {number}, or after it", "第 {number} 行或其后"),
        ("element {number} of `{key}`", "`{key}` 的第 {number} 个元素"),
        ("the record `{key}`", "记录 `{key}`"),
        ("record {number}", "第 {number} 条记录"),
        ("line 1", "第 1 行"),
    ],
}  # fmt: skip
