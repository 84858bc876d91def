"""A sentence encoder through `sentence-transformers`: texts that mean alike get vectors that point alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from scoring import device, weights
from scoring.arrays import Vectors
from scoring.json_types import Params
from scoring.text import markup

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


PARAMS: Params = {
    "model": "princeton-nlp/unsup-simcse-bert-base-uncased",
    "pooling": "cls",
    "device": "auto",
    "batch": 0,
}
"""`model` is a hub id or a folder. `pooling` ("cls", "mean") holds where the model brings no pooling of its own:
SimCSE wants the vector of the first token, without the layer on top, for its unsupervised models."""


@dataclass(frozen=True, eq=False)
class Sentences:
    """A loaded encoder."""

    net: SentenceTransformer
    device: str
    batch: int

    def vectors(self, texts: Sequence[str]) -> list[Vectors]:
        """One float32 vector of length 1 per text, all zeros for a text without words; markup is left out."""
        plain = [markup.mask(text).strip() for text in texts]
        distinct = [text for text in dict.fromkeys(plain) if text]
        zeros = np.zeros(self.net.get_embedding_dimension() or 0, np.float32)
        if not distinct:
            return [zeros] * len(texts)
        with device.inference(self.device):
            rows = self.net.encode(distinct, batch_size=self.batch, normalize_embeddings=True, show_progress_bar=False)
        vector_by_text = dict(zip(distinct, np.asarray(rows, dtype=np.float32), strict=True))
        return [vector_by_text.get(text, zeros) for text in plain]


def load(params: Params) -> Sentences:
    """The encoder of `params` (see PARAMS), one copy per process. Raises Unavailable."""
    all_params = {**PARAMS, **params}
    return _load(*(all_params[name] for name in PARAMS))


@lru_cache(maxsize=2)
def _load(model: str, pooling: str, where: str, batch: int) -> Sentences:
    device_name = device.pick(where)

    def create() -> SentenceTransformer:
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
        from sentence_transformers.util.file_io import is_sentence_transformer_model

        if not pooling or is_sentence_transformer_model(model):
            return SentenceTransformer(model, device=device_name)
        words = Transformer(model)
        return SentenceTransformer(
            modules=[words, Pooling(words.get_embedding_dimension(), pooling)], device=device_name
        )

    title = f"The sentence encoder {model}"
    net = weights.fetched(create, title) if Path(model).is_dir() else weights.local_first(create, title)
    return Sentences(net.eval(), device_name, device.batch_size({"batch": batch}, device_name, gpu=256, cpu=32))
