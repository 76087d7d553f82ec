"""Messages of libraries: what the system and Python's JSON parser say within sentences of ours, and what we say in
their place.
"""

from api.language.chinese.grammar import Table

LIBRARIES: Table = {
    "system": [
        ("rank {rank}: {error:system}", "rank {rank}：{error}"),
        ("[Errno {number}] {error:system}: {path}", "[Errno {number}] {error}：{path}"),
        ("[Errno {number}] {error:system}", "[Errno {number}] {error}"),
        ("Permission denied", "权限不足"),
        ("Operation not permitted", "不允许的操作"),
        ("No such file or directory", "文件或目录不存在"),
        ("No space left on device", "磁盘空间不足"),
        ("Not a directory", "不是目录"),
        ("Is a directory", "是目录"),
        ("File exists", "文件已存在"),
        ("File name too long", "文件名过长"),
        ("Read-only file system", "只读文件系统"),
        ("Input/output error", "输入输出错误"),
        ("Too many open files", "打开的文件过多"),
        ("Cannot allocate memory", "无法分配内存"),
        ("Argument list too long", "参数列表过长"),
        ("Stale file handle", "文件句柄已失效"),
        ("it is not a regular file", "不是普通文件"),
    ],
    "json_place": [
        ("{error:json}: line {line} column {column} (char {char})", "{error}（第 {line} 行第 {column} 列）"),
    ],
    "json": [
        ("Expecting value", "此处应有值"),
        ("Expecting ',' delimiter", "此处应有逗号"),
        ("Expecting ':' delimiter", "此处应有冒号"),
        ("Expecting property name enclosed in double quotes", "此处应有双引号括起的名称"),
        ("Illegal trailing comma before end of {what}", "末尾有多余的逗号"),
        ("Unterminated string starting at", "字符串没有结束"),
        ("Unterminated string starting", "字符串没有结束"),
        ("Invalid control character at", "包含控制字符"),
        ("Invalid control character {character} at", "包含控制字符 {character}"),
        ("Invalid \\escape", "转义字符无效"),
        ("Invalid \\escape: {character}", "转义字符 {character} 无效"),
        ("Invalid \\uXXXX escape", "\\uXXXX 转义无效"),
        ("Extra data", "末尾有多余内容"),
        ("Unexpected UTF-8 BOM (decode using utf-8-sig)", "开头有 UTF-8 BOM"),
    ],
}
