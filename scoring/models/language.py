"""A causal language model through `transformers`: how probable each token of a text is after those before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from scoring import device, weights
from scoring.json_types import Params

if TYPE_CHECKING:
    import torch


TOKENS_ON_CPU, TOKENS_ON_GPU = 2048, 32768
"""Tokens in one batch: their logits over GPT-2's 50,257 words take 0.4 GB and 6.6 GB."""


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens that the model sees at once; those from `first` on are counted, for the text of that number."""

    text: int
    tokens: list[int]
    first: int


class Output(Protocol):
    """What is used of a network's output: a number per word of the vocabulary and token, (N, T, V)."""

    logits: torch.Tensor


class CausalNetwork(Protocol):
    """What is used of a causal language model of `transformers`."""

    config: object

    def __call__(self, *, input_ids: torch.Tensor, attention_mask: torch.Tensor, use_cache: bool) -> Output:
        """Rates every token of (N, T) token numbers."""
        ...


class LanguageTokenizer(Protocol):
    """What is used of a tokenizer of `transformers`."""

    @property
    def bos_token_id(self) -> int | None:
        """The token that texts begin with; None where there is none."""
        ...

    def __call__(self, text: str, *, add_special_tokens: bool, verbose: bool) -> Mapping[str, list[int]]:
        """Token numbers of a text under "input_ids"."""
        ...


class LoadedTokenizer(LanguageTokenizer, Protocol):
    """A tokenizer that knows how many tokens its model sees at once."""

    model_max_length: int


@dataclass(frozen=True, eq=False)
class Language:
    """A loaded model with its tokenizer; `context` is how many tokens it sees at once."""

    net: CausalNetwork
    tokenizer: LanguageTokenizer
    device: str
    context: int
    budget: int

    def mean_log_probabilities(self, texts: Sequence[str], before: Sequence[str]) -> list[float | None]:
        """Computes the mean natural log-probability of each text's tokens.

        Args:
            texts: The texts.
            before: What stands before each text, "" for nothing; it is not counted.

        Returns:
            At most 0 for each text; None for one without tokens.
        """
        windows = [
            window
            for number, (text, prefix) in enumerate(zip(texts, before, strict=True))
            for window in self._windows(number, text, prefix)
        ]
        sums, counts = [0.0] * len(texts), [0] * len(texts)
        for batch in self._batches(windows):
            for window, total in zip(batch, self._sums(batch), strict=True):
                sums[window.text] += total
                counts[window.text] += len(window.tokens) - window.first
        return [total / count if count else None for total, count in zip(sums, counts, strict=True)]

    def _windows(self, number: int, text: str, prefix: str) -> list[Window]:
        """Windows that overlap by half, so that no counted token but the first ones has little before it."""
        start = [self.tokenizer.bos_token_id] if self.tokenizer.bos_token_id is not None else []
        head = [*start, *self._encode(prefix)][-self.context // 2 :] if prefix else start
        tokens, first = [*head, *self._encode(text)], max(1, len(head))
        windows, step, done = [], max(1, self.context // 2), first
        begin = 0
        while done < len(tokens):
            end = min(begin + self.context, len(tokens))
            windows.append(Window(number, tokens[begin:end], done - begin))
            done, begin = end, begin + step
        return windows

    def _encode(self, text: str) -> list[int]:
        return self.tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"] if text else []

    def _batches(self, windows: Sequence[Window]) -> list[list[Window]]:
        """Windows of like length together, as many as the budget of tokens allows."""
        batches: list[list[Window]] = []
        for window in sorted(windows, key=lambda window: len(window.tokens), reverse=True):
            if not batches or (len(batches[-1]) + 1) * len(batches[-1][0].tokens) > self.budget:
                batches.append([])
            batches[-1].append(window)
        return batches

    def _sums(self, batch: Sequence[Window]) -> list[float]:
        """Sum of the log-probabilities of each window's counted tokens."""
        import torch
        from torch.nn import functional
        from torch.nn.utils.rnn import pad_sequence

        ids = pad_sequence([torch.tensor(window.tokens) for window in batch], batch_first=True)
        counted = torch.zeros_like(ids, dtype=torch.bool)
        seen = torch.zeros_like(ids)
        for row, window in enumerate(batch):
            counted[row, window.first : len(window.tokens)] = True
            seen[row, : len(window.tokens)] = 1
        ids, seen, counted = ids.to(self.device), seen.to(self.device), counted.to(self.device)
        with device.inference(self.device):
            logits = self.net(input_ids=ids, attention_mask=seen, use_cache=False).logits[:, :-1]
            losses = functional.cross_entropy(logits.float().transpose(1, 2), ids[:, 1:], reduction="none")
            return (-losses * counted[:, 1:]).sum(dim=1).tolist()


def load(params: Params) -> Language:
    """The model `params["model"]`, a hub id or a folder. Raises Unavailable."""
    name = str(params["model"])
    device_name = device.pick(str(params.get("device", "auto")))

    def create() -> tuple[CausalNetwork, LoadedTokenizer]:
        from transformers import AutoModelForCausalLM, AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(name)
        loaded: Any = AutoModelForCausalLM.from_pretrained(
            name, dtype=device.precision(device_name), output_loading_info=True
        )
        net, report = loaded
        if report["missing_keys"]:  # transformers would fill them with random numbers
            raise ValueError("its checkpoint is not that of a whole causal language model")
        return net.to(device_name).eval(), tokenizer

    title = f"The language model {name}"
    net, tokenizer = weights.fetched(create, title) if Path(name).is_dir() else weights.local_first(create, title)
    limits = (getattr(net.config, "max_position_embeddings", None), tokenizer.model_max_length, params.get("context"))
    context = min(int(limit) for limit in limits if limit)
    budget = int(params.get("batch_tokens", 0)) or (TOKENS_ON_CPU if device_name == "cpu" else TOKENS_ON_GPU)
    return Language(net, tokenizer, device_name, context, budget)
