"""Finding samples: by words in their turns or rows, and by vectors that are near."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import polars as pl

from storage.rows import StoredRow
from storage.store import Store

_QUOTES = '"\u201c\u201d'
_TERM = re.compile(rf"[{_QUOTES}]([^{_QUOTES}]*)(?:[{_QUOTES}]|$)|[^\s{_QUOTES}]+")
MOST_TERMS = 20
"""Words of a query that are looked for."""
_OWNERS = {
    "image": "SELECT DISTINCT sample_no, image_no AS subject_no FROM sample_image WHERE image_no IS NOT NULL",
    "turn": "SELECT sample_no, turn_no AS subject_no FROM turn",
    "sample": "SELECT sample_no, sample_no AS subject_no FROM sample",
}


def terms(query: str) -> list[str]:
    """Cuts what somebody typed into what is looked for.

    Args:
        query: Words, and phrases in double quotes, straight or curly; a quote that is not closed reaches to the end.

    Returns:
        Words and phrases in lower case, at most MOST_TERMS, each once.
    """
    parts = (match[1] if match[1] is not None else match[0] for match in _TERM.finditer(query.lower()))
    return list(dict.fromkeys(part.strip() for part in parts if part.strip(_QUOTES + " ")))[:MOST_TERMS]


def containing(store: Store, query: str) -> np.ndarray:
    """Finds samples whose instructions and responses have all of some words, in any of their turns.

    Args:
        store: The workspace's store.
        query: Words and quoted phrases, in any case; parts of words count.

    Returns:
        Sample numbers, ascending; none for a query without a word.
    """
    return containing_all(store, terms(query))


def containing_all(store: Store, texts: Sequence[str]) -> np.ndarray:
    """Finds samples whose instructions and responses have all of some texts, in any of their turns.

    Args:
        store: The workspace's store.
        texts: Texts in lower case, of which the first MOST_TERMS are looked for.

    Returns:
        Sample numbers, ascending; none without a text.
    """
    params = {f"term{number}": term for number, term in enumerate(texts[:MOST_TERMS])}
    if not params:
        return np.empty(0, dtype=np.int32)
    holds = (f"bool_or(contains(lower(response), ${name}) OR contains(lower(instruction), ${name}))" for name in params)
    sql = f"SELECT sample_no FROM turn GROUP BY sample_no HAVING {' AND '.join(holds)} ORDER BY 1"
    return store.frame(sql, params)["sample_no"].to_numpy()


def with_text(store: Store, texts: Sequence[str]) -> np.ndarray:
    """Finds the samples whose rows hold any of some texts.

    Args:
        store: The workspace's store.
        texts: Texts as they stand in the row's JSON.

    Returns:
        Sample numbers.
    """
    matching = store.frame(
        "SELECT sample_no FROM sample WHERE len(list_filter($texts, lambda text: contains(raw, text))) > 0",
        {"texts": list(texts)},
    )
    return matching["sample_no"].to_numpy()


def in_own_file(store: Store, dataset: StoredRow, token: str) -> bool:
    """Says whether a row of a dataset holds a picture that lies in the dataset's own file.

    Args:
        store: The workspace's store.
        dataset: Row of the table `dataset`.
        token: How what stands in place of a picture begins.

    Returns:
        True when one does.
    """
    sql = """SELECT count(*) FROM sample WHERE dataset_no = $no AND contains(raw, $token) AND contains(raw, $path)"""
    return bool(store.one(sql, {"no": dataset["dataset_no"], "token": token, "path": dataset["path"]}))


def vectors_of(store: Store, feature: str, version: str, subject: str, sample_no: int) -> list[list[float]]:
    """Reads the vectors of one sample's images or turns.

    Args:
        store: The workspace's store.
        feature: The feature's name.
        version: Its version.
        subject: What the feature is about.
        sample_no: The sample.

    Returns:
        The vectors, in no order.
    """
    sql = f"""SELECT vector FROM embedding WHERE feature = $feature AND version = $version AND subject_no IN
                  (SELECT subject_no FROM ({_OWNERS[subject]}) WHERE sample_no = $no)"""
    return [row[0] for row in store.rows(sql, {"feature": feature, "version": version, "no": sample_no})]


def size(store: Store, feature: str, version: str) -> int:
    """Measures the vectors of a feature.

    Args:
        store: The workspace's store.
        feature: The feature's name.
        version: Its version.

    Returns:
        How many numbers a vector has; 0 when none is stored.
    """
    sql = "SELECT len(vector) FROM embedding WHERE feature = $feature AND version = $version LIMIT 1"
    return int(store.one(sql, {"feature": feature, "version": version}) or 0)


def nearest(store: Store, feature: str, version: str, subject: str, vector: Sequence[float], most: int) -> pl.DataFrame:
    """Finds the samples whose images or turns are nearest to a vector.

    Args:
        store: The workspace's store.
        feature: The feature's name.
        version: Its version.
        subject: What the feature is about.
        vector: As long as those of the feature.
        most: At most so many samples.

    Returns:
        sample_no and cosine, the nearest first.
    """
    return store.frame(
        f"""WITH near AS (
                SELECT subject_no, list_cosine_similarity(vector, $vector::FLOAT[]) AS cosine FROM embedding
                WHERE feature = $feature AND version = $version)
            SELECT sample_no, max(cosine) AS cosine FROM near JOIN ({_OWNERS[subject]}) USING (subject_no)
            WHERE NOT isnan(cosine) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $most""",
        {"feature": feature, "version": version, "vector": list(vector), "most": most},
    )
