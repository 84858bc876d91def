"""The bytes that the map fetches: where points lie, their colours, and which of them the page is about.

Each is named by a digest of its content, so that a browser may keep it for ever; everything is made once per
layout and snapshot.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import numpy as np

from curation.app import board, derived, scope
from curation.app.scope import Scope
from curation.app.server import Server
from curation.maps import layouts
from curation.maps.layouts import Plane
from curation.views.map import map_colours
from curation.views.map.map_colours import Colouring
from scoring.arrays import Bytes

FILTERED, OUTSIDE, INSIDE = 0, 1, 2
"""A point that the filters leave out, one outside of the selected area or cluster, one that the page is about."""


@dataclass(frozen=True)
class DigestedBytes:
    """Bytes for the browser and the digest of their content."""

    data: bytes
    digest: str


def points(server: Server, stage: str) -> DigestedBytes | None:
    """Encodes where the points of a map lie.

    Args:
        server: Its workspace holds the layout.
        stage: Stage that drew the map.
    Returns:
        float32 x of every point, then float32 y, then uint32 sample numbers, little-endian; None without a map.
    """
    plane = layouts.plane(server.workspace, stage)
    if plane is None:
        return None

    def make() -> DigestedBytes:
        parts = (plane.x.astype("<f4"), plane.y.astype("<f4"), plane.sample_no.astype("<u4"))
        return _sent(b"".join(part.tobytes() for part in parts))

    return derived.recall(server, "map points", stage, (plane,), make)


def colours(server: Server, stage: str, by: str) -> DigestedBytes | None:
    """Encodes the colouring of a map.

    Args:
        server: Its workspace holds the layout.
        stage: Stage that drew the map.
        by: What points are coloured by, as for `map_colours.colouring`.
    Returns:
        One uint8 code per point; None without a map.
    """
    plane = layouts.plane(server.workspace, stage)
    if plane is None:
        return None
    coloured = colouring_of(server, plane, by)
    return derived.recall(server, "map colours", (stage, by), (coloured,), lambda: _sent(coloured.codes.tobytes()))


def members(server: Server, stage: str, page_scope: Scope) -> DigestedBytes | None:
    """Encodes which points of a map a scope leaves.

    Args:
        server: Its workspace holds the layout.
        stage: Stage that drew the map.
        page_scope: Filters of the page.
    Returns:
        One uint8 per point: FILTERED, OUTSIDE or INSIDE; None without a map.
    """
    plane = layouts.plane(server.workspace, stage)
    if plane is None:
        return None
    parts = _parts(server, plane)
    return derived.recall(
        server, "map members", (stage, page_scope), parts, lambda: _sent(_levels(server, plane, page_scope).tobytes())
    )


def colouring_of(server: Server, plane: Plane, by: str) -> Colouring:
    """Returns the colouring of a plane, made once per layout and snapshot.

    Args:
        server: It holds the colouring in memory.
        plane: Points to colour.
        by: What points are coloured by, as for `map_colours.colouring`.
    """
    parts = _parts(server, plane)
    return derived.recall(
        server, "colouring", (plane.stage, by), parts, lambda: map_colours.colouring(server, plane, by)
    )


def addresses(server: Server, stage: str, by: str, page_scope: Scope) -> dict[str, str]:
    """Returns where the browser fetches points, colours and members.

    Args:
        server: Its content decides on the addresses.
        stage: Stage that drew the map.
        by: What points are coloured by.
        page_scope: Filters of the page.
    Returns:
        Paths with a digest of the content; empty without a map, and for members where the page is about everything.
    """
    urls = {
        "points": _address("points", stage, points(server, stage), {}),
        "colours": _address("colours", stage, colours(server, stage, by), {"by": by}),
    }
    params = scope.to_params(page_scope)
    sent = members(server, stage, page_scope) if params else None
    return urls | {"members": _address("members", stage, sent, params) if params else ""}


def _levels(server: Server, plane: Plane, page_scope: Scope) -> Bytes:
    levels = np.full(plane.count, OUTSIDE, dtype=np.uint8)
    filters = scope.members(server, replace(page_scope, cluster="", lasso=None))
    if filters is not None:
        levels[~map_colours.at_points(plane, filters, False)] = FILTERED
    selected = scope.members(server, page_scope)
    if selected is not None:
        levels[map_colours.at_points(plane, selected, False)] = INSIDE
    return levels


def _address(kind: str, stage: str, sent: DigestedBytes | None, params: Mapping[str, str]) -> str:
    return f"/{kind}/{stage}?{urlencode({**params, 'rev': sent.digest})}" if sent else ""


def _parts(server: Server, plane: Plane) -> tuple[object, ...]:
    return plane, board.current(server).snapshot


def _sent(data: bytes) -> DigestedBytes:
    return DigestedBytes(data, hashlib.blake2b(data, digest_size=8).hexdigest())
