"""What is wrong with the `platform` of a deployment, for Kubernetes or a cloud."""

from api.language.chinese.grammar import Table

PLATFORM_OPTIONS: Table = {
    "message": [
        ("unknown; the options are {options}", "未知，可用选项：{options}"),
        ("must be a whole number from 10 to {most}", "必须是 10 到 {most} 的整数"),
        # Storage
        (
            "is not below an allowed root; the setting ALLOWED_ROOTS names them",
            "不在允许的目录下，允许的目录由设置 ALLOWED_ROOTS 列出",
        ),
        ("is, or has in it, a folder that the service keeps for itself", "是服务自用的目录，或其中有这样的目录"),
        (
            "is needed: {path} is a path, and the cluster's servers have no files but its",
            "必填：{path} 是路径，集群中的服务只能访问该存储中的文件",
        ),
        (
            "is needed: {path} is a path, and servers in a cloud have no files but its",
            "必填：{path} 是路径，云上的服务只能访问该存储中的文件",
        ),
        (
            "has nothing of {path}: the servers see its files below {place}",
            "其中没有 {path}：服务只能在 {place} 下看到该存储的文件",
        ),
        ("must have claim and mount_path, or host_path", "必须包含 claim 和 mount_path，或 host_path"),
        ("must be the name of a PersistentVolumeClaim", "必须是 PersistentVolumeClaim 的名称"),
        (
            "must be an absolute path without `..` and `:`, and not /",
            "必须是绝对路径，不能包含 `..` 和 `:`，也不能是 /",
        ),
        ("must have bucket and mount_path", "必须包含 bucket 和 mount_path"),
        (
            "must be the address of a bucket, such as s3://models/qwen",
            "必须是存储桶的地址，例如 s3://models/qwen",
        ),
        ("must be an absolute path without `..`, and not /", "必须是绝对路径，不能包含 `..`，也不能是 /"),
        # Kubernetes
        ("must be an object of at most {count} node labels", "必须是对象，最多包含 {count} 个节点标签"),
        (
            "must be a label of nodes, such as nvidia.com/gpu.product, with its value as a string",
            "必须是节点标签，例如 nvidia.com/gpu.product，其值为字符串",
        ),
        ("must be a list of at most {count} tolerations", "必须是列表，最多包含 {count} 个容忍度"),
        ("must be an object with {fields}", "必须是包含 {fields} 的对象"),
        ("operator must be Equal or Exists", "operator 必须是 Equal 或 Exists"),
        ("effect must be one of {effects}", "effect 必须是以下之一：{effects}"),
        ("key and value must be those of a taint", "key 和 value 必须符合污点的格式"),
        ("Equal needs a key, Exists takes no value", "Equal 需要 key，Exists 不能有 value"),
        (
            "toleration_seconds must be a whole number, and goes with effect NoExecute",
            "toleration_seconds 必须是整数，并与 effect NoExecute 一起使用",
        ),
        ("must have host, and may have class and tls_secret", "必须包含 host，可以包含 class 和 tls_secret"),
        (
            "must be a host name in lower case, such as qwen.example.org",
            "必须是小写的主机名，例如 qwen.example.org",
        ),
        ("must be the name of an object in the cluster", "必须是集群中对象的名称"),
        (
            "must be a resource that nodes offer, such as nvidia.com/gpu or nvidia.com/mig-1g.10gb",
            "必须是节点提供的资源，例如 nvidia.com/gpu 或 nvidia.com/mig-1g.10gb",
        ),
        ('must be a string such as "4" or "500m"', '必须是字符串，例如 "4" 或 "500m"'),
        (
            "must be a user id; 0 is root, which model servers do not run as",
            "必须是用户 ID；0 是 root，模型服务不以 root 运行",
        ),
        # Clouds
        (
            "is needed: which GPU, by SkyPilot's name, such as H100 or L4",
            "必填：请用 SkyPilot 的名称指定GPU型号，例如 H100 或 L4",
        ),
        (
            "must be SkyPilot's name of a GPU, such as H100; `gpus` says how many",
            "必须是 SkyPilot 的GPU型号名称，例如 H100；数量由 `gpus` 指定",
        ),
        (
            "must be a cloud, and may name a region and a zone: aws, gcp/us-central1, k8s/my-context",
            "必须是云平台，可以带区域和可用区：aws、gcp/us-central1、k8s/my-context",
        ),
        ("must be true or false", "必须是 true 或 false"),
        (
            'must be a string such as "8", or "8+" for at least so many',
            '必须是字符串，例如 "8"；"8+" 表示至少这么多',
        ),
        ("must be a whole number of GB up to {most}", "必须是整数，单位 GB，最大 {most}"),
        ("must have {fields}", "必须包含 {fields}"),
        (
            "must be a whole number from min_replicas to {most}",
            "必须是 min_replicas 到 {most} 的整数",
        ),
        ("must be a whole number from 1 to {most}", "必须是 1 到 {most} 的整数"),
        ("must be a number above 0", "必须是大于 0 的数字"),
    ],
}
