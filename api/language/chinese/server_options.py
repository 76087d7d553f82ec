"""What is wrong with the options of a model's server."""

from api.language.chinese.grammar import Table

SERVER_OPTIONS: Table = {
    "message": [
        ("no option of a deployment; it belongs to a training", "部署没有这个选项，它属于训练"),
        (
            "an option of {engine}; this deployment runs on {backend}",
            "这是 {engine} 的选项，而该部署使用 {backend}",
        ),
        ("this needs {needed} GPUs, the deployment has {gpus}", "这需要 {needed} 个GPU，而该部署有 {gpus} 个"),
        # Refused ones
        ("set `max_model_len`", "请设置 `max_model_len`"),
        ("set `adapters`", "请设置 `adapters`"),
        ("set `infer_backend`", "请设置 `infer_backend`"),
        ("set `name`", "请设置 `name`"),
        ("set `port`", "请设置 `port`"),
        ("set `api_key`; here it would end up in logs", "请设置 `api_key`，放在这里会出现在日志中"),
        (
            "set `resources.gpu_memory`, from which this is worked out",
            "请设置 `resources.gpu_memory`，该值由它计算得出",
        ),
        ("a server reads no data set", "模型服务不读取数据集"),
        (
            "it names a file; TLS is the gateway's or a proxy's work",
            "它指定了文件，TLS 由网关或代理负责",
        ),
        ("prompts and answers would end up in the log", "提示词和回答会出现在日志中"),
        ("prompts and answers would end up in a file", "提示词和回答会写入文件"),
        ("export the job: a server writes no model", "请导出任务：模型服务不会写出模型"),
        # Adapters
        (
            "{backend} serves no adapters; export the job and deploy the merged model",
            "{backend} 不支持适配器，请导出任务并部署合并后的模型",
        ),
        ("{backend} serves no adapters; deploy the merged model", "{backend} 不支持适配器，请部署合并后的模型"),
        (
            "the deployment has this name itself; give the adapter another",
            "该名称与部署本身的名称相同，请为适配器换一个名称",
        ),
        (
            "the model is an adapter itself; deploy its base, and all adapters by name",
            "该模型本身就是适配器，请部署它的基础模型，并为每个适配器命名",
        ),
        (
            "a model that is not exported is an adapter itself; leave `adapters` out, or export it",
            "未导出的模型本身就是适配器，请勿指定 `adapters`，或导出模型",
        ),
        (
            "ms-swift cannot open a folder with `=` in its path: {path}",
            "ms-swift 无法打开路径中有 `=` 的文件夹：{path}",
        ),
        ("{name} is not a name for a model", "{name} 不能作为模型名称"),
    ],
}
