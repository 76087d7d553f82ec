"""English sentences of the service in Chinese, and others as they are."""

import re
import time
from string import Formatter

import pytest

from api.language.chinese import PATTERNS, TABLE, in_chinese
from api.language.chinese.grammar import Grammar

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Missing data for required field.", "缺少必填字段。"),
        ("Must be one of: llm, mllm.", "必须是以下之一：llm, mllm。"),
        ("Must be greater than or equal to 0 and less than or equal to 10.", "必须在 0 到 10 之间。"),
        ("Must be greater than 0 and less than or equal to 1.5.", "必须大于 0 且小于等于 1.5。"),
        ("Must be greater than or equal to 0 and less than 1.", "必须大于等于 0 且小于 1。"),
        ("Shorter than minimum length 1.", "长度不能小于 1。"),
        ("no such field; did you mean extra_args?", "没有这个字段；您是指 extra_args 吗？"),
        (
            "constraints.gpu: no such field; there are gpu_model, min_memory_mib, node_names, labels",
            "constraints.gpu：没有这个字段，可选字段：gpu_model, min_memory_mib, node_names, labels",
        ),
        (
            "Needs 2 GPUs of model A100 on n1 or n2; 1 of 4 is free, 1 is kept for it, 2 are leased.",
            "需要 2 个GPU，型号 A100，节点 n1 或 n2；4 个中有 1 个空闲，1 个已保留给该任务，2 个已被占用。",
        ),
        (
            "Needs 1 GPU with at least 40 GiB on nodes labelled a=b; 0 of 1 is free, 1 is leased.",
            "需要 1 个GPU，显存至少 40 GiB，节点标签 a=b；1 个中有 0 个空闲，1 个已被占用。",
        ),
        (
            "Needs 2 nodes with 4 GPUs each; 6 of 8 are free, 2 are leased, but only 1 node has 4 free.",
            "需要 2 个节点，每个节点 4 个GPU；8 个中有 6 个空闲，2 个已被占用，但只有 1 个节点有 4 个空闲GPU。",
        ),
        (
            "Needs 1 GPU; the free GPUs that would do are kept for job-1, which is ahead of it, until about noon.",
            "需要 1 个GPU；可用的空闲GPU已为排在前面的 job-1 保留，大约到 noon。",
        ),
        (
            "1 min 3 s to 2 h 5 min; By the measured remaining time of running work.",
            "1 分 3 秒 到 2 小时 5 分钟；依据运行中任务实测的剩余时间。",
        ),
        (
            "accepted from the user with priority 3, held until it is started",
            "任务已接受，提交者：用户，优先级：3，启动之前保持挂起",
        ),
        (
            "ms-swift ended with exit code 1: ValueError: a; b; queued again",
            "ms-swift 退出码为 1：ValueError: a; b；已重新排队",
        ),
        (
            "data_path[1]: /d/a.jsonl does not exist on this machine; val_dataset[0]: '/x' is a URL; give a path",
            "data_path[1]：/d/a.jsonl 在这台机器上不存在；val_dataset[0]：'/x' 是 URL，请提供路径",
        ),
        (
            "data_path: /d/a.jsonl, line 3: not JSON: Expecting value at column 5: {a",
            "data_path：/d/a.jsonl，第 3 行：不是有效的 JSON：此处应有值（第 5 列）：{a",
        ),
        (
            "data_path: /d/a.jsonl, line 2: not JSON: column text has NaN, which JSON does not know",
            "data_path：/d/a.jsonl，第 2 行：不是有效的 JSON：列 text 中有 JSON 不支持的 NaN",
        ),
        (
            "Needs 1 GPU and port 8000; port 8000 is leased by a where it could run; it comes free when that one ends.",
            "需要 1 个GPU，以及端口 8000；能运行它的节点上，端口 8000 已分配给 a，待其结束后释放。",
        ),
        (
            "Needs 4 GiB of a GPU; 0 of 1 is free, 1 is leased; of a shared one at most 2.5 GiB are left.",
            "需要 单个GPU的 4 GiB 显存；1 个中有 0 个空闲，1 个已被占用；共享的GPU最多还剩 2.5 GiB。",
        ),
        (
            "extra_args.lr: no option of a deployment; it belongs to a training",
            "extra_args.lr：部署没有这个选项，它属于训练",
        ),
        ("a model server started on node n1, process 7", "模型服务已在节点 n1 启动，进程 7"),
        (
            "its server stopped answering: no answer to /health within 3 s; restart 1 of at most 3 in 2 s",
            "模型服务停止响应：/health 在 3 秒内没有响应；2 秒后第 1 次重启，最多 3 次",
        ),
        (
            (
                "ms-swift ended with exit code 1: ModuleNotFoundError: No module named 'vllm'; "
                "install vllm beside ms-swift on the node, or choose another infer_backend"
            ),
            (
                "ms-swift 退出码为 1：ModuleNotFoundError: No module named 'vllm'；"
                "请在节点的 ms-swift 环境中安装 vllm，或选择其他 infer_backend"
            ),
        ),
        (
            "adapters.a: /a does not fit /m: there is no layer layers.9.mlp.up_proj; it was made for /b",
            "adapters.a：/a 与 /m 不匹配：模型中没有层 layers.9.mlp.up_proj；它的基础模型是 /b",
        ),
        (
            (
                "model_path: /m/args.json: it names external_plugins, which run code; "
                "remove them from the file if the model does without"
            ),
            "model_path：/m/args.json：其中的 external_plugins 会执行代码，如果模型不需要，请从文件中删除",
        ),
        (
            "1 of 3 servers answer; waits for a node: no node has enough cpu and nvidia.com/gpu free (0/1 nodes)",
            "3 个副本中有 1 个可用；正在等待节点：没有节点有足够的空闲 cpu 和 nvidia.com/gpu (0/1 nodes)",
        ),
        (
            "the server did not become ready in time (startup_seconds): the server ended once, last with signal 9",
            "服务没有在规定时间内就绪 (startup_seconds)：服务结束了 1 次，最后一次为信号 9",
        ),
        (
            "2 servers waiting for a machine; 1 server failed: not ready in time (startup_seconds)",
            "2 个副本正在等待机器；1 个副本失败：没有在规定时间内就绪 (startup_seconds)",
        ),
        (
            "stopped because another version answers; all its processes have ended",
            "已停止，由其他版本提供服务，所有进程均已结束",
        ),
        ("model_path: the path is empty; data_path: '/x' is a URL; give a path", None),
    ],
)
def test_a_sentence_is_told_in_chinese(english: str, chinese: str | None) -> None:
    assert in_chinese(english) == (chinese or "model_path：路径为空；data_path：'/x' 是 URL，请提供路径")


def test_no_row_stands_behind_one_that_takes_its_sentences() -> None:
    """Each row with a sentence inside is asked with a real one."""
    inside = {"message": ("Placing is paused.", "任务分配已暂停。"), "field": ("gpus", "gpus"), "": ("x1", "x1")}
    for english, chinese in TABLE["message"]:
        kinds = {name: kind.rstrip("!") for _, name, kind, _ in Formatter().parse(english) if name}
        if "message" in kinds.values() and set(kinds.values()) <= inside.keys() and "{{" not in english:
            plain = re.sub(r":\w+!?}", "}", english)
            said = plain.format(**{name: inside[kind][0] for name, kind in kinds.items()})
            assert in_chinese(said) == chinese.format(**{name: inside[kind][1] for name, kind in kinds.items()}), said


def test_what_nobody_here_has_said_stays_as_it_is() -> None:
    assert in_chinese("torch.OutOfMemoryError: CUDA out of memory.") == "torch.OutOfMemoryError: CUDA out of memory."
    assert in_chinese("") == ""


def test_braces_of_a_user_are_text() -> None:
    assert in_chinese("there is no job '{0.__class__}'") == "任务 '{0.__class__}' 不存在"


def test_a_translation_has_the_values_of_its_sentence_and_words_of_its_own() -> None:
    for english, chinese in (row for rows in TABLE.values() for row in rows):
        values = {
            name: spec.rstrip("!,") for _, name, spec, _ in Formatter().parse(english) if name and spec is not None
        }

        assert {name for _, name, _, _ in Formatter().parse(chinese) if name} <= set(values), english
        kinds = set(values.values()) - {""}
        assert kinds <= set(TABLE) | set(PATTERNS), english
        # One that only arranges what others translate has signs of its own at most.
        assert CHINESE.search(chinese) or kinds, english


def test_a_list_and_a_value_that_must_be_of_a_kind() -> None:
    table = {"message": [("has {colours:colour,} on {day:day!}", "{day}有{colours}")], "colour": [("red", "红")]}
    grammar = Grammar({**table, "day": [("Monday", "星期一")]}, {})

    assert grammar.translate("has red, teal on Monday", "message") == "星期一有红，teal"
    assert grammar.translate("has red on my birthday", "message") is None


def test_what_a_hostile_text_costs_does_not_explode() -> None:
    began = time.process_time()

    for piece in (
        ", line 1: ",
        "; queued again",
        "; a: ",
        " on ",
        "; did you mean ",
        " free, ",
        "; restart ",
        "; 1 server ",
    ):
        in_chinese("Needs " + piece * 800)

    assert time.process_time() - began < 5
