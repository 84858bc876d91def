"""How well the least fitting object that a response asserts fits the images, by CLIP.

100 x cosine of the CLIP vectors of a picture and of "a photo of a dog"; the picture that fits best counts, and of a
word with several readings the reading that does. Every asserted object gets a vote of source "clip". CLIP is a weak
witness for small objects, so nothing is flagged for it alone and it weighs half in the verdict.
Li et al., TMLR 2024, section 3.3.3; the phrase is that of CLIP's own zero-shot evaluation (Radford et al., 2021).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from scoring.arrays import Vectors
from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result, Vote
from scoring.models import clip
from scoring.models.clip import Clip
from scoring.text import support
from scoring.text.mentions import Mention

METRIC = Metric(
    name="hallucination_clip",
    version="3",
    title="Least fitting object (CLIP)",
    principle="hallucination",
    subject="turn",
    range=(-100.0, 100.0),
    unit="100 x cosine",
    bad_when="low",
    needs=("clip_image",),
    builtin=False,
    params=clip.PARAMS,
)


@dataclass(frozen=True, eq=False)
class HallucinationClipModel:
    """The text half of the model that made the pictures' vectors; the vectors of names are kept."""

    clip: Clip
    vectors: dict[str, Vectors] = field(default_factory=dict)

    def learn(self, names: set[str]) -> None:
        """Computes the vectors of names that are not known yet."""
        new = sorted(names - self.vectors.keys())
        self.vectors.update(zip(new, self.clip.texts([phrase(name) for name in new]), strict=True))


def load(params: Params) -> HallucinationClipModel:
    """The CLIP model of `params`, which must be that of the clip_image feature. Raises Unavailable."""
    return HallucinationClipModel(clip.load({name: params[name] for name in clip.PARAMS if name in params}))


def score(batch: Batch, model: HallucinationClipModel) -> list[Result]:
    """Finds the lowest score among the asserted objects.

    Args:
        batch: Turns with the feature `clip_image`.
        model: As `load` gives it; learns the names that are new.

    Returns:
        One result per turn, with votes; None without images or without any object asserted.
    """
    items = [item for item in batch.items if isinstance(item, TurnItem)]
    pictures = batch.features["clip_image"]
    claims = [support.claims(item) if len(vectors) else [] for item, vectors in zip(items, pictures, strict=True)]
    model.learn({reading for of_turn in claims for claim in of_turn for reading in claim.readings})
    return [
        _result(item, of_turn, vectors, model.vectors)
        for item, of_turn, vectors in zip(items, claims, pictures, strict=True)
    ]


def phrase(name: str) -> str:
    """What CLIP is asked for."""
    return f"a photo of {'an' if name[0] in 'aeiou' else 'a'} {name}"


def _result(
    item: TurnItem, claims: Sequence[Mention], pictures: Sequence[Vectors], name_vectors: Mapping[str, Vectors]
) -> Result:
    if not claims:
        return Result()
    votes = tuple(_vote(item, claim, np.stack(list(pictures)), name_vectors) for claim in claims)
    return Result(min(vote.score for vote in votes if vote.score is not None), votes=votes)


def _vote(item: TurnItem, claim: Mention, pictures: Vectors, name_vectors: Mapping[str, Vectors]) -> Vote:
    texts = np.stack([name_vectors[reading] for reading in claim.readings])
    if pictures.shape[1] != texts.shape[1]:
        raise ValueError(
            f"The stored picture vectors have {pictures.shape[1]} numbers and this CLIP model's texts "
            f"{texts.shape[1]}: compute clip_image with the same model."
        )
    fits = 100 * (texts @ pictures.T).max(axis=1)
    best = int(fits.argmax())
    detail = f'"{phrase(claim.readings[best])}": {fits[best]:.1f}'
    return Vote(item.turn.index, claim.start, claim.end, claim.text, "clip", float(fits[best]), detail)
