"""What happens to a model's server on its node: how it comes up, how it is found, how it ends."""

from api.language.chinese.grammar import Table

SERVING: Table = {
    "message": [
        # Its life
        ("answers as {model} at {endpoint}", "已在 {endpoint} 以模型名 {model} 提供服务"),
        ("it answers again", "服务已恢复响应"),
        (
            "answers for {seconds} s now; its earlier restarts are forgiven",
            "已稳定提供服务 {seconds} 秒，此前的重启不再计入",
        ),
        (
            "its server ended {count} times within a short while; the last time: {message:message}",
            "模型服务在短时间内结束了 {count} 次，最后一次：{message}",
        ),
        ("its server ended by itself", "模型服务自行结束"),
        (
            "its server stopped answering: {why:message}; it is started again if that lasts {seconds} s",
            "模型服务停止响应：{why}；持续 {seconds} 秒后将重新启动",
        ),
        ("its server stopped answering: {why:message}", "模型服务停止响应：{why}"),
        ("its server answers, but as another model: {why:message}", "模型服务有响应，但提供的是其他模型：{why}"),
        (
            (
                "its server did not answer within {seconds} s of its start: {why:message}; "
                "the last line of its log: {line}"
            ),
            "模型服务启动后 {seconds} 秒内没有响应：{why}；日志最后一行：{line}",
        ),
        (
            "its server did not answer within {seconds} s of its start: {why:message}",
            "模型服务启动后 {seconds} 秒内没有响应：{why}",
        ),
        (
            ("it could not have port {port}, which was asked for: {why:message}; ask for another one, or for none"),
            "无法使用指定的端口 {port}：{why}；请换一个端口，或不指定端口",
        ),
        # What a look at it finds
        ("nobody listens on port {port} yet", "端口 {port} 尚未开始监听"),
        ("nobody listens on port {port}", "端口 {port} 没有进程监听"),
        ("another process listens on port {port}", "端口 {port} 被其他进程占用"),
        ("it listens on port {other} instead of {port}", "监听的端口是 {other} 而不是 {port}"),
        ("the model is being loaded", "正在加载模型"),
        ("{path:endpoint!} answers {status}", "{path} 返回 {status}"),
        ("{path:endpoint!} takes another key than this worker's", "{path} 使用的密钥与该节点的不同"),
        ("no answer to {path} within {seconds} s", "{path} 在 {seconds} 秒内没有响应"),
        ("no HTTP answer to {path}: {error}", "{path} 没有返回有效的 HTTP 响应：{error}"),
        ("it does not serve {models}, but {served:served}", "没有提供 {models}，实际提供的模型：{served}"),
    ],
    "served": [("none", "无")],
}
