"""What is wrong with a field of a body, a query or a header: marshmallow's own words and ours."""

from api.language.chinese.grammar import Table

MARSHMALLOW: Table = {
    "message": [
        ("Missing data for required field.", "缺少必填字段。"),
        ("Field may not be null.", "字段不能为空。"),
        ("Unknown field.", "未知字段。"),
        ("Invalid input type.", "输入类型无效。"),
        ("Invalid type.", "类型无效。"),
        ("Invalid input.", "输入无效。"),
        ("Not a valid string.", "不是有效的字符串。"),
        ("Not a valid utf-8 string.", "不是有效的 UTF-8 字符串。"),
        ("Not a valid integer.", "不是有效的整数。"),
        ("Not a valid number.", "不是有效的数字。"),
        ("Not a valid boolean.", "不是有效的布尔值。"),
        ("Not a valid list.", "不是有效的列表。"),
        ("Not a valid mapping type.", "不是有效的对象。"),
        ("Number too large.", "数字过大。"),
        ("Special numeric values (nan or infinity) are not permitted.", "不允许 NaN 或无穷大。"),
        ("String does not match expected pattern.", "字符串格式不符合要求。"),
        ("Must be one of: {choices}.", "必须是以下之一：{choices}。"),
        ("Must be greater than or equal to {low} and less than or equal to {high}.", "必须在 {low} 到 {high} 之间。"),
        ("Must be greater than or equal to {low} and less than {high}.", "必须大于等于 {low} 且小于 {high}。"),
        ("Must be greater than {low} and less than or equal to {high}.", "必须大于 {low} 且小于等于 {high}。"),
        ("Must be greater than or equal to {low}.", "必须大于等于 {low}。"),
        ("Must be greater than {low}.", "必须大于 {low}。"),
        ("Must be less than or equal to {high}.", "必须小于等于 {high}。"),
        ("Must be less than {high}.", "必须小于 {high}。"),
        ("Length must be between {low} and {high}.", "长度必须在 {low} 到 {high} 之间。"),
        ("Length must be {length}.", "长度必须为 {length}。"),
        ("Shorter than minimum length {low}.", "长度不能小于 {low}。"),
        ("Longer than maximum length {high}.", "长度不能大于 {high}。"),
    ],
}
FIELDS: Table = {
    "message": [
        ("no such field; there are {names}", "没有这个字段，可选字段：{names}"),
        ("no such field", "没有这个字段"),
        ("no such query parameter; there are {names}", "没有这个查询参数，可选参数：{names}"),
        ("no such query parameter", "没有这个查询参数"),
        ("sent more than once", "重复发送，只能出现一次"),
        (
            "Must be 1: in this version a job runs on one node; for more GPUs send gpus.",
            "必须为 1：当前版本的任务只能在一个节点上运行；如需更多 GPU，请设置 gpus。",
        ),
        (
            "only the priority of a job can be changed; for anything else delete it and submit another",
            "任务只能修改优先级；其他内容请删除后重新提交",
        ),
        ("Must be a number, without quotes.", "必须是数字，不要加引号。"),
        ("Must be a whole number, without quotes.", "必须是整数，不要加引号。"),
        ("Must be a whole number of seconds, such as 7200.", "必须是整数秒数，例如 7200。"),
        (
            "Must be 1 to {count} letters, digits or any of {marks}, and begin with a letter or a digit.",
            "必须是 1 到 {count} 个字母、数字或 {marks} 中的字符，并以字母或数字开头。",
        ),
        (
            (
                "Must be 1 to {count} letters, digits or any of {marks}, and begin with a letter or a digit; "
                "or two such names with one slash between them, such as {example}, of which the second is not "
                "rollback."
            ),
            (
                "必须是 1 到 {count} 个字母、数字或 {marks} 中的字符，并以字母或数字开头；"
                "也可以是两个这样的名称，中间用一个斜杠分隔，例如 {example}，其中第二个不能是 rollback。"
            ),
        ),
        (
            "Must be 16 to 256 letters, digits or marks, without blanks.",
            "必须是 16 到 256 个字母、数字或符号，不含空白。",
        ),
        ("Must be 64 digits of hexadecimal, in small letters.", "必须是 64 位小写十六进制数字。"),
        ("Must be at most 1000 printable characters of ASCII.", "必须是最多 1000 个可打印的 ASCII 字符。"),
        (
            "Is a path of the API itself; choose another, such as {job}.",
            "与 API 自身的路径冲突，请换一个，例如 {job}。",
        ),
        ("Has control characters.", "包含控制字符。"),
        ("Too long, or has control characters.", "过长或包含控制字符。"),
        ("Must be a text, number, boolean, object or a list of these.", "必须是文本、数字、布尔值、对象或它们的列表。"),
        ("Must be a text, or a list of texts.", "必须是文本或文本列表。"),
        ("Send it either here or in extra_args, not both.", "只能在此处或 extra_args 中发送，不能两处都发送。"),
        ("Send either train_params or {form}, not both.", "train_params 和 {form} 只能发送其中一个。"),
        ("Must be seconds from 0 to {seconds}, such as 30s.", "必须是 0 到 {seconds} 秒，例如 30s。"),
        (
            "Goes with offset: the answer then comes when the log goes beyond it.",
            "必须与 offset 一起使用：日志超过该位置时才返回。",
        ),
        (
            "Goes with after: the answer then comes with the next event.",
            "必须与 after 一起使用：出现下一个事件时才返回。",
        ),
        ("Must be the id of an event.", "必须是事件的 id。"),
        ("Is no id of a stream of {feed}.", "不是 {feed} 实时流的 id。"),
        (
            "Is no cursor of this list: send next_cursor as it came, with the same filters.",
            "不是该列表的游标：请原样发送 next_cursor，并使用相同的筛选条件。",
        ),
        ("Is no cursor of this list: send next_cursor as it came.", "不是该列表的游标：请原样发送 next_cursor。"),
        ("Is no cursor of this list.", "不是该列表的游标。"),
        (
            "Must be 1 to {count} characters, not all of them blank, and none of them a control character.",
            "必须是 1 到 {count} 个字符，不能全为空白，也不能包含控制字符。",
        ),
        ("Must be the byte that this part begins at; HEAD tells it.", "必须是该部分开始的字节位置，可用 HEAD 查询。"),
        ("Must be ?1 (this is the last part) or ?0.", "必须是 ?1（最后一部分）或 ?0。"),
        ("This has the form of an id; choose another name.", "该名称与 id 的形式相同，请换一个名称。"),
        ("Say what it is, or let the name end in it: {formats}.", "请说明格式，或让名称以格式结尾：{formats}。"),
        ("This name is taken by the service itself.", "该名称为服务保留。"),
    ],
}
