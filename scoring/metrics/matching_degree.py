"""How well a response describes its pictures, sentence by sentence, by CLIP.

100 x cosine of the CLIP vectors of picture and text; about 15 for an unrelated text, 25 to 35 for a caption
with ViT-B-32, but every model has a scale of its own. A sentence counts with the picture that it fits best,
the response with the mean of its sentences; a sentence beyond the model's context (77 tokens) is split.
Li et al., TMLR 2024, section 3.3.3, correctness (matching degree, "MD" of Table 3), with CLIP's cosine as in
Hessel et al., 2021 (https://arxiv.org/abs/2104.08718). `matching_degree_whole` is the paper's, of whole responses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from scoring import device
from scoring.arrays import Vectors
from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Flag, Metric, Result
from scoring.models import clip
from scoring.models.clip import Clip
from scoring.text import markup, sentences

METRIC = Metric(
    name="matching_degree",
    version="2",
    title="Matching degree (CLIP)",
    principle="correctness",
    subject="turn",
    range=(-100.0, 100.0),
    unit="100 x cosine",
    bad_when="low",
    needs=("clip_image",),
    flags=("mismatch",),
    builtin=False,
    params={**device.deciding(clip.PARAMS), "flag_below": None},
    running=device.RUNNING,
)


@dataclass(frozen=True, slots=True)
class MatchingModel:
    """The text half of the model that made the pictures' vectors, and the value below which to flag."""

    clip: Clip
    flag_below: float | None


def load(params: Params) -> MatchingModel:
    """The CLIP model of `params`, which must be that of the clip_image feature. Raises Unavailable."""
    flag_below = params.get("flag_below")
    return MatchingModel(clip.load({name: params[name] for name in clip.PARAMS if name in params}), flag_below)


def score(batch: Batch, model: MatchingModel) -> list[Result]:
    """Computes the mean of 100 x cosine over the sentences of each response.

    With `flag_below` set, the worst sentence below it is flagged "mismatch", verdict "unsure": no cut is
    calibrated, so nothing is flagged by default.

    Args:
        batch: Turns with the feature `clip_image`.
        model: As `load` gives it.

    Returns:
        One result per turn; None for a response without words or a sample without pictures.
    """
    items = [item for item in batch.items if isinstance(item, TurnItem)]
    spans = [list(_spans(item.turn.answer, model.clip)) for item in items]
    texts = [[item.turn.answer[start:end] for start, end in bounds] for item, bounds in zip(items, spans, strict=True)]
    distinct = list(dict.fromkeys(text for sentence_texts in texts for text in sentence_texts))
    vectors = dict(zip(distinct, model.clip.texts(distinct), strict=True))
    return [
        _result(item, bounds, np.array([vectors[text] for text in sentence_texts]), pictures, model.flag_below)
        for item, bounds, sentence_texts, pictures in zip(
            items, spans, texts, batch.features["clip_image"], strict=True
        )
    ]


def _result(
    item: TurnItem,
    spans: Sequence[tuple[int, int]],
    text_vectors: Vectors,
    pictures: Sequence[Vectors],
    flag_below: float | None,
) -> Result:
    if not spans or not len(pictures):
        return Result()
    values = clip.best_fit(text_vectors, pictures)
    worst = int(values.argmin())
    flags: tuple[Flag, ...] = ()
    if flag_below is not None and values[worst] < flag_below:
        flags = (_flag(item, spans[worst], float(values[worst]), len(pictures)),)
    return Result(value=float(values.mean()), flags=flags)


def _flag(item: TurnItem, span: tuple[int, int], value: float, pictures: int) -> Flag:
    return Flag(
        kind="mismatch",
        reason="CLIP finds that this sentence fits no picture of the sample.",
        turn=item.turn.index,
        start=span[0],
        end=span[1],
        text=item.turn.answer[slice(*span)],
        verdict="unsure",
        score=value,
        evidence={"clip": f"{value:.1f} at best over {pictures} picture(s)"},
    )


def _spans(text: str, model: Clip) -> Iterator[tuple[int, int]]:
    """The sentences that hold any letter or digit, in pieces that the model can read to their end."""
    plain = markup.mask(text)
    for start, end in sentences.spans(plain):
        if any(letter.isalnum() for letter in plain[start:end]):
            yield from _pieces(plain, start, end, model)


def _pieces(text: str, start: int, end: int, model: Clip) -> Iterator[tuple[int, int]]:
    """Halves at the space nearest the middle until every piece fits; one endless word is left whole."""
    middle = (start + end) // 2
    spaces = [position for position in range(start + 1, end - 1) if text[position].isspace()]
    if not spaces or model.fits(text[start:end]):
        yield start, end
        return
    cut = min(spaces, key=lambda position: abs(position - middle))
    for first, last in ((start, cut), (cut, end)):
        piece = text[first:last]
        if piece.strip():
            left = first + len(piece) - len(piece.lstrip())
            yield from _pieces(text, left, first + len(piece.rstrip()), model)
