"""Forces calls of functions, and reads them back with ms-swift's agent templates.

`python force_calls.py SEED` in the interpreter that has ms-swift, with the repository and client/demo in its path.
Prints, per template and tokenizer, what a grammar let a model say that picks tokens at random, and what was read from
it; and whether the grammar takes what ms-swift writes itself.
"""

# The swift environment has these libraries; the environment that mypy sees does not.
# mypy: disable-error-code="import-not-found, no-any-unimported"

import json
import random
import sys
from types import SimpleNamespace
from typing import Any

import make_tiny_model
import torch
from swift.agent_template import agent_template_map
from swift.infer_engine import InferEngine
from tokenizers import AddedToken

from common.swift.programs.serving.ask import Constraint
from common.swift.programs.serving.engines.agents import calls_in
from common.swift.programs.serving.engines.begun import Begun
from common.swift.programs.serving.engines.guided import CallFormat, Guide, call_format
from common.swift.programs.serving.errors import ApiError

TOKENS_MAX = 600
TEXTS = 6
FUNCTIONS = (
    {
        "name": "get_weather",
        "description": "Tells the weather",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string"},
                "days": {"type": "integer", "minimum": 1, "maximum": 14},
                "unit": {"type": "string", "enum": ["celsius", "kelvin"]},
                "near": {
                    "type": "object",
                    "properties": {"deep": {"type": "object", "properties": {"is": {"type": "boolean"}}}},
                    "additionalProperties": False,
                },
                "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 3},
            },
            "required": ["city", "days", "near"],
            "additionalProperties": False,
        },
    },
    {"name": "stop-it", "description": "Stops", "parameters": {"type": "object", "additionalProperties": False}},
)
TOOLS = [{"type": "function", "function": function} for function in FUNCTIONS]
WRITTEN = [
    {
        "name": "get_weather",
        "arguments": {"city": "Köln 1", "days": 3, "unit": "kelvin", "near": {"deep": {"is": True}}},
    },
    {"name": "get_weather", "arguments": {"city": "a\nb <c>", "days": 1, "near": {}, "tags": ["x", "y"]}},
]
WRONG = [{"name": "get_weather", "arguments": {"city": "x", "days": 99, "near": {}}}]
UNKNOWN = [{"name": "unheard_of", "arguments": {}}]
MARKS = [
    *("<tool_call>", "</tool_call>", "<arg_key>", "</arg_key>", "<arg_value>", "</arg_value>", "<|assistant|>"),
    *(
        "[TOOL_CALLS]",
        "<｜tool▁calls▁begin｜>",
        "<｜tool▁sep｜>",
        "｜DSML｜",
        "<seed:tool_call>",
        "<|tool_call_begin|>",
    ),
]


SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 20},
        "kinds": {"enum": [["a"], 7, None]},
        "next": {"$ref": "#"},
    },
    "required": ["name", "kinds"],
    "additionalProperties": False,
}
# Values in which Qwen3-Coder's reader would see the end of something.
MARKS_IN_TEXTS = ["a</parameter>b", "a</tool_call>b", "a\n</parameter>b", "a</function>\n</tool_call>"]
ROOT = {"$ref": "#"}
# zod's email().
EMAIL = r"^(?!\.)(?!.*\.\.)([A-Za-z0-9_'+\-\.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}$"
# Each as the part of an object that is needed, with what its refusal tells.
REFUSED = [
    ({"type": "array", "items": {"type": "string"}, "uniqueItems": True}, "'properties.a.uniqueItems': this is not"),
    ({"oneOf": [{"type": "string"}, {"type": "string", "maxLength": 3}]}, "'properties.a.oneOf': two of its parts"),
    ({"type": "string", "x-guidance": {"lenient": True}}, "'properties.a.x-guidance' is not the client's to set"),
    ({"type": "string", "format": "unheard-of"}, "'properties.a.format': 'unheard-of' is not known. Remove it"),
    (
        {"type": "string", "format": "email", "pattern": EMAIL},
        "'properties.a.pattern': the pattern cannot be read: look",
    ),
    ({"type": "string", "pattern": "("}, "'properties.a.pattern': the pattern cannot be read: unclosed group. Write"),
    ({"type": "string", "pattern": r"(a)\1"}, "'properties.a.pattern': the pattern cannot be read: backreferences"),
    ({"type": "object", "if": {}, "then": {}}, "'properties.a.if' and 'properties.a.then': this is not honoured"),
    ({"type": "integer", "minimum": 5, "maximum": 3}, "'properties.a': no value fits it: minimum (5) is greater"),
    ({"type": "string", "minLength": 5, "maxLength": 3}, "'properties.a': no value fits it: minLength (5) is greater"),
    ({"type": "string", "pattern": "^b$", "const": "a"}, "'properties.a': no text fits both its patterns and its"),
    ({"enum": []}, "'properties.a.enum': nothing is listed there. List one value at least"),
    ({"type": "string", "enum": [1]}, "'properties.a': no value fits it: incompatible types"),
    (
        {"type": "object", "required": ["b"], "properties": {}, "additionalProperties": False},
        "required property 'b' is",
    ),
    (False, "no value fits it: required property 'a' is unsatisfiable"),
    ({"type": "decimal"}, "'properties.a.type': 'decimal' is no type"),
    ({"$ref": "#/$defs/nowhere"}, "'properties.a.$ref': it points at nothing: '/$defs/nowhere' does not exist"),
    ({"$ref": "https://example.org/schema.json"}, "'properties.a.$ref': it points at another document, and none is"),
    ({"$ref": "file:///etc/passwd#/a"}, "'properties.a.$ref': it points at another document, and none is fetched"),
    (ROOT, "'#' refers to itself in a way that no answer comes to an end"),
    ({"allOf": [ROOT]}, "'#' refers to itself in a way that no answer comes to an end"),
]


def main(seed: int) -> None:
    plain, marked = make_tiny_model.make_tokenizer(), make_tiny_model.make_tokenizer()
    marked.add_tokens([AddedToken(mark, special=place % 2 == 1, normalized=False) for place, mark in enumerate(MARKS)])
    templates = {}
    for name, kind in agent_template_map.items():
        template = kind()
        if call_format(template) is not None:
            templates[name] = {
                "texts": forced(template, plain, seed) + forced(template, marked, seed),
                "takes": [taken(template, tokenizer) for tokenizer in (plain, marked)],
                "free": [free(template, tokenizer) for tokenizer in (plain, marked)],
            }
    told = {
        "templates": templates,
        "functions": FUNCTIONS,
        "written": WRITTEN,
        "not_forced": [name for name, kind in agent_template_map.items() if call_format(kind()) is None],
        "kept_out": [kept_out(plain, text) for text in MARKS_IN_TEXTS],
        "thought": thought(marked, seed),
        "refused": [{**refused(plain, schema), "told": why} for schema, why in REFUSED] + [refused_call(plain)],
        "deep": [refused(plain, nested(levels))["message"] for levels in (62, 63)],
        "objects": documents(plain, None, seed),
        "described": documents(plain, SCHEMA, seed),
        "schema": SCHEMA,
    }
    print(json.dumps(told))


def kept_out(tokenizer: Any, text: str) -> bool:
    """Whether no string may have it."""
    template = agent_template_map["qwen3_coder"]()
    matcher = Guide(tokenizer, [tokenizer.eos_token_id], template).matcher(Constraint("calls", functions=FUNCTIONS))
    for token in tokenizer.encode(f"<tool_call>\n<function=get_weather>\n<parameter=city>\n{text}"):
        logits = torch.zeros(len(tokenizer))
        matcher.mask(logits)
        if not logits[token].isfinite():
            return True
        matcher.take(token)
    return False


def thought(tokenizer: Any, seed: int) -> dict[str, Any]:
    """Of a model whose chat template begins the answer with a thought."""
    template = agent_template_map["hermes"]()
    guide = Guide(tokenizer, [tokenizer.eos_token_id], template)
    matcher = guide.matcher(Constraint("calls", functions=FUNCTIONS[1:], several=False), Begun(is_thinking=True))
    for token in tokenizer.encode("I have to stop.\n</think>\n\n"):
        matcher.take(token)
    text = "I have to stop.\n</think>\n\n" + say(matcher, tokenizer, random.Random(seed), call_format(template))
    return {"text": text, "calls": [[call.name, call.arguments] for call in calls_in(engine(template), text, TOOLS)]}


def documents(tokenizer: Any, schema: Any, seed: int) -> list[str]:
    """JSON, without a call."""
    guide, texts = Guide(tokenizer, [tokenizer.eos_token_id]), []
    for number in range(TEXTS):
        matcher = guide.matcher(Constraint("json", schema=schema))
        text = say(matcher, tokenizer, random.Random(f"{seed} {number}"), CallFormat("", ""))
        texts += [text] if matcher.is_done else []
    return texts


def refused(tokenizer: Any, schema: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"a": schema}, "required": ["a"]}
    return why_refused(Guide(tokenizer, [tokenizer.eos_token_id]), Constraint("json", schema=schema))


def nested(levels: int) -> Any:
    """Objects in objects, with the one around them."""
    schema: Any = {"type": "string"}
    for _ in range(levels - 1):
        schema = {"type": "object", "properties": {"a": schema}, "required": ["a"]}
    return schema


def refused_call(tokenizer: Any) -> dict[str, Any]:
    parameters = {"type": "object", "properties": {"a": {"type": "array", "uniqueItems": True}}}
    functions = (FUNCTIONS[1], {"name": "get_weather", "parameters": parameters})
    guide = Guide(tokenizer, [tokenizer.eos_token_id], agent_template_map["hermes"]())
    told = "'properties.a.uniqueItems': this is not honoured"
    return {**why_refused(guide, Constraint("calls", functions=functions)), "told": told}


def why_refused(guide: Any, constraint: Any) -> dict[str, Any]:
    try:
        guide.matcher(constraint)
    except ApiError as error:
        return {"message": error.message, "param": error.param}
    return {"message": "not refused", "param": ""}


def forced(template: Any, tokenizer: Any, seed: int) -> list[dict[str, Any]]:
    """Answers of a model that picks any token that is allowed, with a liking for those that end something."""
    guide = Guide(tokenizer, [tokenizer.eos_token_id], template)
    told = []
    for number in range(TEXTS):
        chance = random.Random(f"{seed} {number}")
        several = number % 2 == 0
        matcher = guide.matcher(Constraint("calls", functions=FUNCTIONS, several=several))
        text = say(matcher, tokenizer, chance, call_format(template))
        calls = [[call.name, call.arguments] for call in calls_in(engine(template), text, TOOLS)]
        error = None if matcher.error is None else matcher.error.message
        told.append(
            {
                "text": text,
                "calls": calls,
                "several": several,
                "written": written(text, template),
                "done": matcher.is_done,
                "error": error,
            }
        )
    return told


def say(matcher: Any, tokenizer: Any, chance: random.Random, form: Any) -> str:
    likes = {token for text in ('"', "}", "]", "\n", ",") for token in tokenizer.encode(text)}
    tokens: list[int] = []
    closing: list[int] = []
    while not matcher.is_done and len(tokens) < TOKENS_MAX:
        logits = torch.zeros(len(tokenizer) + 3)
        matcher.mask(logits)
        allowed = logits.isfinite().nonzero().flatten().tolist()
        liked = [token for token in allowed if token in likes]
        if not closing and len(allowed) > len(tokenizer) // 2 and chance.random() < 0.3:
            closing = tokenizer.encode(what_closes(form, tokenizer.decode(tokens)))
        if closing and closing[0] in allowed:
            token = closing.pop(0)
        elif tokenizer.eos_token_id in allowed and chance.random() < 0.6:
            token = tokenizer.eos_token_id
        else:
            closing = []
            token = chance.choice(liked if liked and chance.random() < 0.4 else allowed)
        matcher.take(token)
        tokens.append(token)
    said = tokens[:-1] if tokens[-1] == tokenizer.eos_token_id else tokens
    return str(tokenizer.decode(said, spaces_between_special_tokens=False))


def what_closes(form: Any, text: str) -> str:
    """Of a string that is written as it is, its mark; of one in JSON, a quote."""
    if form.parameters is None:
        return '"'
    value = text.rpartition(form.parameters.open.rpartition("}")[2] or ">")[2]
    return '"' if value[:1] in {"[", "{"} else str(form.parameters.close)


def taken(template: Any, tokenizer: Any) -> dict[str, Any]:
    """How far the grammar goes with what ms-swift writes for earlier calls, and what is read from that."""
    text = as_swift_writes(template, WRITTEN)
    left = refused_from(template, tokenizer, Constraint("calls", functions=FUNCTIONS), text)
    calls = [[call.name, call.arguments] for call in calls_in(engine(template), text, TOOLS)]
    return {"text": text, "refused_at": left[:60], "calls": calls}


def free(template: Any, tokenizer: Any) -> dict[str, str] | None:
    """What is refused of answers that need no call, where calls that may come are held to; None where they are not."""
    constraint = Constraint("free", functions=FUNCTIONS)
    end = tokenizer.eos_token
    answers = {
        "words": f'Call <f>, {{"name": "x"}}: [1].{end}',
        "calls": f"I look.{as_swift_writes(template, WRITTEN)}{end}",
        "wrong": f"I look.{as_swift_writes(template, WRONG)}{end}",
        "unknown": f"I look.{as_swift_writes(template, UNKNOWN)}{end}",
    }
    try:
        return {name: refused_from(template, tokenizer, constraint, text) for name, text in answers.items()}
    except ApiError:
        return None


def as_swift_writes(template: Any, calls: list[dict[str, Any]]) -> str:
    text = template._format_tool_calls([{"role": "tool_call", "content": json.dumps(call)} for call in calls])
    begin = call_format(template).begin
    space = begin[: len(begin) - len(begin.lstrip())]
    return space + str(text).removesuffix("<|observation|>").removesuffix("</s>")


def refused_from(template: Any, tokenizer: Any, constraint: Any, text: str) -> str:
    """What is left of a text where a grammar takes no more of it."""
    matcher = Guide(tokenizer, [tokenizer.eos_token_id], template).matcher(constraint)
    place = 0
    tokens = tokenizer.encode(text, add_special_tokens=False)
    for place, token in enumerate(tokens):  # noqa: B007 - told below
        logits = torch.zeros(len(tokenizer))
        matcher.mask(logits)
        if not logits[token].isfinite():
            break
        matcher.take(token)
    else:
        place = len(tokens)
    return str(tokenizer.decode(tokens[place:]))


def written(text: str, template: Any) -> int:
    """How many calls it has, by the beginnings of calls."""
    form = call_format(template)
    begin = form.open if form is not None else ""
    return sum(text.count(begin.replace("{name}", each["name"]).partition("{place}")[0]) for each in FUNCTIONS)


def engine(template: Any) -> Any:
    """ms-swift's, as far as it reads calls."""
    made = SimpleNamespace(template=SimpleNamespace(agent_template=template))
    made._get_toolcall = lambda text, inputs=None: InferEngine._get_toolcall(made, text, inputs)
    return made


main(int(sys.argv[1]))
