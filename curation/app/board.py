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
        kept = _boards.get(server)
        if kept is None or kept.snapshot is not snapshot:
            kept = _boards[server] = Board(snapshot)
        return kept


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
        found = _caches.get(server)
        if found is None:
            found = _caches[server] = SnapshotCache(server.workspace)
        return found


def draft(server: Server) -> Recipe:
    """The recipe that was worked on last in this workspace, or the suggested one."""
    return drafts.read(server.workspace) or suggested(server)


def suggested(server: Server) -> Recipe:
    """Every metric's suggested cut, and the kinds of flags that speak against a sample."""
    return export_plan.suggested_filters(current(server).snapshot)


def keep(server: Server, changed: Recipe) -> None:
    """Remembers the draft in the workspace."""
    settings.write(server.workspace.store, drafts.DRAFT, recipe.dumps(changed).decode())


def with_cut(old: Recipe, cut: Cut) -> Recipe:
    """The recipe with this cut in place of the metric's old one; a cut without edges is removed."""
    empty = cut.low is None and cut.high is None
    cuts = [cut if one.metric == cut.metric else one for one in old.cuts]
    if cut.metric not in {one.metric for one in old.cuts}:
        cuts.append(cut)
    return replace(old, cuts=tuple(one for one in cuts if not (empty and one.metric == cut.metric)))


def with_suggested_cuts(server: Server, old: Recipe) -> Recipe:
    """The recipe with every metric's own suggestion in place of its cuts."""
    return replace(old, cuts=thresholds.suggested_cuts(current(server).snapshot))
