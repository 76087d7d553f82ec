"""What a request itself lacks: its path, its method, its query, its body."""

from api.language.chinese.grammar import Table

REQUESTS: Table = {
    "message": [
        ("there is no such path; /docs shows all there are", "请求的路径不存在，全部路径见 /docs"),
        ("there is no such path; send it without the slash at its end", "请求的路径不存在，请去掉末尾的斜杠"),
        ("{method} is no method of this path; it takes {allowed}", "该路径不支持 {method}，支持 {allowed}"),
        # Queries
        (
            "the query parameter {name} is none of this endpoint's: it was ignored",
            "该接口没有查询参数 {name}，已忽略",
        ),
        (
            "the query parameter {name} was sent more than once: the first, {pair}, counted",
            "查询参数 {name} 重复发送，以第一个 {pair} 为准",
        ),
        # Bodies
        (
            "the body is longer than {bytes} bytes (MAX_BODY_BYTES); upload data by POST /datasets and name it",
            "请求体超过 {bytes} 字节（MAX_BODY_BYTES）；数据请通过 POST /datasets 上传后引用",
        ),
        ("send JSON: Content-Type: application/json", "请发送 JSON：Content-Type: application/json"),
        (
            "Content-Encoding: {encoding} is not unpacked here; send the body as it is",
            "不支持 Content-Encoding: {encoding}，请发送未压缩的请求体",
        ),
        ("the body is not JSON: {name} is no number of it", "请求体不是有效的 JSON：{name} 不是 JSON 的数字"),
        ("the body is not JSON: {error:json_place}", "请求体不是有效的 JSON：{error}"),
        ("the body is not UTF-8: byte {byte} is wrong", "请求体不是 UTF-8：第 {byte} 字节有误"),
        (
            "the body has half of a surrogate pair in a text: this is no character",
            "请求体的文本中有不成对的代理字符",
        ),
        ("the body has a number of more than {count} digits", "请求体中有超过 {count} 位的数字"),
        ("the body has a number that is too large: {number}", "请求体中有过大的数字：{number}"),
        ("the body has the name {name} twice in one object", "请求体的同一个对象中名称 {name} 重复"),
        ("the body is nested more than {count} levels deep", "请求体嵌套超过 {count} 层"),
        ("the body is not in chunks as HTTP has them", "请求体的分块格式不符合 HTTP"),
    ],
    "query": [
        (
            "this would delete all jobs, whatever is asked for here; delete one by DELETE /training/jobs/{{job_id}}",
            "此请求会删除全部任务，不支持筛选；删除单个任务请使用 DELETE /training/jobs/{{job_id}}",
        ),
    ],
}
