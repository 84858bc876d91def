"""Tags found rather than given: kept when seen often enough, merged when they mean the same (TagGPT).

Li et al., "TagGPT: Large Language Models are Zero-shot Multimodal Taggers", 2023, as Li et al. (TMLR 2024,
section 4.2.3) use it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from scoring.arrays import Vectors
from scoring.text import content

Embed = Callable[[Sequence[str]], Vectors]
"""Gives one vector of length 1 per text, (N, D)."""


def normal(tag: str) -> str:
    """A tag in lower case with single spaces, hyphens and underscores read as spaces."""
    return " ".join(tag.lower().replace("_", " ").replace("-", " ").strip(" .,;:\"'").split())


def frequent(generations: Iterable[Iterable[str]], least: int) -> dict[str, int]:
    """Counts tags by how many generations gave them.

    Args:
        generations: The tags of each generation.
        least: Tags of fewer generations are left out.

    Returns:
        The counts, the most frequent tag first.
    """
    counted = Counter(tag for tags in generations for tag in {normal(tag) for tag in tags} if tag)
    return {
        tag: count for tag, count in sorted(counted.items(), key=lambda entry: (-entry[1], entry[0])) if count >= least
    }


def merged(counts: dict[str, int], embed: Embed, above: float) -> dict[str, int]:
    """Drops tags that mean the same as a more frequent one; counts are added up.

    Args:
        counts: The most frequent tag first.
        embed: Gives the tags' vectors.
        above: Tags with a higher cosine mean the same.

    Returns:
        Counts of the tags that are left.
    """
    tags = list(counts)
    if not tags:
        return {}
    vectors = embed(tags)
    kept_indices: list[int] = []
    total: dict[str, int] = {}
    for index, tag in enumerate(tags):
        same = next((other for other in kept_indices if float(vectors[other] @ vectors[index]) > above), None)
        if same is None:
            kept_indices.append(index)
            total[tag] = counts[tag]
        else:
            total[tags[same]] += counts[tag]
    return total


def character_vectors(texts: Sequence[str]) -> Vectors:
    """Shares of character 2- to 4-grams of the words' stems, in no order: no model is needed.

    "Counting objects" and "object counting" are equal, other spellings are near, synonyms are far apart. All
    n-grams weigh the same, as their rarity among a few tags says nothing.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    stems = [" ".join(sorted(content.stem(word) for word in text.split())) for text in texts]
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), use_idf=False, dtype=np.float32)
    return np.asarray(vectors.fit_transform(stems).toarray(), dtype=np.float32)


def winner(votes: Sequence[str]) -> tuple[str, float]:
    """The name with most votes, the earliest of equals, and its share of them."""
    name, count = Counter(votes).most_common(1)[0]
    return name, count / len(votes)
