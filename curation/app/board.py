"""The snapshot in memory behind thresholds and export, and the recipe that the pages work on."""

from __future__ import annotations

import threading
import time
import weakref
from dataclasses import replace

from curation.app.server import Server
from curation.balancing import export_plan
from curation.filtering import thresholds
from curation.filtering.snapshot import SnapshotCache
from curation.filtering.thresholds import Board
from curation.recipes import draft as drafts
from curation.recipes import recipe
from curation.recipes.recipe import Cut, Recipe
from storage import settings

_TOOK = "snapshot seconds"

_lock = threading.Lock()
_caches: weakref.WeakKeyDictionary[Server, SnapshotCache] = weakref.WeakKeyDictionary()
_boards: weakref.WeakKeyDictionary[Server, Board] = weakref.WeakKeyDictionary()


def current(server: Server) -> Board:
    """The board over the newest snapshot; it remembers filters until the snapshot changes."""
    snapshot = _cache(server).get(patient=server.scoring)
    with _lock:
        cached = _boards.get(server)
        if cached is None or cached.snapshot is not snapshot:
            cached = _boards[server] = Board(snapshot)
        return cached


def ready(server: Server) -> bool:
    """True when `current` answers at once, or, while scoring goes on, with what is at hand."""
    cache = _cache(server)
    return cache.fresh or (cache.exists and server.scoring)


def stale(server: Server) -> bool:
    """True when samples, scores or settings have changed since the snapshot was read."""
    return not _cache(server).fresh


def warm(server: Server) -> bool:
    """Reads the snapshot if it is due, and remembers in the workspace how long that took; True when it was read."""
    started, before = time.monotonic(), _boards.get(server)
    read = current(server) is not before
    seconds = time.monotonic() - started
    if read and seconds > 1:
        settings.write(server.workspace.store, _TOOK, round(seconds, 1))
    return read


def took(server: Server) -> float | None:
    """Seconds that reading the snapshot took last, also by an earlier server; None where it was no matter."""
    return settings.read(server.workspace.store, _TOOK)


def _cache(server: Server) -> SnapshotCache:
    with _lock:
        snapshot_cache = _caches.get(server)
        if snapshot_cache is None:
            snapshot_cache = _caches[server] = SnapshotCache(server.workspace)
        return snapshot_cache


def draft(server: Server) -> Recipe:
    """The recipe that was worked on last in this workspace, or the one before anyone chose."""
    return drafts.read(server.workspace) or default(server)


def default(server: Server) -> Recipe:
    """The filters before anyone chose: kinds of flags that speak against a sample, no cut."""
    return export_plan.default_filters(current(server).snapshot)


def keep(server: Server, changed: Recipe) -> None:
    """Remembers the draft in the workspace.

    Args:
        server: Server of the open workspace.
        changed: Recipe that the pages work on from now on.
    """
    settings.write(server.workspace.store, drafts.DRAFT, recipe.dumps(changed).decode())


def with_cut(old: Recipe, cut: Cut) -> Recipe:
    """Puts a cut in place of the metric's old one; a cut without edges removes it.

    Args:
        old: Recipe to change.
        cut: New cut.

    Returns:
        A new recipe with the cuts in their order.
    """
    empty = cut.low is None and cut.high is None
    cuts = [cut if old_cut.metric == cut.metric else old_cut for old_cut in old.cuts]
    if cut.metric not in {old_cut.metric for old_cut in old.cuts}:
        cuts.append(cut)
    return replace(old, cuts=tuple(candidate for candidate in cuts if not (empty and candidate.metric == cut.metric)))


def with_suggested_cuts(server: Server, old: Recipe) -> Recipe:
    """Puts every metric's own suggestion in place of the recipe's cuts.

    Args:
        server: Server of the open workspace.
        old: Recipe to change.

    Returns:
        A new recipe.
    """
    return replace(old, cuts=thresholds.suggested_cuts(current(server).snapshot))
