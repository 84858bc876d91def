"""How well a whole response describes its pictures, by CLIP: what the paper's "MD" is the mean of.

100 x cosine of the CLIP vectors of picture and text; of several pictures the one that fits best counts. What is beyond
the model's context (77 tokens with start and end) is cut off, as CLIP does: `matching_degree` reads every sentence.
Li et al., TMLR 2024, section 3.3.3, correctness (matching degree), with CLIP's cosine as in
Hessel et al., 2021 (https://arxiv.org/abs/2104.08718).
"""

from __future__ import annotations

import numpy as np

from scoring import device
from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result
from scoring.models import clip
from scoring.models.clip import Clip
from scoring.text import markup

METRIC = Metric(
    name="matching_degree_whole",
    version="1",
    title="Matching degree of the whole response (CLIP)",
    principle="correctness",
    subject="turn",
    range=(-100.0, 100.0),
    unit="100 x cosine",
    bad_when="low",
    needs=("clip_image",),
    builtin=False,
    params=device.deciding(clip.PARAMS),
    running=device.RUNNING,
)


def load(params: Params) -> Clip:
    """The CLIP model of `params`, which must be that of the clip_image feature. Raises Unavailable."""
    return clip.load({name: params[name] for name in clip.PARAMS if name in params})


def score(batch: Batch, model: Clip) -> list[Result]:
    """Computes 100 x cosine of each response and the picture that it fits best.

    Args:
        batch: Turns with the feature `clip_image`.
        model: As `load` gives it.

    Returns:
        One result per turn; None for a response without words or a sample without pictures.
    """
    items = [item for item in batch.items if isinstance(item, TurnItem)]
    texts = [" ".join(markup.mask(item.turn.answer).split()) for item in items]
    with_words = list(dict.fromkeys(text for text in texts if _has_words(text)))
    vectors = dict(zip(with_words, model.texts(with_words), strict=True))
    return [
        Result(value=float(clip.best_fit(np.stack([vectors[text]]), pictures)[0]))
        if text in vectors and len(pictures)
        else Result()
        for text, pictures in zip(texts, batch.features["clip_image"], strict=True)
    ]


def _has_words(text: str) -> bool:
    return any(letter.isalnum() for letter in text)
