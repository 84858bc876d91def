"""Ranked search: samples like a sample, and samples whose picture shows what a phrase says."""

from __future__ import annotations

import threading
import weakref
from dataclasses import dataclass

import numpy as np

from curation.maps.layouts import MAPS
from curation.maps.text_encoder import PhraseError, Phrases
from curation.workspace import Workspace, cache, metric_settings
from curation.workspace.score_columns import Column
from scoring.arrays import Numbers
from storage import datasets, search
from storage.store import Store

MOST, LEAST = 200, 24
"""A ranked search finds a tenth of all samples, but at least and at most so many."""

REMEMBERED = 32
"""Searches of a kind whose answers are remembered."""

PICTURES = "clip_image"
"""The feature whose space phrases and pictures share."""

_NO_VECTORS = (
    "Searching by what a picture shows needs CLIP vectors, and none are computed. "
    "Switch on “Matching degree (CLIP)” on the Runs page: it computes them for every picture."
)


@dataclass(frozen=True)
class SearchResult:
    """Sample numbers, nearest first, with their cosines; `why` says in one sentence why there are none."""

    numbers: Numbers
    cosines: np.ndarray
    why: str = ""


def nothing(why: str = "") -> SearchResult:
    """No samples."""
    return SearchResult(np.empty(0, dtype=np.int32), np.empty(0), why)


def like(workspace: Workspace, stage: str, sample_no: int) -> SearchResult:
    """Finds samples nearest to one in the vectors behind a map.

    Args:
        workspace: Open workspace.
        stage: A key of MAPS.
        sample_no: The sample.

    Returns:
        Samples with their cosine, the sample itself first; or why there are none.
    """
    if stage not in MAPS:
        return nothing("There is no such map.")
    columns = metric_settings.columns(workspace)
    column = columns[str(columns[stage].params["vectors"])]
    key = (stage, column.version, sample_no)
    return cache.recall_each(
        workspace.store, "samples like", key, lambda store: _like(store, column, sample_no), most=REMEMBERED
    )


def scene(workspace: Workspace, words: str) -> SearchResult:
    """Finds samples whose picture shows most nearly what some words say, by CLIP.

    Args:
        workspace: Open workspace.
        words: A phrase, such as "a dog on a beach".

    Returns:
        Samples with their cosine; or why there are none.
    """
    words = " ".join(words.split())
    column = metric_settings.columns(workspace)[PICTURES]
    size = search.size(workspace.store, column.name, column.version)
    if not words or not size:
        return nothing(_NO_VECTORS if words else "")
    try:
        vector = _tower(workspace, column).vector(words)
    except PhraseError as error:
        return nothing(f"Searching by what a picture shows is not possible: {error}")
    if len(vector) != size:
        return nothing("The pictures' vectors come from another CLIP model than the one that is set: score them anew.")
    key = (column.version, words)
    return cache.recall_each(
        workspace.store, "pictures showing", key, lambda store: _nearest(store, column, vector), most=REMEMBERED
    )


def close(workspace: Workspace) -> None:
    """Ends the process that reads phrases, if one was started for this workspace."""
    with _lock:
        tower = _towers.pop(workspace.store, None)
    if tower:
        tower[1].close()


def _like(store: Store, column: Column, sample_no: int) -> SearchResult:
    own_vectors = search.vectors_of(store, column.name, column.version, column.subject, sample_no)
    if not own_vectors:
        return nothing("This sample has no vector on this map, so nothing can be compared with it.")
    matches = _nearest(store, column, np.mean(np.asarray(own_vectors, dtype=np.float32), axis=0).tolist())
    is_itself = matches.numbers == sample_no
    order = np.argsort(~is_itself, kind="stable")
    return SearchResult(matches.numbers[order], matches.cosines[order])


def _nearest(store: Store, column: Column, vector: list[float]) -> SearchResult:
    most = max(LEAST, min(MOST, datasets.totals(store)["samples"] // 10))
    rows = search.nearest(store, column.name, column.version, column.subject, vector, most)
    return SearchResult(rows["sample_no"].to_numpy(), rows["cosine"].to_numpy())


_lock = threading.Lock()
_towers: weakref.WeakKeyDictionary[Store, tuple[str, Phrases]] = weakref.WeakKeyDictionary()


def _tower(workspace: Workspace, column: Column) -> Phrases:
    """The process of this workspace; a changed model starts another one."""
    with _lock:
        tower = _towers.get(workspace.store)
        if tower and tower[0] == column.version:
            return tower[1]
        if tower:
            tower[1].close()
        fresh = Phrases(column.params)
        _towers[workspace.store] = (column.version, fresh)
        return fresh
