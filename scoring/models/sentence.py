"""A sentence encoder through `sentence-transformers`: texts that mean alike get vectors that point alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from scoring import device, weights
from scoring.text import markup

PARAMS: dict[str, Any] = {
    "model": "princeton-nlp/unsup-simcse-bert-base-uncased",
    "pooling": "cls",
    "device": "auto",
    "batch": 0,
}
"""`model` is a hub id or a folder. `pooling` ("cls", "mean") holds where the model brings no pooling of its own:
SimCSE wants the vector of the first token, without the layer on top, for its unsupervised models."""

Array = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, eq=False)
class Sentences:
    """A loaded encoder."""

    net: Any
    device: str
    batch: int

    def vectors(self, texts: Sequence[str]) -> list[Array]:
        """One float32 vector of length 1 per text, all zeros for a text without words; markup is left out."""
        plain = [markup.mask(text).strip() for text in texts]
        distinct = [text for text in dict.fromkeys(plain) if text]
        zeros = np.zeros(self.net.get_embedding_dimension(), np.float32)
        if not distinct:
            return [zeros] * len(texts)
        with device.inference(self.device):
            rows = self.net.encode(distinct, batch_size=self.batch, normalize_embeddings=True, show_progress_bar=False)
        known = dict(zip(distinct, np.asarray(rows, dtype=np.float32), strict=True))
        return [known.get(text, zeros) for text in plain]


def load(params: Mapping[str, Any]) -> Sentences:
    """The encoder of `params` (see PARAMS), one copy per process. Raises Unavailable."""
    known = {**PARAMS, **params}
    return _load(*(known[name] for name in PARAMS))


@lru_cache(maxsize=2)
def _load(model: str, pooling: str, where: str, batch: int) -> Sentences:
    chosen = device.pick(where)

    def create() -> Any:
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
        from sentence_transformers.util.file_io import is_sentence_transformer_model

        if not pooling or is_sentence_transformer_model(model):
            return SentenceTransformer(model, device=chosen)
        words = Transformer(model)
        return SentenceTransformer(modules=[words, Pooling(words.get_embedding_dimension(), pooling)], device=chosen)

    what = f"The sentence encoder {model}"
    net = weights.fetched(create, what) if Path(model).is_dir() else weights.local_first(create, what)
    return Sentences(net.eval(), chosen, device.batch_size({"batch": batch}, chosen, gpu=256, cpu=32))
