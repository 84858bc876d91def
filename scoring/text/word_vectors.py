"""How near two words are in meaning, by vectors that come in a package.

`wordllama` (MIT) brings 256 numbers for each of the 32,000 pieces that a tokenizer cuts words into; a word's vector is
the mean of its pieces'. Only its two data files are read.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from scoring.arrays import Vectors
from scoring.metric import Unavailable
from scoring.text import markup

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LONGEST = 4000
_PACKAGE = "wordllama"
_WEIGHTS, _TOKENIZER = "weights/l2_supercat_256.safetensors", "tokenizers/l2_supercat_tokenizer_config.json"


@cache
def available() -> bool:
    """Whether the package with the vectors is installed."""
    return importlib.util.find_spec(_PACKAGE) is not None


@lru_cache(maxsize=65536)
def of_word(word: str) -> Vectors:
    """The vector of a word or name, of length 1; all zeros where the package is missing."""
    tokenizer, pieces = _files()
    if tokenizer is None:
        return np.zeros(1, np.float32)
    indices = tokenizer.encode(word, add_special_tokens=False).ids
    vector = pieces[indices].astype(np.float32).mean(axis=0)
    return np.asarray(vector / (float(np.linalg.norm(vector)) or 1.0), np.float32)


def load() -> None:
    """Checks that the vectors are there. Raises Unavailable."""
    if not available():
        raise Unavailable('The package wordllama is not installed: pip install "winnow[vectors]".')


def of_texts(texts: Sequence[str]) -> list[Vectors]:
    """The vectors of texts: the mean of their pieces', markup apart.

    Args:
        texts: Any texts; of a long one the first LONGEST characters count.

    Returns:
        Vectors of length 1, all zeros for a text without pieces, in the order of the texts.
    """
    tokenizer, pieces = _files()
    if tokenizer is None:
        return [np.zeros(1, np.float32) for _ in texts]
    spoken = [markup.mask(text)[:LONGEST].strip() for text in texts]
    encoded = tokenizer.encode_batch(spoken, add_special_tokens=False)
    return [_mean(pieces, encoding.ids) for encoding in encoded]


def _mean(pieces: Vectors, indices: Sequence[int]) -> Vectors:
    if not len(indices):
        return np.zeros(pieces.shape[1], np.float32)
    vector = pieces[list(indices)].astype(np.float32).mean(axis=0)
    return np.asarray(vector / (float(np.linalg.norm(vector)) or 1.0), np.float32)


@cache
def _files() -> tuple[Tokenizer | None, Vectors]:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        return None, np.zeros((0, 1), np.float32)
    from tokenizers import Tokenizer

    folder = Path(spec.origin).parent
    return Tokenizer.from_file(str(folder / _TOKENIZER)), _tensor(folder / _WEIGHTS)


def _tensor(path: Path) -> Vectors:
    """The only tensor of a safetensors file: 8 bytes with the length of a JSON header, the header, the numbers."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    about = next(entry for name, entry in header.items() if name != "__metadata__")
    kind = {"F16": np.float16, "F32": np.float32}[about["dtype"]]
    return np.memmap(path, kind, "r", 8 + length + about["data_offsets"][0], tuple(about["shape"]))
