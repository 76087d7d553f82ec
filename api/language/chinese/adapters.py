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
        ("{path} cannot be used: {why:settings!}", "{path} 无法使用：{why}"),
        (
            "{path} learned what stands before a prompt (prompt tuning and its like), which peft cannot train on",
            "{path} 学习的是提示词前的内容（prompt tuning 一类），peft 不能在其上继续训练",
        ),
        (
            "{path} was made for {base}, and fits {model} by its shapes alone: look whether it is the same model",
            "{path} 的基础模型是 {base}，与 {model} 仅形状相符：请确认是否为同一个模型",
        ),
        # What it was trained for
        (
            "{field} was trained for {task}, as its args.json says, and is served for that: leave task_type out",
            "{field} 是为 {task} 训练的（见其 args.json），也按该任务部署：请去掉 task_type",
        ),
        (
            "it was trained for {task}, and {field} for {other}: one server serves one task",
            "它是为 {task} 训练的，而 {field} 是为 {other} 训练的：一个服务只提供一种任务",
        ),
        (
            "{backend} does not serve models for {task}; transformers and vllm do",
            "{backend} 不能部署用于 {task} 的模型，transformers 和 vllm 可以",
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
    "settings": [
        (
            "its peft_type is {kind}, which peft does not know; copy adapter_config.json again",
            "其 peft_type 为 {kind}，peft 不认识；请重新复制 adapter_config.json",
        ),
        (
            (
                "its adapter_config.json says rank {rank}, and its weights have {there}; "
                "copy both again from where it came"
            ),
            "其 adapter_config.json 的 rank 为 {rank}，而权重的 rank 为 {there}；请从来源处重新复制两者",
        ),
        (
            (
                "its adapter_config.json names the modules {named}, and its weights are of {there}; "
                "copy both again from where it came"
            ),
            "其 adapter_config.json 指定的模块是 {named}，而权重属于 {there}；请从来源处重新复制两者",
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
