"""How each model family writes calls of functions: ms-swift's agent templates, by the names of their classes.

From what each template tells the model in its prompt, puts there for earlier calls, and reads from an answer. A
template whose reader would not get every call back as it was written is not here: a call cannot be forced of it.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Parameters:
    """Arguments one by one, each value as a text between marks: strings as they are, anything else as JSON."""

    open: str  # {key}: the parameter's name; {is_string}: true or false
    close: str


@dataclass(frozen=True, slots=True)
class CallFormat:
    """`begin`, calls with `between` them, `end`. A call: `open`, arguments (a JSON object, or `parameters`), `close`.

    In `open`, {name} is the function's name and {place} counts calls from 0.
    """

    mark: str  # what tells a call from other text
    open: str
    close: str = ""
    parameters: Parameters | None = None
    between: str = "\n"
    begin: str = ""
    end: str = ""
    is_one: bool = False  # an answer has one call


def call_format(agent_template: Any) -> CallFormat | None:
    """None where it is not known."""
    return FORMATS.get(type(agent_template).__name__)


def call_mark(agent_template: Any) -> str:
    """What a call begins with; empty where that is not known, or where a call begins with the function's name."""
    name = type(agent_template).__name__
    return FORMATS[name].mark if name in FORMATS else MARKS.get(name, "")


def _react(action: str, action_input: str, *, is_one: bool = True) -> CallFormat:
    return CallFormat(mark=action, open=f"{action} {{name}}\n{action_input} ", is_one=is_one)


def _function_tags(begin: str, end: str, parameter: Parameters) -> CallFormat:
    return CallFormat(begin, f"{begin}\n<function={{name}}>\n", f"</function>\n{end}", parameter)


def _pairs(key: str, value: str, *, after_name: str = "", after_key: str = "", between: str = "") -> CallFormat:
    parameters = Parameters(f"<{key}>{{key}}</{key}>{after_key}<{value}>", f"</{value}>{after_name}")
    return CallFormat("<tool_call>", f"<tool_call>{{name}}{after_name}", "</tool_call>", parameters, between)


def _dsml(space: str, block: str) -> CallFormat:
    tag = f"｜DSML｜{space}"
    return CallFormat(
        mark=f"<{tag}{block}>",
        begin=f"\n\n<{tag}{block}>\n",
        open=f'<{tag}invoke name="{{name}}">\n',
        parameters=Parameters(f'<{tag}parameter name="{{key}}" string="{{is_string}}">', f"</{tag}parameter>\n"),
        close=f"</{tag}invoke>",
        end=f"\n</{tag}{block}>",
    )


_REACT = _react("Action:", "Action Input:")
_QWEN = _react("✿FUNCTION✿:", "✿ARGS✿:")
_QWEN_PARALLEL = _react("✿FUNCTION✿:", "✿ARGS✿:", is_one=False)
_LLAMA = CallFormat('{"name"', '{"name": "{name}", "parameters": ', "}")
_GLM4 = CallFormat("", "{name}\n", between="<|assistant|>")
_GLM4_7 = _pairs("arg_key", "arg_value")
_QWEN3_CODER = _function_tags("<tool_call>", "</tool_call>", Parameters("<parameter={key}>\n", "\n</parameter>\n"))

FORMATS = {
    "ChatGLM4AgentTemplate": _GLM4,
    "DeepSeekV31AgentTemplate": CallFormat(
        mark="<｜tool▁calls▁begin｜>",
        begin="<｜tool▁calls▁begin｜>",
        open="<｜tool▁call▁begin｜>{name}<｜tool▁sep｜>",
        close="<｜tool▁call▁end｜>",
        between="",
        end="<｜tool▁calls▁end｜>",
    ),
    "DeepSeekV4AgentTemplate": _dsml("", "tool_calls"),
    "DeepSeekV41AgentTemplate": _dsml(" ", "calls"),
    "GLM4AgentTemplate": _GLM4,
    "GLM4_5AgentTemplate": _pairs("arg_key", "arg_value", after_name="\n", after_key="\n", between="\n"),
    "GLM4_7AgentTemplate": _GLM4_7,
    "GLM5_1AgentTemplate": _GLM4_7,
    "HermesAgentTemplate": CallFormat(
        "<tool_call>", '<tool_call>\n{"name": "{name}", "arguments": ', "}\n</tool_call>"
    ),
    "HunyuanHermesAgentTemplate": CallFormat(
        mark="<tool_call",  # of <tool_calls>, too
        begin="<tool_calls>\n",
        open="<tool_call>{name}\n```json\n",
        close="\n```</tool_call>",
        end="\n</tool_calls>",
    ),
    "KimiK25AgentTemplate": CallFormat(
        mark="<|tool_calls_section_begin|>",
        begin="<|tool_calls_section_begin|>",
        open="<|tool_call_begin|>functions.{name}:{place}<|tool_call_argument_begin|>",
        close="<|tool_call_end|>",
        between="",
        end="<|tool_calls_section_end|>",
    ),
    "Ling3AgentTemplate": CallFormat(
        "<tool_call>",
        "<tool_call>{name}",
        "\n</tool_call>",
        Parameters("<arg_key>{key}</arg_key>\n<arg_value>", "</arg_value>"),
    ),
    "Llama3AgentTemplate": _LLAMA,
    "Llama4AgentTemplate": _LLAMA,
    "MiniCPM5AgentTemplate": CallFormat(
        "<function name=",
        '<function name="{name}">',
        "</function>",
        # The reader takes values with a "<" in this form only.
        Parameters('<param name="{key}"><![CDATA[', "]]></param>"),
    ),
    "MistralAgentTemplate": CallFormat(
        mark="[TOOL_CALLS]",
        begin="[TOOL_CALLS][\n",
        open='{"name": "{name}", "arguments": ',
        close="}",
        end="\n]",
    ),
    "Qwen3CoderAgentTemplate": _QWEN3_CODER,
    "Qwen3_5AgentTemplate": _QWEN3_CODER,
    "QwenEnAgentTemplate": _QWEN,
    "QwenEnParallelAgentTemplate": _QWEN_PARALLEL,
    "QwenZhAgentTemplate": _QWEN,
    "QwenZhParallelAgentTemplate": _QWEN_PARALLEL,
    "ReactEnAgentTemplate": _REACT,
    "ReactGRPOAgentTemplate": _REACT,
    "ReactZnAgentTemplate": _REACT,
    "SeedAgentTemplate": _function_tags(
        "<seed:tool_call>", "</seed:tool_call>", Parameters("<parameter={key}>", "</parameter>\n")
    ),
    "Spark2_5AgentTemplate": _GLM4_7,
    "ToolBenchAgentTemplate": _REACT,
    "Xing4_0AgentTemplate": _pairs("param_key", "param_value"),
    "YoutuAgentTemplate": CallFormat(
        "<tool_call>", '<tool_call>{"name": "{name}", "arguments": ', "}</tool_call>", between=""
    ),
}
# Readers that make numbers of strings which look like one, or that know no JSON: these calls are read, and not forced.
MARKS = {
    "Gemma4AgentTemplate": "<|tool_call>",
    "HyV3AgentTemplate": "<tool_call",
    "HyV3PreviewAgentTemplate": "<tool_call",
    "KimiK3AgentTemplate": "<|open|>tools",
    "MinimaxM2AgentTemplate": "<minimax:tool_call>",
    "MinimaxM3AgentTemplate": "]<]minimax[>[<tool_call>",
}
