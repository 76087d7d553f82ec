"""What is wrong with an adapter, or with a model that is to be served."""

from api.language.chinese.grammar import Table

ADAPTERS: Table = {
    "message": [
        ("{message:message}; it was made for {base}", "{message}；它的基础模型是 {base}"),
        ("{path} does not fit {model}: {why:misfit}", "{path} 与 {model} 不匹配：{why}"),
        ("{path} is not an adapter of {model}", "{path} 不是 {model} 的适配器"),
        ("{path} is a whole model, not an adapter", "{path} 是完整的模型，不是适配器"),
        ("{path} is no adapter: no {config}", "{path} 不是适配器：没有 {config}"),
        (
            "{path} is an adapter and names no base model; give the base here and the adapter in `adapters`",
            "{path} 是适配器，但没有注明基础模型，请在此处提供基础模型，并将适配器放入 `adapters`",
        ),
        (
            "{path} was made for {base}, which is an adapter itself; export that one first",
            "{path} 的基础模型 {base} 本身也是适配器，请先导出后者",
        ),
        (
            "{path} is not a folder on this machine; an adapter is not fetched from a hub",
            "{path} 不是这台机器上的文件夹，适配器不会从模型仓库下载",
        ),
        # What ms-swift saved beside it
        ("{folder}/args.json: {message:message!}", "{folder}/args.json：{message}"),
        (
            "it names {option}, which run code; remove them from the file if the model does without",
            "其中的 {option} 会执行代码，如果模型不需要，请从文件中删除",
        ),
        (
            "its {option} set {variable} in the environment, which a job may not",
            "其中的 {option} 设置了环境变量 {variable}，任务不能设置它",
        ),
    ],
    "misfit": [
        (
            "layer {layer} is {there} there and {wanted} for the adapter",
            "层 {layer} 在模型中为 {there}，在适配器中为 {wanted}",
        ),
        ("there is no layer {layer}", "模型中没有层 {layer}"),
    ],
}
