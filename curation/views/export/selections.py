"""What a selection for the export can be taken from: the map, a cluster, a queue, a tag, a list of keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from curation.app import board, ranker, scope
from curation.app.scope import Scope
from curation.app.server import Server
from curation.balancing import selecting
from curation.recipes.recipe import SampleSelection
from curation.review import queues
from curation.review.queues import Queue
from curation.views.review import review
from scoring.arrays import Mask

MAP, CLUSTER, QUEUE, TAG, KEYS = "map", "cluster", "queue", "tag", "keys"
TITLES: Mapping[str, str] = {
    MAP: "What is selected on the map",
    CLUSTER: "A cluster of a map",
    QUEUE: "A queue of the review",
    TAG: "Samples with a tag",
    KEYS: "A list of keys",
}


def sources(server: Server, page_scope: Scope) -> list[str]:
    """Lists what a selection can be taken from now.

    Args:
        server: Its maps and tags decide.
        page_scope: What is selected on the map.

    Returns:
        Keys of TITLES.
    """
    absent = {
        MAP: page_scope.empty,
        CLUSTER: not review.choices(server, CLUSTER),
        TAG: not scope.tags(server),
    }
    return [kind for kind in TITLES if not absent.get(kind)]


def choices(server: Server, kind: str) -> dict[str, str]:
    """Lists what there is of a kind.

    Args:
        server: Its maps, queues and tags are listed.
        kind: A key of TITLES.

    Returns:
        Titles by choice, for `selection_of`; empty for kinds without a choice.
    """
    if kind == QUEUE:
        kinds = [name for name in review.offered(server, "") if name not in ("all", CLUSTER)]
        subjects = {name: review.choices(server, name) for name in kinds}
        return {
            f"{name}:{about}" if about else name: f"{queues.KINDS[name]}{f': {words}' if words else ''}"
            for name in kinds
            for about, words in (subjects[name] or {"": ""}).items()
            if subjects[name] or name not in queues.ABOUT
        }
    if kind == TAG:
        return {tag: f"{tag} ({count:,})" for tag, count in scope.tags(server).items()}
    return review.choices(server, CLUSTER) if kind == CLUSTER else {}


def selection_of(server: Server, kind: str, choice: str, who: str) -> SampleSelection:
    """Takes a selection.

    Args:
        server: Its samples are selected.
        kind: CLUSTER, QUEUE or TAG.
        choice: One of `choices`.
        who: The person, for queues.

    Returns:
        The selection.

    Raises:
        UnknownNameError: There is no such thing any more.
    """
    snapshot = board.current(server).snapshot
    if kind == QUEUE:
        return of_queue(server, Queue(*choice.split(":", 1)), who, Scope())
    if kind == TAG:
        return selecting.of_tag(server.workspace, snapshot, choice)
    return selecting.of_cluster(server.workspace, snapshot, choice)


def of_scope(server: Server, members: Mask, page_scope: Scope) -> SampleSelection:
    """Selects what is selected on the map.

    Args:
        server: Its samples are selected.
        members: True for them, (N,).
        page_scope: The filters that select them, for the words.
    """
    return selecting.of_members(
        board.current(server).snapshot, members, f"selected on the map: {_filters(server, page_scope)}"
    )


def of_selected(server: Server, members: Mask, page_scope: Scope) -> SampleSelection:
    """Selects what is selected in the list of the browse page.

    Args:
        server: Its samples are selected.
        members: True for them, (N,).
        page_scope: The filters of the list, for the words.
    """
    filters = "" if page_scope.empty else f": {_filters(server, page_scope)}"
    return selecting.of_members(board.current(server).snapshot, members, f"selected on the browse page{filters}")


def of_queue(server: Server, queue: Queue, who: str, page_scope: Scope) -> SampleSelection:
    """Selects a queue of the review, decided samples included.

    Args:
        server: Its samples are selected.
        queue: The queue.
        who: The person who reviews.
        page_scope: Filters that hold beside it.

    Raises:
        UnknownNameError: There is no such queue any more.
    """
    snapshot = board.current(server).snapshot
    ranking, within = ranker.current(server).of(snapshot.count), scope.members(server, page_scope)
    selection = selecting.of_queue(
        server.workspace, snapshot, queue, who, ranking.reject if ranking else None, within=within
    )
    filters = "" if page_scope.empty else f", {_filters(server, page_scope)}"
    return replace(selection, words=selection.words + filters)


def of_keys(server: Server, text: str, name: str) -> SampleSelection:
    """Selects samples by a list of keys.

    Args:
        server: Its samples are selected.
        text: A key on every line.
        name: The list's name.

    Raises:
        RecipeError: There is no key, or one is of no sample here.
    """
    return selecting.of_keys(server.workspace, text.splitlines(), f"the list {name}")


def gone(server: Server, selection: SampleSelection) -> int:
    """How many samples of a selection are no longer in the workspace."""
    members = selecting.members(board.current(server).snapshot, selection)
    return len(selection.keys) - int(members.sum() if members is not None else 0)


def _filters(server: Server, page_scope: Scope) -> str:
    return "; ".join(words[:1].lower() + words[1:] for _, words in scope.chips(server, page_scope))
