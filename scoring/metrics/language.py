"""The language of a response."""

from __future__ import annotations

from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result
from scoring.text.language import TurnLanguages

METRIC = Metric(
    name="language",
    version="1",
    title="Language",
    principle="readability",
    subject="turn",
    range=(0.0, 1.0),
    unit="probability",
    bad_when="never",
    labels=True,
    needs=("languages",),
)


def load(_params: Params) -> None:
    """Nothing to load."""


def score(batch: Batch, _model: None) -> list[Result]:
    """Labels each turn with the language of its response, as an ISO 639 code; the value is how likely it is.

    0 to 1. A script of one language tells by itself; otherwise the letter sequences do (`py3langid`, a fork of Lui and
    Baldwin, 2012, "langid.py"). A response too short to tell has the language of the whole turn, and is "unknown"
    where that is too short as well.

    Args:
        batch: Turns with the feature `languages`.
        _model: Not used.

    Returns:
        One label per turn.
    """
    return [_result(languages) for languages in batch.features["languages"]]


def _result(languages: TurnLanguages) -> Result:
    return Result(min(1.0, languages.response.confidence), label=languages.response.code)
