"""The map page: which maps there are, what the map draws, its clusters, and the samples that are shown beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from curation.app import board, scope
from curation.app.scope import Scope
from curation.app.server import Server
from curation.common import digits, display
from curation.maps import clusters, layouts, search
from curation.maps.layouts import MAPS, NOISE, Plane
from curation.views.map import map_colours, map_points
from curation.views.map.map_colours import Colouring
from curation.views.messages.map import Cluster, ClusterExamples, Legend, MapDrawing, StripSample
from curation.workspace import cache, metric_settings
from scoring.arrays import Mask, Numbers
from storage import image_files, projection, runs, samples
from storage.store import Store

STRIP = 24


@dataclass(frozen=True)
class Missing:
    """A map that is not computed: what it needs, whether that is going on, and why it could not be."""

    stage: str
    needs: str
    active: bool
    why: str


@dataclass(frozen=True)
class MapView:
    """What the page draws. `canvas` and `clusters` are what the browser gets; `members` is one bool per sample."""

    stage: str
    colours: dict[str, str]
    by: str
    members: Mask | None
    canvas: MapDrawing | None
    clusters: list[Cluster]
    strip: list[StripSample]
    ranked: bool
    why: str
    missing: Missing | None
    newer: int


def view(server: Server, stage: str, by: str, page_scope: Scope) -> MapView:
    """Returns the map of a stage, coloured by something, about a scope.

    Args:
        server: Its board and layouts are used.
        stage: Stage that drew the map, one of MAPS.
        by: What points are coloured by, a key of `map_colours.choices`; anything else means clusters.
        page_scope: Filters of the page.
    """
    snapshot = board.current(server).snapshot
    members = scope.members(server, page_scope)
    ranked_numbers, why = _ranked(server, page_scope)
    plane = layouts.plane(server.workspace, stage)
    colour_choices = map_colours.choices(snapshot)
    by = by if by in colour_choices else "cluster"
    strip = _strip(server, ranked_numbers if ranked_numbers is not None else _draw(members))
    if plane is None:
        missing = _missing(server, stage)
        return MapView(stage, colour_choices, by, members, None, [], strip, ranked_numbers is not None, why, missing, 0)
    coloured = map_points.colouring_of(server, plane, by)
    summary = _clusters(server, plane, by)
    canvas = _canvas(map_points.addresses(server, stage, by, page_scope), plane, coloured, summary, page_scope)
    newer = max(0, snapshot.count - 1 - _last_seen(server, plane))
    return MapView(
        stage, colour_choices, by, members, canvas, summary, strip, ranked_numbers is not None, why, None, newer
    )


def first_map(server: Server) -> str:
    """The map to begin with: the first that is computed, else that of images."""
    computed = [stage for stage in MAPS if layouts.plane(server.workspace, stage) is not None]
    return computed[0] if computed else next(iter(MAPS))


def about(server: Server, sample_no: int) -> dict[str, Any] | None:
    """Describes a sample at a glance.

    Args:
        server: Its workspace holds the sample.
        sample_no: Number of the sample.
    Returns:
        The number of its first picture, its first words and where it comes from; None for an unknown sample.
    """
    sample = samples.glance(server.workspace.store, sample_no)
    if sample is None:
        return None
    return {
        "sample": sample_no,
        "image": picture_of(pictures(server), sample_no),
        "asked": display.short(sample["instruction"]),
        "said": display.short(sample["response"]),
        "where": f"{sample['dataset']}, row {sample['row_index']}",
    }


def _last_seen(server: Server, plane: Plane) -> int:
    """The highest number of a sample that the run of this layout knew, on the map or not."""
    name = f"last seen {plane.stage} {plane.version}"
    seen = cache.recall(
        server.workspace.store, name, lambda store: projection.last_seen(store, plane.stage, plane.version)
    )
    return max(seen, int(plane.sample_no[-1]))


def _ranked(server: Server, page_scope: Scope) -> tuple[Numbers | None, str]:
    """The samples of a ranked search in its order, less what the other filters leave out; None without one."""
    if page_scope.like:
        stage, _, number = page_scope.like.rpartition(":")
        sample_no = digits.whole_number(number)
        ranked = search.like(server.workspace, stage, -1 if sample_no is None else sample_no)
    elif page_scope.scene:
        ranked = search.scene(server.workspace, page_scope.scene)
    else:
        return None, ""
    in_scope = scope.members(server, page_scope)
    if in_scope is None:
        return ranked.numbers, ranked.why
    numbers = ranked.numbers[ranked.numbers < len(in_scope)]  # a search may know newer samples than a snapshot
    return numbers[in_scope[numbers]], ranked.why


def _draw(members: Mask | None) -> Numbers:
    """Some of the scope's samples, evenly over it."""
    numbers = np.flatnonzero(members) if members is not None else np.empty(0, dtype=np.int64)
    return numbers[np.linspace(0, len(numbers) - 1, min(STRIP, len(numbers))).astype(np.int64)]


def _strip(server: Server, numbers: Numbers) -> list[StripSample]:
    first_pictures = pictures(server)
    strip_numbers = numbers[:STRIP].tolist()
    responses = samples.first_words(server.workspace.store, strip_numbers, "response") if strip_numbers else {}
    return [
        {
            "sample": number,
            "image": picture_of(first_pictures, number),
            "text": display.short(responses.get(number, ""), 60),
        }
        for number in strip_numbers
    ]


def _missing(server: Server, stage: str) -> Missing:
    columns = metric_settings.columns(server.workspace)
    column = columns[stage]
    needs = ", ".join(columns[name].title for name in column.needs)
    reasons = {**runs.unavailable(server.workspace.store), **(server.progress.unavailable if server.progress else {})}
    why = next((reasons[name] for name in (stage, *column.needs) if name in reasons), "")
    return Missing(stage, needs, column.active, why)


def _canvas(
    addresses: dict[str, str], plane: Plane, coloured: Colouring, summary: list[Cluster], page_scope: Scope
) -> MapDrawing:
    stage, _, number = page_scope.cluster.rpartition(":")
    current = digits.whole_number(number) if stage == plane.stage else None
    box = next((entry["box"] for entry in summary if entry["cluster"] == current), None)
    lasso = page_scope.lasso.points if page_scope.lasso and page_scope.lasso.map == plane.stage else None
    return {
        "points": addresses["points"],
        "colours": addresses["colours"],
        "members": addresses["members"],
        "bounds": list(plane.bounds),
        "legend": _legend(coloured),
        "labels": [entry for entry in summary if entry["cluster"] != NOISE],
        "cluster": current,
        "focus": {"token": page_scope.cluster, "box": box} if box and current != NOISE else None,
        "area": [list(corner) for corner in lasso] if lasso else None,
    }


def _legend(coloured: Colouring) -> Legend:
    legend: Legend = {
        "title": coloured.title,
        "note": coloured.note,
        "folded": coloured.by == "cluster",
        "kind": "categories" if coloured.low is None else "scale",
        "entries": [
            {"code": entry.code, "label": entry.label, "count": entry.count, "tone": entry.tone}
            for entry in coloured.entries
        ],
    }
    if coloured.low is not None and coloured.high is not None:
        legend["low"], legend["high"] = _number(coloured.low), _number(coloured.high)
    return legend


def _clusters(server: Server, plane: Plane, by: str) -> list[Cluster]:
    """Every cluster with its place, size, shares and the pictures that stand for it, largest first, noise last."""
    snapshot = board.current(server).snapshot
    flagged = np.zeros(snapshot.count)
    flagged[snapshot.flags["sample_no"].unique().to_numpy()] = 1.0
    decided = np.isin(scope.decided(server), (1, 2)).astype(np.float64)
    flagged_shares = clusters.means(plane, map_colours.at_points(plane, flagged, 0.0))
    decided_shares = clusters.means(plane, map_colours.at_points(plane, decided, 0.0))
    means = _metric_means(server, plane, by)
    representatives = _representatives(server, plane)
    return [
        {
            "cluster": row["cluster"],
            "name": plane.name(row["cluster"]),
            "size": row["size"],
            "x": row["cx"],
            "y": row["cy"],
            "box": [row["left"], row["low"], row["right"], row["high"]],
            "mean": _number(means[row["cluster"]]) if row["cluster"] in means else "",
            **representatives.get(row["cluster"], {"images": [], "words": ""}),
            "flagged": flagged_shares.get(row["cluster"], 0.0),
            "decided": decided_shares.get(row["cluster"], 0.0),
        }
        for row in _cluster_table(server, plane).iter_rows(named=True)
    ]


def _cluster_table(server: Server, plane: Plane) -> pl.DataFrame:
    return cache.recall(
        server.workspace.store, f"places {plane.stage} {plane.version}", lambda _: clusters.extents(plane)
    )


def _metric_means(server: Server, plane: Plane, by: str) -> Mapping[int, float]:
    values = board.current(server).snapshot.values.get(by.removeprefix(map_colours.METRIC))
    return clusters.means(plane, map_colours.at_points(plane, values.worst, np.nan)) if values else {}


def _representatives(server: Server, plane: Plane) -> dict[int, ClusterExamples]:
    """What stands for each cluster: numbers of pictures, and on maps of texts the words nearest to its centre."""

    def read(store: Store) -> dict[int, ClusterExamples]:
        first_pictures = pictures(server)
        among = map_colours.at_points(plane, first_pictures, -1) >= 0
        points_by_cluster = clusters.representatives(plane, among, 3 * clusters.EACH)
        words = _words_of(store, plane)
        return {
            cluster: {
                "images": list(dict.fromkeys(first_pictures[points_by_cluster.get(cluster, [])].tolist()))[
                    : clusters.EACH
                ],
                "words": words.get(cluster, ""),
            }
            for cluster in {*points_by_cluster, *words}
        }

    return cache.recall(server.workspace.store, f"representatives {plane.stage} {plane.version}", read)


def _words_of(store: Store, plane: Plane) -> dict[int, str]:
    if plane.stage == "map_images":
        return {}
    nearest = clusters.representatives(plane, np.ones(plane.count, dtype=bool), 1)
    texts = samples.first_words(
        store,
        [point_samples[0] for point_samples in nearest.values()],
        "response" if plane.stage == "map_responses" else "instruction",
    )
    return {cluster: display.short(texts.get(point_samples[0], ""), 90) for cluster, point_samples in nearest.items()}


def pictures(server: Server) -> Numbers:
    """The number of each sample's first picture, -1 for none."""

    def read(store: Store) -> Numbers:
        first = cache.recall(store, "first images", image_files.first_images)
        numbers = first["sample_no"].to_numpy()
        image_nos = np.full(numbers.max(initial=-1) + 1, -1, dtype=np.int32)
        image_nos[numbers] = first["image_no"].to_numpy()
        return image_nos

    return cache.recall(server.workspace.store, "picture of sample", read)


def picture_of(image_nos: Numbers, sample_no: int) -> int | None:
    """The picture of a sample by what `pictures` gave; None where it has none."""
    return int(image_nos[sample_no]) if sample_no < len(image_nos) and image_nos[sample_no] >= 0 else None


def _number(value: float) -> str:
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
