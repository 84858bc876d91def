"""The task description that a text is nearest to, by the cosine of sentence embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from scoring.arrays import Vectors
from scoring.metric import Unavailable
from scoring.text import tasks, word_vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


IN_PACKAGE = "wordllama"
"""The name of the word vectors that come in a package."""


class TextEncoder(Protocol):
    """Turns texts into vectors."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of length 1, (N, D)."""


class WordEncoder:
    """The word vectors that come in a package."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of length 1, (N, D)."""
        return np.stack(word_vectors.of_texts(texts))


@dataclass(frozen=True, eq=False)
class Encoder:
    """A sentence encoder."""

    model: SentenceTransformer

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of length 1, (N, D)."""
        vectors = self.model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Tasks:
    """An encoder with the task list in its space."""

    encoder: TextEncoder
    names: tuple[str, ...]
    vectors: Vectors

    def nearest(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """(name, cosine) of the nearest task of every text."""
        if not texts:
            return []
        similar = self.encoder.embed(texts) @ self.vectors.T
        return [(self.names[index], float(row[index])) for row, index in zip(similar, similar.argmax(1), strict=True)]


def load(model: str) -> Encoder:
    """A `sentence-transformers` model that is on this machine: a folder, or an id in the hub's cache."""
    from sentence_transformers import SentenceTransformer

    try:
        return Encoder(SentenceTransformer(model, local_files_only=True))
    except Exception as error:  # the library raises OSError, ValueError and the hub's own for what is not there
        raise Unavailable(
            f'The sentence encoder "{model}" is not on this machine: give the folder of one, or download it first.'
        ) from error


def described(model: str) -> Tasks:
    """The tasks of `assets/tasks.json` that an instruction can set, by name and description."""
    encoder: TextEncoder = _in_package() if model == IN_PACKAGE else load(model)
    listed = [task for task in tasks.load() if task.name not in ("text only", tasks.UNCLEAR)]
    vectors = encoder.embed([f"{task.name}: {task.description}" for task in listed])
    return Tasks(encoder, tuple(task.name for task in listed), vectors)


def _in_package() -> WordEncoder:
    word_vectors.load()
    return WordEncoder()
