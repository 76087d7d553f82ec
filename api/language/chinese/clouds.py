"""What SkyPilot says of a deployment in a cloud, and what keeps us from asking it."""

from api.language.chinese.grammar import Table

_LEFT_BEHIND = "SkyPilot could not clean up: look after its machines, then `sky serve down --purge` the service"

CLOUDS: Table = {
    "message": [
        ("{servers:servers!}", "{servers}"),
        ("SkyPilot launches the service's controller", "SkyPilot 正在创建服务的控制器"),
        ("SkyPilot starts the service's controller", "SkyPilot 正在启动服务的控制器"),
        ("SkyPilot makes the servers", "SkyPilot 正在创建副本"),
        ("SkyPilot says: {status}", "SkyPilot 返回状态：{status}"),
        (
            "a file of settings or credentials is no YAML, line {line}",
            "某个配置或凭据文件不是有效的 YAML（第 {line} 行）",
        ),
        ("SkyPilot could not launch the service: {error}", "SkyPilot 无法创建服务：{error}"),
        ("SkyPilot's controller of the service failed. {rest:message}", "SkyPilot 的服务控制器失败。{rest}"),
        (_LEFT_BEHIND, "SkyPilot 未能清理：请检查它的机器，然后用 `sky serve down --purge` 删除服务"),
        ("SkyPilot refuses: {kind}: {said}", "SkyPilot 拒绝了请求：{kind}：{said}"),
        (
            "SkyPilot ended with exit code {code} and no answer; it said: {said:said}",
            "SkyPilot 以退出码 {code} 结束，没有返回结果；输出：{said}",
        ),
        (
            "SkyPilot did not answer within {seconds} s (SKYPILOT_TIMEOUT_SECONDS)",
            "SkyPilot 在 {seconds} 秒内没有响应 (SKYPILOT_TIMEOUT_SECONDS)",
        ),
        ("{python} does not start ({error:system}): {hint:message}", "{python} 无法启动 ({error})：{hint}"),
        ("{python} has no SkyPilot ({error}): {hint:message}", "{python} 中没有安装 SkyPilot ({error})：{hint}"),
        (
            (
                "install SkyPilot into an environment of its own, `python3 -m venv .venv-skypilot && "
                '.venv-skypilot/bin/pip install "skypilot[aws]"` (or gcp, azure, kubernetes, …), '
                "and name its interpreter in SKYPILOT_PYTHON"
            ),
            (
                "请将 SkyPilot 安装到独立的环境中：`python3 -m venv .venv-skypilot && "
                '.venv-skypilot/bin/pip install "skypilot[aws]"`（或 gcp、azure、kubernetes 等），'
                "并将 SKYPILOT_PYTHON 设为该环境的解释器"
            ),
        ),
        (
            "CLOUD_SECRETS names {names}, which the deployer's environment does not have",
            "CLOUD_SECRETS 列出了 {names}，但 deployer 的环境变量中没有",
        ),
    ],
    "servers": [
        ("{first:servers!}; {others:servers!}", "{first}；{others}"),
        ("{count:word!} server {state:server!}", "{count} 个副本{state}"),
        ("{count:word!} servers {state:server!}", "{count} 个副本{state}"),
    ],
    "server": [
        ("waiting for other launches", "正在等待其他副本启动"),
        ("waiting for a machine", "正在等待机器"),
        ("installing and loading the model", "正在安装并加载模型"),
        ("answering", "可用"),
        ("no longer answering", "不再响应"),
        ("being shut down", "正在关闭"),
        ("lost to others: a spot machine was taken back", "已失去：竞价实例被收回"),
        (
            "failed: setup or the server itself ended, its log tells why",
            "失败：安装过程或服务本身已结束，原因见日志",
        ),
        ("failed: not ready in time (startup_seconds)", "失败：没有在规定时间内就绪 (startup_seconds)"),
        ("failed: the probe of /health went unanswered", "失败：/health 探测没有响应"),
        (
            "failed: no machine could be had, for lack of capacity, quota or rights",
            "失败：容量、配额或权限不足，无法获得机器",
        ),
        ("failed to be removed: look after its machine", "删除失败：请检查它的机器"),
        ("in state {state}", "状态为 {state}"),
    ],
}
