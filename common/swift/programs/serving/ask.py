"""What an engine is asked, and the pieces it answers in: the port between OpenAI's API and the back ends (engines)."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

# What `Engine.honours` may hold: what a back end does when it is asked to. All others are refused by name.
SEED = "seed"
SEVERAL = "n"
STREAM_SEVERAL = "n with stream"
LOGPROBS = "logprobs"
STREAM_LOGPROBS = "logprobs with stream"
LOGIT_BIAS = "logit_bias"
MIN_P = "min_p"
PENALTIES = "presence_penalty, frequency_penalty"
FORM = "response_format"
FORCED_CALLS = "tool_choice"
FORM_OR_CALLS = "response_format beside tools"
STRICT = "strict functions that need not be called"
TOKENS = "prompts as token ids"


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation as ms-swift takes it: `messages`, `tools` in OpenAI's shape, arguments of the chat template."""

    messages: list[dict[str, Any]]
    tools: list[dict[str, Any]] = field(default_factory=list)
    media: Mapping[str, list[Any]] = field(default_factory=dict)  # images, videos, audios beside the messages
    template: Mapping[str, Any] = field(default_factory=dict)  # chat_template_kwargs
    places: tuple[str, ...] = ()  # where each medium that is in the messages stands in the request, in their order


@dataclass(frozen=True, slots=True)
class Text:
    """A text to go on from, or its tokens; no chat template around it."""

    text: str = ""
    tokens: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Constraint:
    """What the text has to be (guided decoding, structured outputs).

    `json`: a JSON object, or what `schema` describes; or calls of `functions`, where there are any. `calls`: calls of
    `functions` in the way that the model writes them, one at least. `free`: any text, in which calls of `functions`
    have arguments as these say, as far as a back end can see to that; one without `parameters` says nothing.
    """

    kind: Literal["json", "calls", "free"]
    schema: Mapping[str, Any] | None = None
    functions: tuple[Mapping[str, Any], ...] = ()
    several: bool = True


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is picked; None is what the deployment or the model says."""

    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    repetition_penalty: float | None = None
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    seed: int | None = None
    logit_bias: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ask:
    """One prompt and how to go on from it, in `n` choices.

    `adapter` is the name of one, empty for the model itself. `logprobs`: None for none, else so many of the most likely
    tokens beside the one that was taken.
    """

    prompt: Chat | Text
    adapter: str = ""
    n: int = 1
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    sampling: Sampling = field(default_factory=Sampling)
    logprobs: int | None = None
    constraint: Constraint | None = None
    is_streamed: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """One token of an answer as a text, its log probability, and the most likely ones in its place: (text, logprob)."""

    text: str
    logprob: float
    likely: tuple[tuple[str, float], ...] = ()


@dataclass(slots=True)
class Piece:
    """What was added to one choice. The last one of each choice has `finish`; counts are those of the choice so far.

    `reasoning_tokens`, of the completion's: None where the engine does not know which they are.
    """

    index: int
    text: str = ""
    tokens: Sequence[Token] = ()
    finish: Literal["stop", "length"] | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    reasoning: str = ""
    reasoning_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function: `arguments` is a JSON text."""

    name: str
    arguments: str


class Engine(Protocol):
    """A back end with its model loaded."""

    honours: frozenset[str]
    # "causal_lm", "embedding", "reranker", "generative_reranker", "seq_cls", ...
    task: str
    sees: frozenset[str]  # of image, video, audio

    def generate(self, ask: Ask) -> AsyncGenerator[Piece, None]:
        """Go on from the prompt. Closing the iterator ends the generation. Raises ApiError, before the first piece
        where that can be known.
        """

    async def forward(self, prompts: Sequence[Chat], where: Sequence[str], adapter: str) -> tuple[list[Any], int]:
        """What a model that generates nothing says of each prompt (vectors, scores, classes), and how many tokens all
        prompts have; `where` tells where each stands in the request. Raises ApiError.
        """

    def text_of(self, tokens: Sequence[int], where: str) -> str:
        """The text of the model's tokens. Raises ApiError for what is none."""

    def calls_in(self, text: str, tools: Sequence[Mapping[str, Any]]) -> list[Call]:
        """The calls of functions in an answer, in whichever way this model writes them."""

    def call_mark(self) -> str:
        """What a call begins with in an answer; empty where that cannot be known."""

    def is_half_call(self, text: str, tools: Sequence[Mapping[str, Any]]) -> bool:
        """Whether a text that begins with a call's mark may be a call that was cut off."""
