"""Samples by a query, as every page with a query box asks for them."""

from __future__ import annotations

import numpy as np

from curation.app import board, derived
from curation.app.server import Server
from curation.balancing import splitting
from curation.filtering import facets, query
from curation.filtering.facets import Facets
from curation.filtering.query import Query, QueryError
from curation.maps import search as ranked
from curation.workspace import cache
from scoring.arrays import Mask, Numbers
from storage import search


def fields(server: Server) -> Facets:
    """The fields of all samples by the present snapshot; made once per snapshot."""
    snapshot = board.current(server).snapshot
    splits = cache.recall(server.workspace.store, "own splits", lambda _: splitting.own_splits(server.workspace))
    return derived.recall(server, "fields", "", (snapshot,), lambda: facets.of_snapshot(snapshot, splits))


def problem(server: Server, text: str) -> str:
    """Says in one sentence why a query cannot be answered; empty for one that can."""
    try:
        members(server, text, strict=True)
    except QueryError as error:
        return str(error)
    return ""


def members(server: Server, text: str, *, strict: bool = False) -> Mask:
    """Finds the samples of a query.

    Args:
        server: Server of the open workspace.
        text: The query, as `query.parse` reads it.
        strict: Whether a query that cannot be answered is an error; otherwise it holds for no sample.

    Returns:
        True for its samples, (N,).

    Raises:
        QueryError: With `strict`, where the query cannot be answered.
    """
    try:
        return matching(server, query.parse(text))
    except QueryError:
        if strict:
            raise
        return np.zeros(board.current(server).snapshot.count, dtype=bool)


def matching(server: Server, searched: Query) -> Mask:
    """Finds the samples that a query holds for, remembered for those that were asked last.

    Args:
        server: Server of the open workspace.
        searched: The query.

    Returns:
        True for its samples, (N,).

    Raises:
        QueryError: A field is unknown, or has no numbers and is asked for a range.
    """
    snapshot_fields = fields(server)

    def make() -> Mask:
        return facets.matching(snapshot_fields, searched, lambda texts: saying(server, *texts))

    return derived.recall(server, "query", query.write(searched), (snapshot_fields,), make)


def saying(server: Server, *texts: str) -> Numbers:
    """Finds samples whose turns have all of some texts, remembered for those that were asked last.

    Args:
        server: Server of the open workspace.
        texts: Texts in lower case.

    Returns:
        Sample numbers.
    """
    return cache.recall_each(
        server.workspace.store, "samples with texts", texts,
        lambda store: search.containing_all(store, texts), most=ranked.REMEMBERED,
    )  # fmt: skip
