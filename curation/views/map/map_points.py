"""The bytes that the map fetches: where points lie, their colours, and which of them the page is about.

Each is named by a digest of its content, so that a browser may keep it for ever; everything is made once per
layout and snapshot.
"""

from __future__ import annotations

import hashlib
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import urlencode

import numpy as np

from curation.app import board, scope
from curation.app.scope import Scope
from curation.app.server import Server
from curation.maps import layouts
from curation.maps.layouts import Plane
from curation.views.map import map_colours
from curation.views.map.map_colours import Colouring

FILTERED, OUTSIDE, INSIDE = 0, 1, 2
"""A point that the filters leave out, one outside of the selected area or cluster, one that the page is about."""

KEPT = 24
Value = TypeVar("Value")


@dataclass(frozen=True)
class Sent:
    """Bytes for the browser and the digest of their content."""

    data: bytes
    digest: str


def points(server: Server, stage: str) -> Sent | None:
    """float32 x of every point, then float32 y, then uint32 sample numbers; little-endian. None without a map."""
    plane = layouts.plane(server.workspace, stage)
    if plane is None:
        return None

    def make() -> Sent:
        parts = (plane.x.astype("<f4"), plane.y.astype("<f4"), plane.sample_no.astype("<u4"))
        return _sent(b"".join(part.tobytes() for part in parts))

    return _recall(server, f"points {stage}", (plane,), make)


def colours(server: Server, stage: str, by: str) -> Sent | None:
    """One uint8 per point: its code in the colouring."""
    plane = layouts.plane(server.workspace, stage)
    if plane is None:
        return None
    coloured = colouring_of(server, plane, by)
    return _recall(server, f"colours {stage} {by}", (coloured,), lambda: _sent(coloured.codes.tobytes()))


def members(server: Server, stage: str, wanted: Scope) -> Sent | None:
    """One uint8 per point: FILTERED, OUTSIDE or INSIDE."""
    plane = layouts.plane(server.workspace, stage)
    if plane is None:
        return None
    name = f"members {stage} {sorted(scope.to_params(wanted).items())}"
    return _recall(server, name, _parts(server, plane), lambda: _sent(_levels(server, plane, wanted).tobytes()))


def colouring_of(server: Server, plane: Plane, by: str) -> Colouring:
    """The colouring of a plane, made once."""
    parts = _parts(server, plane)
    return _recall(server, f"colouring {plane.stage} {by}", parts, lambda: map_colours.colouring(server, plane, by))


def addresses(server: Server, stage: str, by: str, wanted: Scope) -> dict[str, str]:
    """Where the browser fetches points, colours and members; members is empty where the page is about everything."""
    found = {
        "points": _address("points", stage, points(server, stage), {}),
        "colours": _address("colours", stage, colours(server, stage, by), {"by": by}),
    }
    said = scope.to_params(wanted)
    held = members(server, stage, wanted) if said else None
    return found | {"members": _address("members", stage, held, said) if said else ""}


def _levels(server: Server, plane: Plane, wanted: Scope) -> np.ndarray:
    levels = np.full(plane.count, OUTSIDE, dtype=np.uint8)
    filters = scope.members(server, replace(wanted, cluster="", lasso=None))
    if filters is not None:
        levels[~map_colours.at_points(plane, filters, False)] = FILTERED
    whole = scope.members(server, wanted)
    if whole is not None:
        levels[map_colours.at_points(plane, whole, False)] = INSIDE
    return levels


def _address(kind: str, stage: str, sent: Sent | None, params: Mapping[str, str]) -> str:
    return f"/{kind}/{stage}?{urlencode({**params, 'rev': sent.digest})}" if sent else ""


def _parts(server: Server, plane: Plane) -> tuple[object, ...]:
    return plane, board.current(server).snapshot


def _sent(data: bytes) -> Sent:
    return Sent(data, hashlib.blake2b(data, digest_size=8).hexdigest())


_lock = threading.Lock()
_kept: weakref.WeakKeyDictionary[Server, OrderedDict[str, tuple[tuple[object, ...], Any]]] = weakref.WeakKeyDictionary()


def _recall(server: Server, name: str, parts: tuple[object, ...], make: Callable[[], Value]) -> Value:
    """The value made from these very parts; the latest KEPT of a server are remembered."""
    with _lock:
        mine = _kept.setdefault(server, OrderedDict())
        found = mine.get(name)
        if found and all(one is other for one, other in zip(found[0], parts, strict=True)):
            mine.move_to_end(name)
            return found[1]
    value = make()
    with _lock:
        mine[name] = (parts, value)
        mine.move_to_end(name)
        while len(mine) > KEPT:
            mine.popitem(last=False)
    return value
