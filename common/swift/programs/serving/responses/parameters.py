"""The fields of a request to /v1/responses, and what becomes of each: what the code goes by, and the docs' table."""

from typing import Any

# Read by chat completions, where they are called the same. The first ones are OpenAI's.
SHARED = (
    "model",
    "parallel_tool_calls",
    "stream",
    "temperature",
    "top_p",
    "audios",
    "chat_template_kwargs",
    "drop_params",
    "frequency_penalty",
    "images",
    "logit_bias",
    "min_p",
    "presence_penalty",
    "repetition_penalty",
    "seed",
    "stop",
    "top_k",
    "videos",
)
# Each with what it is in chat completions.
TRANSLATED = {
    "include": "`logprobs`, by `message.output_text.logprobs`; `reasoning.encrypted_content` is taken and not there",
    "input": "`messages`; `reasoning` of earlier turns is left out",
    "instructions": "`messages`, the first one",
    "max_output_tokens": "`max_completion_tokens`",
    "text.format": "`response_format`",
    "tool_choice": "`tool_choice`, `allowed_tools` too",
    "tools": "`tools`; only functions are there",
    "top_logprobs": "`logprobs` and `top_logprobs`",
}
# They are in the answer again and change nothing else of it; OpenAI's own books go by some of them.
LABELS = ("metadata", "prompt_cache_key", "prompt_cache_retention", "safety_identifier", "user")
# Taken and without effect, as nothing of the kind is done.
IDLE = {"stream_options": "no event has an `obfuscation` to leave out"}
# These may say what is done anyhow, and nothing else.
LIMITED: dict[str, tuple[Any, ...]] = {
    "service_tier": ("auto", "default"),
    "store": (False,),
    "text.verbosity": ("medium",),
    "truncation": ("disabled",),
}
_NOT_KEPT = "is not there: no answer is kept"
_OF_OPENAI = "is a service of OpenAI's"
_BY_TEMPLATE = (
    "is not honoured by any back end: chat templates that know thinking take it by 'chat_template_kwargs'"  # as in chat
)
# Each with its reason, as the end of a sentence about it.
REFUSED = {
    "access_programs": _OF_OPENAI,
    "background": "is not there: an answer comes while its request is open",
    "background_options": "is not there: an answer comes while its request is open",
    "context_management": "is not there: nothing is taken out of a conversation",
    "conversation": _NOT_KEPT,
    "image": "is not honoured by any back end",
    "max_tool_calls": "is about tools that run at OpenAI's; here are functions only, which the client calls",
    "moderation": _OF_OPENAI,
    "previous_response_id": f"{_NOT_KEPT}; send the earlier turns in 'input'",
    "prompt": "names a template that is kept at OpenAI's",
    "prompt_cache_options": _OF_OPENAI,
    "reasoning.context": "is not honoured by any back end: reasoning of earlier turns is left out",
    "reasoning.effort": _BY_TEMPLATE,
    "reasoning.generate_summary": "is not there: nothing sums up what a model thinks",
    "reasoning.mode": _BY_TEMPLATE,
    "reasoning.summary": "is not there: nothing sums up what a model thinks",
    # Of chat completions, by whose names people look for them.
    "functions": "is 'tools' in the Responses API",
    "logprobs": "is 'include' with 'message.output_text.logprobs' in the Responses API",
    "max_completion_tokens": "is 'max_output_tokens' in the Responses API",
    "max_tokens": "is 'max_output_tokens' in the Responses API",
    "messages": "is 'input' in the Responses API",
    "n": "is not in the Responses API: an answer has one choice",
    "reasoning_effort": "is not in the Responses API",
    "response_format": "is 'text.format' in the Responses API",
    "verbosity": "is 'text.verbosity' in the Responses API",
}
# (what becomes of it, how) by field.
FIELDS: dict[str, tuple[str, str]] = (
    dict.fromkeys(SHARED, ("honoured", ""))
    | {name: ("translated", how) for name, how in TRANSLATED.items()}
    | dict.fromkeys(LABELS, ("label", "in the answer again"))
    | {name: ("label", why) for name, why in IDLE.items()}
    | {name: ("limited", " or ".join(f"`{value}`" for value in values)) for name, values in LIMITED.items()}
    | {name: ("refused", why) for name, why in REFUSED.items()}
)


def within(outer: str, table: dict[str, Any]) -> dict[str, Any]:
    """The rows of a table that are about fields of `outer` (empty for the body itself), by their names in it."""
    start = f"{outer}." if outer else ""
    rows = {name[len(start) :]: row for name, row in table.items() if name.startswith(start)}
    return {name: row for name, row in rows.items() if "." not in name}


def known(outer: str) -> frozenset[str]:
    """The fields of `outer` that are in some document of OpenAI's or ms-swift's."""
    start = f"{outer}." if outer else ""
    return frozenset(name[len(start) :].split(".")[0] for name in FIELDS if name.startswith(start))
