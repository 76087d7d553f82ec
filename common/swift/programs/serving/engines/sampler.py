"""Samples each row of a batch by itself: its own parameters, its own random numbers, its own form.

`transformers` samples a batch with one set of parameters and one generator: an answer depends on who else asked. Here a
logits processor picks the token of each row and leaves `generate`, told to be greedy, nothing but that one.
"""

# The swift environment has torch; the environment that mypy sees does not.
# mypy: disable-error-code="import-not-found, no-any-unimported"

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..ask import Sampling, Token
from .rows import Row

_MINUS_INFINITY = float("-inf")


_SEEDS = 2**63
_GOLDEN = 0x9E3779B97F4A7C15  # spreads neighbours: the second choice of one seed is not the first of the next


def seed_of(seed: int, index: int) -> int:
    """The seed of one choice; the first has the request's own."""
    return (seed + index * _GOLDEN) % _SEEDS


@dataclass(frozen=True, slots=True)
class Chosen:
    """A row's next token."""

    token: int
    told: Token | None = None


class Chooser:
    """Chooses for one row. `sampling` has no None but for what is not used."""

    def __init__(self, row: Row, sampling: Sampling, device: Any, vocabulary: int, token_text: Any) -> None:
        import torch  # noqa: PLC0415 - seconds

        self.row = row
        self._sampling = sampling
        self._token_text = token_text
        self._generator = torch.Generator(device=device)
        if sampling.seed is None:
            self._generator.seed()
        else:
            self._generator.manual_seed(seed_of(sampling.seed, row.index))
        self._seen = self._counts = self._biases = None
        if sampling.repetition_penalty not in (None, 1.0):
            self._seen = torch.zeros(vocabulary, dtype=torch.bool, device=device)
            self._seen[torch.tensor(row.asked.prompt, dtype=torch.long, device=device)] = True
        if sampling.presence_penalty or sampling.frequency_penalty:
            self._counts = torch.zeros(vocabulary, dtype=torch.float32, device=device)
        if biases := {token: bias for token, bias in sampling.logit_bias.items() if token < vocabulary}:
            self._biases = torch.zeros(vocabulary, dtype=torch.float32, device=device)
            self._biases[torch.tensor(list(biases), device=device)] = torch.tensor(
                list(biases.values()), dtype=torch.float32, device=device
            )

    @property
    def is_plain(self) -> bool:
        """Whether the most likely token is taken, as the model gives it."""
        adjusted = any(part is not None for part in (self._seen, self._counts, self._biases, self.row.matcher))
        return not self._sampling.temperature and not adjusted and self.row.ask.logprobs is None

    def choose(self, logits: Any) -> Chosen:
        """From the logits of one row, a vector of float32 that it may change."""
        told = None if self.row.ask.logprobs is None else logits.log_softmax(-1)
        logits = self._adjusted(logits)
        token = int(logits.argmax()) if not self._sampling.temperature else self._drawn(logits)
        if self._seen is not None:
            self._seen[token] = True
        if self._counts is not None:
            self._counts[token] += 1
        if self.row.matcher is not None:
            self.row.matcher.take(token)
        return Chosen(token, None if told is None else self._told(told, token))

    def _adjusted(self, logits: Any) -> Any:
        sampling = self._sampling
        if self._biases is not None:
            logits += self._biases
        if self._seen is not None:
            penalised = (logits * sampling.repetition_penalty).where(logits < 0, logits / sampling.repetition_penalty)
            logits = penalised.where(self._seen, logits)
        if self._counts is not None:
            logits -= sampling.frequency_penalty * self._counts
            logits -= sampling.presence_penalty * (self._counts > 0)
        if self.row.matcher is not None:
            self.row.matcher.mask(logits)
        return logits

    def _drawn(self, logits: Any) -> int:
        """By temperature, then top_k, top_p and min_p, in the order of `transformers`."""
        sampling = self._sampling
        logits = logits / sampling.temperature
        if sampling.top_k and 0 < sampling.top_k < logits.shape[-1]:
            least = logits.topk(sampling.top_k).values[-1]
            logits = logits.masked_fill(logits < least, _MINUS_INFINITY)
        if sampling.top_p is not None and sampling.top_p < 1:
            ordered, places = logits.sort(descending=True)
            before = ordered.softmax(-1).cumsum(-1) - ordered.softmax(-1)
            logits = logits.masked_fill((before >= sampling.top_p).gather(-1, places.argsort()), _MINUS_INFINITY)
        shares = logits.softmax(-1)
        if sampling.min_p:
            shares = shares.masked_fill(shares < sampling.min_p * shares.max(), 0)
        return int(shares.multinomial(1, generator=self._generator))

    def _told(self, logprobs: Any, token: int) -> Token:
        count = self.row.ask.logprobs or 0
        values, tokens = logprobs.topk(count) if count else (logprobs[:0], logprobs[:0])
        likely = zip(tokens.tolist(), values.tolist(), strict=True)
        return Token(
            self._token_text(token),
            float(logprobs[token]),
            tuple((self._token_text(int(each)), value) for each, value in likely if value > _MINUS_INFINITY),
        )


def choose_all(choosers: Sequence[Chooser], scores: Any) -> tuple[list[Chosen | None], Any]:
    """What each row takes (None: it is over), and scores that leave `generate` no choice; `scores`: [rows, tokens]."""
    chosen: list[Chosen | None] = [None] * len(choosers)
    plain = [place for place, chooser in enumerate(choosers) if chooser.is_plain and not chooser.row.is_over]
    if plain:
        for place, token in zip(plain, scores[plain].argmax(-1).tolist(), strict=True):
            chosen[place] = Chosen(token)
    for place, chooser in enumerate(choosers):
        if chosen[place] is None and not chooser.row.is_over:
            chosen[place] = chooser.choose(scores[place].clone())
    if len(plain) == len(choosers):
        return chosen, scores
    forced = scores.new_full(scores.shape, _MINUS_INFINITY)
    for place, each in enumerate(chosen):
        forced[place, 0 if each is None else each.token] = 0
    return chosen, forced
