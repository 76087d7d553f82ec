"""Files that are something else than the data that their names promise."""

from collections.abc import Sequence

OTHER_FILES: Sequence[tuple[str, str]] = [
    (
        "a Git LFS pointer, not what it stands for; fetch that with `git lfs pull`",
        "Git LFS 指针而不是其内容；请用 `git lfs pull` 下载",
    ),
    ("compressed by {name}; unpack it with `{same} -dc`", "用 {name} 压缩的；请用 `{same} -dc` 解压"),
    ("a RAR archive; unpack it, and name a file of it", "RAR 压缩包；请解压并指定其中的文件"),
    ("a 7z archive; unpack it, and name a file of it", "7z 压缩包；请解压并指定其中的文件"),
    ("a ZIP archive; unpack it, and name a file of it", "ZIP 压缩包；请解压并指定其中的文件"),
    ("a tar archive; unpack it with `tar -xf`, and name a file of it", "tar 归档；请用 `tar -xf` 解开并指定其中的文件"),
    ("a Parquet file; rename it, so that it ends in .parquet", "Parquet 文件；请改名，使其以 .parquet 结尾"),
    ("an Arrow file; rename it, so that it ends in .arrow", "Arrow 文件；请改名，使其以 .arrow 结尾"),
    ("a stream of Arrow data; rename it, so that it ends in .arrow", "Arrow 数据流；请改名，使其以 .arrow 结尾"),
    ("a PDF document; write its text as JSON lines", "PDF 文档；请把其文本写成 JSON Lines"),
    ("a document of an older Excel or Word; save it as CSV in UTF-8", "旧版 Excel 或 Word 文档；请另存为 UTF-8 的 CSV"),
    ("an Excel workbook; save the sheet as CSV in UTF-8", "Excel 工作簿；请把工作表另存为 UTF-8 的 CSV"),
    ("a Word document; write its text as JSON lines", "Word 文档；请把其文本写成 JSON Lines"),
    ("what torch.save wrote; write its rows as JSON lines", "torch.save 写出的文件；请把其各行写成 JSON Lines"),
    ("an SQLite database; write its rows as JSON lines", "SQLite 数据库；请把其各行写成 JSON Lines"),
    ("an HDF5 file; write its rows as JSON lines", "HDF5 文件；请把其各行写成 JSON Lines"),
    ("an array of NumPy; write its rows as JSON lines", "NumPy 数组；请把其各行写成 JSON Lines"),
    ("a Python pickle; write its rows as JSON lines", "Python pickle；请把其各行写成 JSON Lines"),
    ("a picture; name a file of records that name it", "图片；请指定引用它的记录文件"),
    ("the weights of a model; it belongs to `model_path`", "模型权重；它应放在 `model_path` 中"),
    (
        "full of zero bytes, as a crash or a full disk leaves them; write the file again",
        "全是零字节（崩溃或磁盘写满所致）；请重新写入该文件",
    ),
    (
        "an HTML page, such as one to log in or of an error, in place of the data; download those",
        "HTML 页面（如登录页或错误页）而不是数据；请下载数据本身",
    ),
    (
        "XML, such as an error that a store answered, in place of the data; download those",
        "XML（如存储返回的错误）而不是数据；请下载数据本身",
    ),
]
