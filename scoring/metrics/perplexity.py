"""How probable a response is to a language model: broken text lies low, boilerplate high.

Mean natural log-probability of the response's tokens, at most 0; its perplexity is exp of the negative. GPT-2
gives about -3 to -4 for ordinary English prose. A long text is read in windows that overlap by half. The first
token is judged after the model's start token where it has one, and after the instruction if `conditional` is set.
Li et al., TMLR 2024, equation 2 (text readability, "TR" of Table 3, there rescaled to 0-1: values of different
language models do not compare).
"""

from __future__ import annotations

from dataclasses import dataclass

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result
from scoring.models import language
from scoring.models.language import Language
from scoring.text import markup

METRIC = Metric(
    name="perplexity",
    version="2",
    title="Mean log-probability of tokens (language model)",
    principle="readability",
    subject="turn",
    range=(None, 0.0),
    unit="nats per token",
    bad_when="both",
    builtin=False,
    params={"model": "gpt2", "conditional": False, "context": 0},
    running={"device": "auto", "batch_tokens": 0},
)


@dataclass(frozen=True, slots=True)
class PerplexityModel:
    """The language model, and whether the instruction is what stands before a response."""

    language: Language
    conditional: bool


def load(params: Params) -> PerplexityModel:
    """The language model. Raises Unavailable without its weights."""
    return PerplexityModel(language.load(params), bool(params.get("conditional")))


def score(batch: Batch, model: PerplexityModel) -> list[Result]:
    """Computes the mean log-probability per token of each response, markup apart.

    Args:
        batch: Turns.
        model: As `load` gives it.

    Returns:
        One result per turn; None for an empty response.
    """
    turns = [item.turn for item in batch.items if isinstance(item, TurnItem)]
    responses = [markup.mask(turn.answer).strip() for turn in turns]
    before = [f"{markup.mask(turn.instruction).strip()}\n" if model.conditional else "" for turn in turns]
    return [Result(value=value) for value in model.language.mean_log_probabilities(responses, before)]
