"""The browse page: which samples a query leaves, in which order, and what of them is drawn."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import orjson

from curation.app import board, derived, queried, scope
from curation.app.scope import Scope
from curation.app.server import Server
from curation.common import digits, display
from curation.filtering import facet_choice, facets, query
from curation.filtering.facet_choice import FacetChoice
from curation.filtering.query import QueryError
from curation.filtering.snapshot import Snapshot
from curation.maps import search as ranked
from curation.views.browse import side
from curation.views.map import map as map_view
from curation.views.messages.browse import BrowseLook, BrowseRow, BrowseRows, SortColumn
from scoring.arrays import Mask, Numbers
from storage import samples

FIRST = 60
"""Samples that come with the first answer."""
MOST_ROWS = 200
"""Samples of one answer to `/browse/rows`."""
MOST_ORDERS = 4
FIRST_OPEN = 2
LABELS = ("dataset", "task", "language", "decision")
COUNTS = ("turns", "images", "flags")


class BrowseError(QueryError):
    """A question that cannot be answered; the message says why."""


@dataclass(frozen=True, eq=False)
class SampleOrder:
    """Samples in an order; `rev` names exactly these in exactly this order."""

    numbers: Numbers = field(repr=False)
    rev: str


def look(
    server: Server, page_scope: Scope, sort: str, open_metrics: Sequence[str] = (), *, table: bool = False
) -> BrowseLook:
    """Answers a query.

    Args:
        server: Its samples are listed.
        page_scope: Filters of the page, the query among them.
        sort: One of `columns`, with a minus before it for the highest first; anything else is the order of the files.
        open_metrics: Metrics whose histograms are drawn.
        table: Whether rows have the values of all metrics.

    Returns:
        Counts, filters and the first rows; where the query cannot be answered, why, and no sample.
    """
    snapshot = board.current(server).snapshot
    problem = queried.problem(server, page_scope.query) if page_scope.query else ""
    searched = query.EVERYTHING if problem else query.parse(page_scope.query)
    sort = sort if _is_sort(server, sort) else ""
    listed = order(server, page_scope, sort)
    filters = side.filters(server, page_scope, searched, open_metrics)
    return {
        "query": page_scope.query,
        "problem": problem,
        "sort": sort,
        "rev": listed.rev,
        "total": len(listed.numbers),
        "every": snapshot.count,
        "facets": filters.facets,
        "metrics": filters.metrics,
        "first": rows(server, page_scope, sort, 0, FIRST, table=table),
    }


def first_open(server: Server) -> list[str]:
    """The metrics whose histograms are open before anybody opened or closed one."""
    return side.metrics(board.current(server).snapshot)[:FIRST_OPEN]


def decided(server: Server) -> int:
    """A number that is another one as soon as somebody decided something."""
    return server.workspace.store.revision("decisions")


def warm(server: Server) -> None:
    """Reads what the page needs, so that nobody waits for it."""
    look(server, Scope(), "")


def answer(server: Server, body: bytes) -> BrowseLook:
    """Answers a question of the browser.

    Args:
        server: Its samples are listed.
        body: A BrowseQuestion in JSON.

    Raises:
        BrowseError: The question cannot be read.
    """
    try:
        question: dict[str, Any] = orjson.loads(body)
        page_scope = scope.from_params({str(name): str(text) for name, text in dict(question["scope"]).items()})
        page_scope = replace(page_scope, query=str(question["query"]))
        open_metrics = [str(name) for name in question["open"]][: side.MOST_OPEN]
        edited = _edit(page_scope.query, question["edit"]) if question["edit"] else page_scope.query
        sort, table = str(question["sort"]), bool(question["table"])
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise BrowseError("The question cannot be read.") from error
    return look(server, replace(page_scope, query=edited), sort, open_metrics, table=table)


def order(server: Server, page_scope: Scope, sort: str) -> SampleOrder:
    """Orders the samples of a scope.

    Args:
        server: Its samples are ordered.
        page_scope: Filters of the page.
        sort: As for `look`.

    Returns:
        The samples; those without a value stand last.
    """
    fields = queried.fields(server)
    sort = sort if _is_sort(server, sort) else ""

    def make() -> SampleOrder:
        members = scope.members(server, page_scope)
        numbers = _ranked(server, page_scope) if not sort else None
        if numbers is None:
            numbers = _sorted(server, sort.removeprefix("-"), descending=sort.startswith("-"))
        numbers = numbers if members is None else numbers[members[numbers]]
        return SampleOrder(numbers, hashlib.blake2b(numbers.tobytes(), digest_size=8).hexdigest())

    return derived.recall(server, "orders", (page_scope, sort), (fields,), make, most=MOST_ORDERS)


def columns(server: Server) -> list[SortColumn]:
    """What samples can be sorted by, and the columns of the table."""
    snapshot = board.current(server).snapshot
    fields = queried.fields(server)
    listed: list[SortColumn] = [{"name": name, "title": fields.title(name), "numeric": False} for name in LABELS]
    listed += [{"name": name, "title": name.capitalize(), "numeric": True} for name in COUNTS]
    return listed + [
        {"name": name, "title": snapshot.columns[name].title, "numeric": True} for name in side.metrics(snapshot)
    ]


def rows(server: Server, page_scope: Scope, sort: str, start: int, count: int, *, table: bool = False) -> BrowseRows:
    """Reads some samples of an order.

    Args:
        server: Its samples are read.
        page_scope: Filters of the page.
        sort: As for `look`.
        start: Place of the first.
        count: How many, MOST_ROWS at most.
        table: Whether rows have the values of all metrics.

    Returns:
        The samples; none beyond the end.
    """
    listed = order(server, page_scope, sort)
    start = max(start, 0)
    numbers = listed.numbers[start : start + min(max(count, 0), MOST_ROWS)].tolist()
    return {"rev": listed.rev, "start": start, "rows": _rows(server, numbers, sort, table=table)}


def members(server: Server, page_scope: Scope, sort: str, rev: str, spans: Sequence[Sequence[int]]) -> Mask | None:
    """Finds the samples of a selection.

    Args:
        server: Its samples are selected.
        page_scope: Filters of the page.
        sort: As for `look`.
        rev: The list in which the places were selected.
        spans: From and to (not included) of places.

    Returns:
        True for the samples, (N,); None where the list is another one now.
    """
    listed = order(server, page_scope, sort)
    if listed.rev != rev:
        return None
    mask = np.zeros(board.current(server).snapshot.count, dtype=bool)
    for low, high in spans:
        mask[listed.numbers[max(low, 0) : max(high, 0)]] = True
    return mask


def like(server: Server, sample_no: int) -> Scope | str:
    """The scope of the samples that are most like one, or why there are none."""
    stage = map_view.first_map(server)
    nearest = ranked.like(server.workspace, stage, sample_no)
    return nearest.why or Scope(like=f"{stage}:{sample_no}")


def _edit(text: str, raw: Mapping[str, Any]) -> str:
    """The query with another choice for one field; one that cannot be read gives way to the choice alone."""
    try:
        searched = query.parse(text)
    except QueryError:
        searched = query.EVERYTHING
    low, high = (None if raw[edge] is None else _finite(raw[edge]) for edge in ("low", "high"))
    included, excluded = (tuple(str(value) for value in raw[part]) for part in ("included", "excluded"))
    choice = FacetChoice(included, excluded, bool(raw["every"]), low, high)
    return query.write(facet_choice.replaced(searched, str(raw["field"]), choice))


def _finite(edge: Any) -> float:
    """A bound as a number. Raises ValueError for one that is none, and for one that bounds nothing."""
    number = float(edge)
    if not math.isfinite(number):
        raise ValueError(f"{edge!r} is no bound.")
    return number


def _is_sort(server: Server, sort: str) -> bool:
    return sort.removeprefix("-") in {column["name"] for column in columns(server)}


def _sorted(server: Server, name: str, *, descending: bool) -> Numbers:
    """All samples in an order; those without a value last, equal ones as they came."""
    fields = queried.fields(server)
    count = fields.snapshot.count
    if not name:
        return np.arange(count, dtype=np.int32)

    def make() -> Numbers:
        if name in LABELS:
            labels = fields.labelled[name]
            ranks = np.argsort(np.argsort([label.lower() for label in labels.labels])) if labels.labels else np.empty(0)
            values = ranks[labels.codes].astype(np.float64)
        elif name == "flags":
            values = flag_counts(server).astype(np.float64)
        else:
            values = fields.numbers[name]
        ordered = np.argsort(-values if descending else values, kind="stable")  # NaN is last either way
        return ordered.astype(np.int32)

    return derived.recall(server, "sorted", (name, descending), (fields,), make, most=MOST_ORDERS)


def flag_counts(server: Server) -> Numbers:
    """How many flags of each sample nobody dismissed, (N,)."""
    fields = queried.fields(server)
    return derived.recall(
        server, "flag counts", "", (fields,),
        lambda: np.bincount(facets.undismissed(fields.snapshot)["sample_no"], minlength=fields.snapshot.count),
    )  # fmt: skip


def _ranked(server: Server, page_scope: Scope) -> Numbers | None:
    """The samples of a ranked search in its order; None without one."""
    if page_scope.like:
        stage, _, number = page_scope.like.rpartition(":")
        sample_no = digits.whole_number(number)
        numbers = ranked.like(server.workspace, stage, -1 if sample_no is None else sample_no).numbers
    elif page_scope.scene:
        numbers = ranked.scene(server.workspace, page_scope.scene).numbers
    else:
        return None
    return numbers[numbers < board.current(server).snapshot.count]


def _rows(server: Server, numbers: Sequence[int], sort: str, *, table: bool) -> list[BrowseRow]:
    if not numbers:
        return []
    store, fields = server.workspace.store, queried.fields(server)
    snapshot = fields.snapshot
    listed = snapshot.samples[list(numbers)]
    pictures = map_view.pictures(server)
    asked, answered = (samples.first_words(store, numbers, side) for side in ("instruction", "response"))
    flagged, decided = flag_counts(server), fields.labelled["decision"].codes
    shown = side.metrics(snapshot) if table else []
    sorted_by = sort.removeprefix("-")
    return [
        {
            "sample": number,
            "image": map_view.picture_of(pictures, number),
            "asked": display.short(asked.get(number, "")),
            "answered": display.short(answered.get(number, "")),
            "dataset": row["dataset"],
            "row": row["row_index"],
            "task": snapshot.tasks[snapshot.task_codes[number]],
            "language": snapshot.languages[snapshot.language_codes[number]],
            "decision": facets.DECISIONS[decided[number]],
            "flags": int(flagged[number]),
            "turns": row["turns"],
            "images": row["images"],
            "value": _value(snapshot, sorted_by, number),
            "values": {name: _value(snapshot, name, number) for name in shown},
        }
        for number, row in zip(numbers, listed.iter_rows(named=True), strict=True)
    ]


def _value(snapshot: Snapshot, metric: str, number: int) -> str:
    return display.number(float(snapshot.values[metric].worst[number])) if metric in snapshot.values else ""
