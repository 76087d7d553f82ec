"""Shapes of training data: what a record lacks, and what it was taken for."""

from api.language.chinese.grammar import Table

_COLUMNS = 'extra_args.columns {{"{old}": "{new}"}}'
_LABEL = 'extra_args.columns {{"{old}": "label"}}'

SHAPES: Table = {
    "message": [
        ("{path}: {note:note!}", "{path}：{note}"),
        ("{note:note!}", "{note}"),
        # Answers
        (
            'there is no answer to learn; if column {column} has it, send extra_args.columns {{"{old}": "response"}}',
            '没有可学习的回答；如果列 {column} 是回答，请发送 extra_args.columns {{"{old}": "response"}}',
        ),
        (
            (
                "there is no answer to learn in the columns {columns}: it belongs into a column response, output, "
                "answer or completion, or into messages as a turn of the assistant"
            ),
            (
                "列 {columns} 中没有可学习的回答：请放在列 response、output、answer 或 completion 中，"
                "或作为 assistant 的消息放在 messages 中"
            ),
        ),
        (
            (
                "there is no answer to learn; if one of the columns {columns} has it, send "
                'extra_args.columns {{"{old}": "response"}}'
            ),
            '没有可学习的回答；如果列 {columns} 之一是回答，请发送 extra_args.columns {{"{old}": "response"}}',
        ),
        (
            (
                "there is no answer to learn: columns {one} and {other} are both questions by their names; say which "
                "one is what by extra_args.columns {columns}, or the other way round"
            ),
            (
                "没有可学习的回答：按名称，列 {one} 和 {other} 都是问题；"
                "请用 extra_args.columns {columns} 指明各列的含义，或者相反"
            ),
        ),
        (
            (
                "no column is a question or an answer by its name: {names}; say which one is what, as in "
                "extra_args.columns {columns}"
            ),
            "按名称没有列是问题或回答：{names}；请指明各列的含义，例如 extra_args.columns {columns}",
        ),
        (
            (
                "no column is a question or an answer by its name; to learn {column} as it stands, send "
                'extra_args.columns {{"{old}": "response"}}'
            ),
            '按名称没有列是问题或回答；如要直接学习 {column}，请发送 extra_args.columns {{"{old}": "response"}}',
        ),
        (
            (
                "no column is a question by its name, so {answer} would be learned without one; say which one is what "
                "by extra_args.columns {columns}, or the other way round; to learn {again} alone, send "
                'extra_args.columns {{"{old}": "response"}}'
            ),
            (
                "按名称没有列是问题，{answer} 会在没有问题的情况下被学习；请用 extra_args.columns {columns} "
                '指明各列的含义，或者相反；如只学习 {again}，请发送 extra_args.columns {{"{old}": "response"}}'
            ),
        ),
        (
            (
                "no column is a question by its name, so {answer} would be learned without one; if column {column} has "
                "it, send extra_args.columns {columns}"
            ),
            (
                "按名称没有列是问题，{answer} 会在没有问题的情况下被学习；如果列 {column} 是问题，"
                "请发送 extra_args.columns {columns}"
            ),
        ),
        (
            (
                "no column is a question by its name, so {answer} would be learned without one: it belongs into a "
                "column query or prompt"
            ),
            "按名称没有列是问题，{answer} 会在没有问题的情况下被学习：请将问题放在列 query 或 prompt 中",
        ),
        (
            (
                "column {asked} ends with column {answer}, so it has question and answer in one; to learn all of it, "
                'send extra_args.columns {{"{old}": "response"}}'
            ),
            (
                "列 {asked} 以列 {answer} 结尾，问题和回答都在其中；如要学习全部内容，"
                '请发送 extra_args.columns {{"{old}": "response"}}'
            ),
        ),
        # Questions
        (
            (
                "{method:word!} needs a question in each row, and no column is one by its name; if column {column} has "
                'it, send extra_args.columns {{"{old}": "query"}}'
            ),
            (
                "{method} 的每一行都需要问题，但按名称没有列是问题；如果列 {column} 是问题，"
                '请发送 extra_args.columns {{"{old}": "query"}}'
            ),
        ),
        (
            (
                "{method:word!} needs a question in each row, and there is none in the columns {columns}: it belongs "
                "into a column query or prompt, or into messages"
            ),
            "{method} 的每一行都需要问题，但列 {columns} 中没有：请放在列 query 或 prompt 中，或放在 messages 中",
        ),
        ("column {column} is null; there is no answer to learn", "列 {column} 为 null，没有可学习的回答"),
        (
            "column {column} is empty where the assistant speaks; there is no answer to learn",
            "列 {column} 中 assistant 的消息为空，没有可学习的回答",
        ),
        ("column {column} is empty; there is no answer to learn", "列 {column} 为空，没有可学习的回答"),
        (
            "column {column} has no assistant turn, so there is no answer to learn",
            "列 {column} 中没有 assistant 的回答，无内容可学",
        ),
        (
            "column {column} does not end with a turn of the assistant, so there is no answer to learn",
            "列 {column} 不是以 assistant 的消息结尾，没有可学习的回答",
        ),
        (
            (
                "sft learns one answer: method dpo compares column {column} with the worse one; to learn {again} "
                f"alone, send {_COLUMNS}"
            ),
            (f"sft 只学习一个回答：方法 dpo 会比较列 {{column}} 与较差的回答；如只学习 {{again}}，请发送 {_COLUMNS}"),
        ),
        (
            f"columns {{one}} and {{other}} could both be the {{part:part!}}; say which one is by {_COLUMNS}",
            f"列 {{one}} 和 {{other}} 都可能是{{part}}；请用 {_COLUMNS} 指明",
        ),
        # Values
        ("column {column}: {value} is no list of messages", "列 {column}：{value} 不是消息列表"),
        ("column {column}: {value} is no text", "列 {column}：{value} 不是文本"),
        (
            "column {column}: {value} is no list of pairs of question and answer",
            "列 {column}：{value} 不是由问题和回答组成的列表",
        ),
        (
            "column {column}, message {number}: {value} is not an object with role and content",
            "列 {column} 的第 {number} 条消息：{value} 不是包含 role 和 content 的对象",
        ),
        (
            "column {column}: a message of role system comes behind another one; it has to be the first",
            "列 {column}：role 为 system 的消息出现在其他消息之后，它必须是第一条",
        ),
        ("{where}: weight is {weight}; it is 0 or 1", "{where}：weight 为 {weight}，应为 0 或 1"),
        (
            "column {column}, message {number}: unknown role {role}; use user, assistant or system",
            "列 {column} 的第 {number} 条消息：未知角色 {role}，请使用 user、assistant 或 system",
        ),
        ("column {column}, message {number}: content is null", "列 {column} 的第 {number} 条消息：content 为 null"),
        (
            "column {column}, message {number}: {value} is no list of calls",
            "列 {column} 的第 {number} 条消息：{value} 不是调用列表",
        ),
        (
            "column {column}, message {number}: {value} is no call of a tool with a name",
            "列 {column} 的第 {number} 条消息：{value} 不是带有名称的工具调用",
        ),
        (
            "column {column}, message {number}: {value} is no call of a tool as JSON with name and arguments",
            "列 {column} 的第 {number} 条消息：{value} 不是包含 name 和 arguments 的 JSON 工具调用",
        ),
        (
            "column {column}, message {number}: the arguments of {name} are no JSON object: {value}",
            "列 {column} 的第 {number} 条消息：{name} 的参数不是 JSON 对象：{value}",
        ),
        # Comparisons
        ("{message:message!}; its column {column} is null", "{message}；其列 {column} 为 null"),
        (
            (
                "{method:word!} compares two answers, and no column is the worse one; if column {column} has it, send "
                'extra_args.columns {{"{old}": "rejected"}}'
            ),
            (
                "{method} 需要比较两个回答，但没有较差回答的列；如果列 {column} 是较差的回答，"
                '请发送 extra_args.columns {{"{old}": "rejected"}}'
            ),
        ),
        (
            (
                "{method:word!} compares two answers, and no column is the worse one; if columns {one} and {other} "
                'have both, send extra_args.columns {{"{old}": "chosen", "{older}": "rejected"}}'
            ),
            (
                "{method} 需要比较两个回答，但没有较差回答的列；如果两个回答在列 {one} 和 {other} 中，"
                '请发送 extra_args.columns {{"{old}": "chosen", "{older}": "rejected"}}'
            ),
        ),
        (
            (
                "{method:word!} compares two answers and needs a column rejected_response or rejected_messages "
                "with the worse one"
            ),
            "{method} 需要比较两个回答，请提供列 rejected_response 或 rejected_messages 作为较差的回答",
        ),
        (
            "{method:word!} compares two answers and needs a column chosen with the better one",
            "{method} 需要比较两个回答，请提供列 chosen 作为较好的回答",
        ),
        (
            (
                "there is no prompt that both answers are to: it belongs into a column prompt, or as messages into "
                "both {better} and {worse}"
            ),
            "没有两个回答所对应的提示：请放在列 prompt 中，或以消息形式放在 {better} 和 {worse} 两列中",
        ),
        (
            "columns {better} and {worse} begin with different questions; both have to answer the same one",
            "列 {better} 和 {worse} 以不同的问题开头，两者必须回答同一个问题",
        ),
        (
            "column {column} is the same as the better answer; there is nothing to compare",
            "列 {column} 与较好的回答相同，无法比较",
        ),
        (
            (
                "columns {one} and {other} are answers in two languages, and none of them is the worse one; write the "
                "worse answer to each question into a column rejected"
            ),
            "列 {one} 和 {other} 是两种语言的回答，并无较差的一个；请将每个问题的较差回答写入列 rejected",
        ),
        (
            (
                "which of columns {one} and {other} is the better answer may be another in each row, as column "
                "{column} tells; write it into a column chosen, and the other into a column rejected"
            ),
            (
                "列 {one} 和 {other} 中哪个是较好的回答可能每行不同（由列 {column} 表示）；"
                "请将较好的写入列 chosen，另一个写入列 rejected"
            ),
        ),
        (
            (
                "column {column} is {value}, which names neither {one} nor {other} as the better answer; write that "
                "one into a column chosen, and the other into a column rejected"
            ),
            (
                "列 {column} 的值是 {value}，未指明 {one} 或 {other} 是较好的回答；"
                "请将较好的写入列 chosen，另一个写入列 rejected"
            ),
        ),
        (
            "column {column} has {value}; it has to be a number that tells which answer is better",
            "列 {column} 的值是 {value}，应为表示哪个回答较好的数字",
        ),
        (
            "column {column} is {value}; it is 1 where the first of two answers is better, and else 0",
            "列 {column} 的值是 {value}；第一个回答较好时为 1，否则为 0",
        ),
        (
            "column {column} tells that no answer is better than the other; there is nothing to compare",
            "列 {column} 表示两个回答不分优劣，无法比较",
        ),
        # Ratings
        (
            "kto needs a column label: true for an answer that is wanted, false for one that is not",
            "kto 需要列 label：true 表示期望的回答，false 表示不期望的回答",
        ),
        (
            "column {column} is {value}; kto needs true or false, without quotes",
            "列 {column} 的值是 {value}；kto 需要不带引号的 true 或 false",
        ),
        (
            "kto rates single answers; columns {one} and {other} are what method dpo compares",
            "kto 评价单个回答；列 {one} 和 {other} 是方法 dpo 所比较的",
        ),
        (
            (
                "gkd learns from a teacher: give extra_args.teacher_model, or a column teacher_prompt with what the "
                "model as its own teacher is to know"
            ),
            (
                "gkd 需要教师模型：请提供 extra_args.teacher_model，或提供列 teacher_prompt"
                "（模型以自身为教师时所需的提示）"
            ),
        ),
        # Ranks, vectors and classes
        (
            "{task:word!} needs a column query (or anchor, sentence1) with the text to compare others with",
            "{task} 需要列 query（或 anchor、sentence1），即用于比较的文本",
        ),
        (
            "{task:word!} needs a column positive (or response, sentence2) with the text that fits {column}",
            "{task} 需要列 positive（或 response、sentence2），即与 {column} 相符的文本",
        ),
        (
            (
                "a reranker learns from documents that fit and documents that do not, in one record: columns query, "
                'positive and negative, as in {{"query": "q", "positive": ["d1"], "negative": ["d2"]}}'
            ),
            (
                "reranker 需要在一条记录中同时包含相符和不相符的文档：列 query、positive 和 negative，"
                '例如 {{"query": "q", "positive": ["d1"], "negative": ["d2"]}}'
            ),
        ),
        ("column {column} is empty; there is nothing that fits", "列 {column} 为空，没有相符的文本"),
        (
            "column {column} is empty; a reranker needs documents that do not fit, too",
            "列 {column} 为空，reranker 还需要不相符的文档",
        ),
        ("column {column} is empty; there is nothing to compare", "列 {column} 为空，无法比较"),
        (
            "column {column} is {value}; it has to be a number that tells how near the two texts are",
            "列 {column} 的值是 {value}，应为表示两个文本相近程度的数字",
        ),
        (
            (
                "column {column} is {value}, a class and no score: where the classes are entailment, neutral and "
                "contradiction, write what follows from a text into a column positive, what contradicts it into "
                "negative, and send extra_args.loss_type infonce"
            ),
            (
                "列 {column} 的值是 {value}，是类别而不是分数：如果类别是蕴含、中立和矛盾，"
                "请将被蕴含的文本写入列 positive，与之矛盾的写入列 negative，并发送 extra_args.loss_type infonce"
            ),
        ),
        (
            "column {column} is {value}; scores go from {lowest} to 1: divide them by the highest of their scale",
            "列 {column} 的值是 {value}；分数范围为 {lowest} 到 1：请除以其量表的最大值",
        ),
        (
            "a classifier needs a column label with the number of the class, from 0 on",
            "分类器需要列 label，即从 0 开始的类别编号",
        ),
        (
            "a classifier needs a column query (or text) with the text that belongs to the class",
            "分类器需要列 query（或 text），即属于该类别的文本",
        ),
        ("column {column} is empty; there is nothing to classify", "列 {column} 为空，没有可分类的内容"),
        (
            f"{{message:message!}}; if column {{column}} has it, send {_LABEL}",
            f"{{message}}；如果列 {{column}} 是类别，请发送 {_LABEL}",
        ),
        (
            (
                "column {column} is {value}; classes are whole numbers, from 0 on: write the same number for each "
                "name, as in 0 for negative and 1 for positive"
            ),
            (
                "列 {column} 的值是 {value}；类别是从 0 开始的整数：请将每个名称写成固定的编号，"
                "例如 0 表示 negative，1 表示 positive"
            ),
        ),
        (
            "column {column} is {value}; classes are whole numbers, from 0 on",
            "列 {column} 的值是 {value}；类别是从 0 开始的整数",
        ),
        (
            "column {column} is {value}; classes are whole numbers from 0 to {last}, as num_labels says",
            "列 {column} 的值是 {value}；类别是 0 到 {last} 的整数（由 num_labels 规定）",
        ),
    ],
    "note": [
        ("{name:word!} data: {shape:shape!}; not used: {columns}", "{name} 数据：{shape}；未使用的列：{columns}"),
        ("{name:word!} data: {shape:shape!}", "{name} 数据：{shape}"),
    ],
    "part": [("question", "问题"), ("answer", "回答")],
    "shape": [
        ("{shape:shape!}; {column} tells whether the answer is wanted", "{shape}；{column} 表示该回答是否为期望的回答"),
        ("the prompt is made of {columns}, the answer is {answer}", "提示由 {columns} 组成，回答是 {answer}"),
        ("{column} is learned as it stands, as no column is a prompt", "没有作为提示的列，直接学习 {column}"),
        ("the prompt is made of {columns}", "提示由 {columns} 组成"),
        (
            (
                "reasoning_content of the messages in {column} is not used; to learn it, write it at the beginning of "
                "content, as <think>…</think>"
            ),
            "{column} 中各消息的 reasoning_content 未被使用；如要学习，请以 <think>…</think> 写在 content 的开头",
        ),
        ("{column} ends with the answer", "{column} 以回答结尾"),
        (
            "{better} is the better answer, {worse} the worse one; the prompt is made of {columns}",
            "{better} 是较好的回答，{worse} 是较差的回答；提示由 {columns} 组成",
        ),
        (
            "{better} is the better answer, {worse} the worse one; both have the prompt in them",
            "{better} 是较好的回答，{worse} 是较差的回答；两者都包含提示",
        ),
        (
            "{by} tells which of {one} and {other} is the better answer; the prompt is made of {columns}",
            "{by} 表示 {one} 和 {other} 中哪个是较好的回答；提示由 {columns} 组成",
        ),
        (
            "{by} tells which of {one} and {other} is the better answer",
            "{by} 表示 {one} 和 {other} 中哪个是较好的回答",
        ),
        ("{near} fits {asking}, {far} does not", "{near} 与 {asking} 相符，{far} 不相符"),
        ("{asking} ends with what fits, {far} does not", "{asking} 以相符的内容结尾，{far} 不相符"),
        ("{near} fits {asking}, {score} tells how well", "{near} 与 {asking} 相符，程度由 {score} 表示"),
        ("{near} fits {asking}", "{near} 与 {asking} 相符"),
        ("{columns} is the text, {label} its class", "{columns} 是文本，{label} 是其类别"),
    ],
}
