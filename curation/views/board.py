"""The snapshot in memory behind thresholds and export, and the recipe that the pages work on."""

from __future__ import annotations

import threading
import weakref
from dataclasses import replace

from curation import export, recipe, thresholds
from curation.recipe import Cut, Recipe, RecipeError
from curation.server import Server
from curation.snapshot import SnapshotCache
from curation.thresholds import Board
from storage import settings

DRAFT = "recipe draft"

_lock = threading.Lock()
_boards: weakref.WeakKeyDictionary[Server, tuple[SnapshotCache, Board]] = weakref.WeakKeyDictionary()


def current(server: Server) -> Board:
    """The board over the newest snapshot; it remembers filters until the snapshot changes."""
    with _lock:
        kept = _boards.get(server)
        cache = kept[0] if kept else SnapshotCache(server.workspace)
        snapshot = cache.get(patient=server.scoring)
        if kept and kept[1].snapshot is snapshot:
            return kept[1]
        board = Board(snapshot)
        _boards[server] = (cache, board)
        return board


def draft(server: Server) -> Recipe:
    """The recipe that was worked on last in this workspace, or the suggested one."""
    text = settings.read(server.workspace.store, DRAFT)
    if text:
        try:
            return recipe.loads(str(text).encode())
        except RecipeError:
            pass  # a draft of another version of the program: start afresh
    return suggested(server)


def suggested(server: Server) -> Recipe:
    """Every metric's suggested cut, and the kinds of flags that speak against a sample."""
    whole = export.default_recipe(server.workspace, current(server).snapshot)
    return replace(whole, datasets={}, scorers={}, decisions=())


def keep(server: Server, changed: Recipe) -> None:
    """Remembers the draft in the workspace."""
    settings.write(server.workspace.store, DRAFT, recipe.dumps(changed).decode())


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
