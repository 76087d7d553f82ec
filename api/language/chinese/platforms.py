"""Deployments on platforms beyond our own nodes: how they come and go there, and what Kubernetes and its pods say."""

from api.language.chinese.grammar import Table

PLATFORMS: Table = {
    "message": [
        ("goes to {target}", "将部署到 {target}"),
        ("its objects are made on {platform}", "已在 {platform} 上创建资源"),
        ("stopped; nothing of it is left on its platform", "已停止，平台上没有遗留资源"),
        ("local deployments run on this service's own nodes", "local 部署在本服务自己的节点上运行"),
        ("it is being deleted", "正在删除"),
        ("it is scaled to 0 servers; {pods} still to end", "已缩容到 0 个副本，还有 {pods} 个尚未结束"),
        ("it is scaled to 0 servers", "已缩容到 0 个副本"),
        ("{ready} of {wanted} servers answer; {message:message}", "{wanted} 个副本中有 {ready} 个可用；{message}"),
        # Pods on their way
        ("the server runs and loads its model", "服务已运行，正在加载模型"),
        ("the node pulls the image and attaches the volumes", "节点正在拉取镜像并挂载卷"),
        ("the cluster makes the pods", "集群正在创建 Pod"),
        # Pods in trouble
        ("the cluster makes no pods: {said}", "集群没有创建 Pod：{said}"),
        ("waits for a node: {why:place!} ({said})", "正在等待节点：{why} ({said})"),
        ("{image} is no name of an image: set K8S_IMAGE right", "{image} 不是有效的镜像名称，请正确设置 K8S_IMAGE"),
        ("the image {image} cannot be pulled: {said}", "无法拉取镜像 {image}：{said}"),
        ("the cluster cannot start the server: {said}", "集群无法启动服务：{said}"),
        ("the cluster ended the server ({said:said})", "集群结束了服务 ({said})"),
        (
            "the server needed more main memory than it may use ({reason}), {times:times}: ask for more memory",
            "服务超出了内存上限 ({reason})，共 {times}，请申请更多内存",
        ),
        (
            "the server ended {times:times!}, last with {end:end!}: {said}",
            "服务结束了 {times}，最后一次为{end}：{said}",
        ),
        (
            "the server ended {times:times!}, last with {end:end!} ({reason})",
            "服务结束了 {times}，最后一次为{end} ({reason})",
        ),
        ("the server ended {times:times!}, last with {end:end!}", "服务结束了 {times}，最后一次为{end}"),
        (
            "the server did not become ready in time (startup_seconds): {why:message}",
            "服务没有在规定时间内就绪 (startup_seconds)：{why}",
        ),
        (
            "the server did not become ready in time (startup_seconds)",
            "服务没有在规定时间内就绪 (startup_seconds)",
        ),
        # Cluster
        (
            "K8S_IMAGE is not set: name an image that the cluster can pull, made from Dockerfile.worker",
            "没有设置 K8S_IMAGE：请指定集群可以拉取的镜像，由 Dockerfile.worker 构建",
        ),
        ("the token has a character that no header may have", "令牌中有请求头不允许的字符"),
        (
            "there is no usable configuration of a Kubernetes cluster ({error}): {hint:message}",
            "没有可用的 Kubernetes 集群配置 ({error})：{hint}",
        ),
        (
            "set K8S_KUBECONFIG to a kubeconfig and K8S_CONTEXT to one of its contexts, or run inside the cluster",
            "请将 K8S_KUBECONFIG 设为 kubeconfig 文件，K8S_CONTEXT 设为其中的上下文，或在集群内运行",
        ),
        (
            "the Kubernetes API does not answer ({error}); it is tried again",
            "Kubernetes API 没有响应 ({error})，将会重试",
        ),
        (
            "the Kubernetes API answered {status} without saying why",
            "Kubernetes API 返回 {status}，没有说明原因",
        ),
        (
            "what answers at the address of the Kubernetes API is something else ({error})",
            "Kubernetes API 的地址上响应的是其他服务 ({error})",
        ),
        (
            "the cluster does not accept this service's credentials; renew them",
            "集群不接受本服务的凭证，请更新凭证",
        ),
        (
            "this service may not {verb} {resource} in namespace {namespace}, or a quota is used up: {said}",
            "本服务无权在命名空间 {namespace} 中对 {resource} 执行 {verb}，或配额已用完：{said}",
        ),
        ("the cluster refuses these {resource}: {said}", "集群拒绝了这些 {resource}：{said}"),
        ("the cluster has no place for these {resource}: {said}", "集群中没有可放置这些 {resource} 的位置：{said}"),
        (
            "the cluster could not {verb} {resource} ({code}): {said}",
            "集群无法对 {resource} 执行 {verb} ({code})：{said}",
        ),
        (
            "the namespace has {resource} of the name {name} that this service did not make",
            "命名空间中已有名为 {name} 的 {resource}，且不是本服务创建的",
        ),
        (
            "what an earlier run left in the cluster is still being deleted",
            "之前的运行在集群中遗留的资源仍在删除",
        ),
    ],
    "place": [
        ("no node has enough {resources:resources} free", "没有节点有足够的空闲 {resources}"),
        ("no node fits", "没有合适的节点"),
    ],
    "resources": [("{first} and {others:resources}", "{first} 和 {others}")],
    "said": [("without a reason", "没有说明原因"), ("nothing", "无")],
    "times": [("once", "1 次"), ("{count:word!} times", "{count} 次")],
    "end": [("signal {signal}", "信号 {signal}"), ("exit code {code}", "退出码 {code}")],
}
