"""Data sets and their uploads: what is missing, in the way or full, and where to go on."""

from api.language.chinese.grammar import Table

DATASETS: Table = {
    "message": [
        ("there is no data set '{dataset}'", "数据集 '{dataset}' 不存在"),
        ("this data set was deleted just now; upload it again", "该数据集刚刚被删除，请重新上传"),
        ("this upload is not finished", "上传尚未完成"),
        ("this upload is finished", "上传已经完成"),
        ("this upload was deleted meanwhile", "该上传已被删除"),
        (
            "the upload is at byte {at}, not {sent}: go on from there",
            "上传已到第 {at} 字节，而不是 {sent}，请从该处继续",
        ),
        (
            "the connection broke; ask where the upload is, then go on from there",
            "连接中断，请先查询上传进度，再从该处继续",
        ),
        ("another request writes this upload just now", "另一个请求正在写入该上传"),
        ("{count} uploads are not finished: finish or delete some", "有 {count} 个上传尚未完成，请先完成或删除一些"),
        ("the content of data set '{dataset}' is not on this machine", "数据集 '{dataset}' 的内容不在这台机器上"),
        (
            "data set '{dataset}' is used by jobs that have not ended: {jobs}",
            "数据集 '{dataset}' 正被尚未结束的任务使用：{jobs}",
        ),
        ("a data set may have {bytes} bytes (DATASET_MAX_BYTES)", "数据集最多 {bytes} 字节 (DATASET_MAX_BYTES)"),
        ("more was sent than the {bytes} bytes that were announced", "发送的内容超过了声明的 {bytes} 字节"),
        (
            "only {there} of the {bytes} bytes that were announced are there; send the rest",
            "声明的 {bytes} 字节只收到 {there} 字节，请发送剩余部分",
        ),
        (
            "what arrived has the SHA-256 {sha256}; it was thrown away, send it again",
            "收到的内容 SHA-256 为 {sha256}，已丢弃，请重新发送",
        ),
        ("{message:message}; the upload was thrown away", "{message}；上传的内容已丢弃"),
        (
            (
                "the service has {free} bytes of disk left, of which {kept} have to stay free; "
                "delete data sets that nobody needs"
            ),
            "服务器磁盘剩余 {free} 字节，其中 {kept} 字节必须保留，请删除不再需要的数据集",
        ),
        (
            "the disk of the service is full; delete data sets that nobody needs",
            "服务器磁盘已满，请删除不再需要的数据集",
        ),
    ],
    "named": [
        (
            "there is no data set '{dataset}'; upload it first: POST /datasets, or swt data push",
            "数据集 '{dataset}' 不存在，请先上传：POST /datasets 或 swt data push",
        ),
        (
            (
                "the upload of data set '{dataset}' is not finished: {far} bytes are there; go on by PATCH {path} with "
                "Upload-Offset: {offset}, or by swt data push"
            ),
            (
                "数据集 '{dataset}' 尚未上传完成：已收到 {far} 字节；请继续上传：PATCH {path}，"
                "Upload-Offset: {offset}，或运行 swt data push"
            ),
        ),
    ],
}
