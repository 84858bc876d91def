"""Selections: the samples that alone may go out, taken from keys, a cluster of a map, a queue of the review or a tag.

A selection keeps the keys that it was made of: what people decide and what is scored afterwards does not change it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from curation.common import names
from curation.common.counts import counted
from curation.decisions import decision_log, identities
from curation.decisions import keys as decision_keys
from curation.filtering.snapshot import Snapshot, build
from curation.maps import layouts
from curation.maps.layouts import Plane
from curation.recipes.recipe import Recipe, RecipeError, SampleSelection
from curation.review import queues, ranking, team
from curation.review.queues import Queue, QueueInputs
from curation.workspace import Workspace
from scoring.arrays import Floats, Mask, Numbers

OUTSIDE = "outside the selection"
NAMED = 3
"""Keys that an error names; the others are counted."""
MOST_WORDS = 300


def applied(
    workspace: Workspace,
    recipe: Recipe,
    *,
    keys: Iterable[str] | None = None,
    words: str = "",
    cluster: str | None = None,
    queue: str | None = None,
    tag: str | None = None,
) -> Recipe:
    """Gives a recipe a selection; of what is named, the first counts.

    Args:
        workspace: Open workspace.
        recipe: The recipe; it stays as it is where nothing is named.
        keys: Keys of samples.
        words: Where the keys come from.
        cluster: A cluster, as for `of_cluster`.
        queue: A kind of queue and, after a colon, what it is about, for your user name; for one that asks what a model
            of the decisions expects, it is learned first.
        tag: A tag.

    Returns:
        The recipe with the selection.

    Raises:
        UnknownNameError: There is no such cluster, queue or tag.
        RecipeError: Keys are of no sample here.
        TooFewError: There are too few decisions to learn from.
    """
    if keys is not None:
        return replace(recipe, selection=of_keys(workspace, keys, words))
    if cluster is not None:
        return replace(recipe, selection=of_cluster(workspace, build(workspace), cluster))
    if queue is not None:
        snapshot, named_queue = build(workspace), Queue(*queue.split(":", 1))
        learns = named_queue.kind in queues.LEARNED
        reject = ranking.learn(workspace, snapshot, lambda _: None).reject if learns else None
        person = decision_log.default_person()
        return replace(recipe, selection=of_queue(workspace, snapshot, named_queue, person, reject))
    return recipe if tag is None else replace(recipe, selection=of_tag(workspace, build(workspace), tag))


def of_members(snapshot: Snapshot, members: Mask | Numbers, words: str) -> SampleSelection:
    """Selects samples.

    Args:
        snapshot: All samples.
        members: True for the selected samples, (N,), or their numbers.
        words: Which samples these are.

    Returns:
        The selection, its keys in the order of the samples.
    """
    numbers = np.flatnonzero(members) if members.dtype == bool else members
    is_member = np.zeros(snapshot.count, dtype=bool)
    is_member[numbers[numbers < snapshot.count]] = True  # samples may have come or gone since
    return SampleSelection(" ".join(words.split())[:MOST_WORDS], tuple(snapshot.samples["key"].filter(is_member)))


def of_keys(workspace: Workspace, keys: Iterable[str], words: str) -> SampleSelection:
    """Selects samples by their keys, such as an export's list of samples.

    Args:
        workspace: Open workspace.
        keys: Keys of samples, those of another workspace too; empty ones are left out, and each counts once.
        words: Where the keys come from.

    Returns:
        The selection under the keys of this workspace.

    Raises:
        RecipeError: There is no key, or one is of no sample here.
    """
    distinct = tuple(dict.fromkeys(key.strip() for key in keys if key.strip()))
    if not distinct:
        raise RecipeError(f"There is no sample in {words}.")
    return arriving(workspace, SampleSelection(words, distinct))


def arriving(workspace: Workspace, selection: SampleSelection) -> SampleSelection:
    """Puts a selection from elsewhere under the keys of this workspace.

    Args:
        workspace: Open workspace.
        selection: The selection.

    Returns:
        The same samples.

    Raises:
        RecipeError: Some of them are not here.
    """
    key_names = identities.arriving(workspace, (("sample", key) for key in selection.keys))
    keys = tuple(key_names.renamed("sample", key) for key in selection.keys)
    unknown = sorted(key for _, key in identities.unknown(workspace, (("sample", key) for key in keys)))
    if unknown:
        first, more = ", ".join(repr(key) for key in unknown[:NAMED]), ", …" if len(unknown) > NAMED else ""
        raise RecipeError(
            f"Of the {counted(len(keys), 'sample')} of the selection ({selection.words}), {len(unknown):,} "
            f"{'is' if len(unknown) == 1 else 'are'} not in this workspace: {first}{more}."
        )
    return replace(selection, keys=keys)


def of_cluster(workspace: Workspace, snapshot: Snapshot, cluster: str) -> SampleSelection:
    """Selects the samples of a cluster.

    Args:
        workspace: Open workspace.
        snapshot: All samples.
        cluster: `map:number`, such as "map_images:3", or the cluster's name on one of the maps.

    Returns:
        The selection.

    Raises:
        UnknownNameError: No map has such a cluster.
        RecipeError: There is no map, or several clusters have the name.
    """
    planes = [plane for stage in layouts.MAPS if (plane := layouts.plane(workspace, stage))]
    clusters = [(plane, number) for plane in planes for number in _numbers(plane)]
    if not planes:
        raise RecipeError("There is no map yet, and so no cluster: run `score --metrics map_images` first.")
    by_name: dict[str, list[tuple[Plane, int]]] = {}
    for plane, number in clusters:
        by_name.setdefault(plane.name(number), []).append((plane, number))
        by_name.setdefault(f"{plane.stage}:{number}", []).append((plane, number))
    names.check("cluster", [cluster], by_name)
    if len(by_name[cluster]) > 1:
        listed = ", ".join(f"{plane.stage}:{number}" for plane, number in by_name[cluster])
        raise RecipeError(f"Several clusters are called {cluster!r}: {listed}. Name one of these.")
    plane, number = by_name[cluster][0]
    return of_members(snapshot, plane.sample_no[plane.cluster == number], cluster_words(plane, number))


def cluster_words(plane: Plane, number: int) -> str:
    """Names a cluster and its map."""
    return f"cluster “{plane.name(number)}” of the map of {layouts.MAPS[plane.stage].lower()}"


def of_queue(
    workspace: Workspace, snapshot: Snapshot, queue: Queue, who: str, reject: Floats | None = None, *,
    within: Mask | None = None,
) -> SampleSelection:  # fmt: skip
    """Selects all samples of a queue of the review, decided ones included.

    Args:
        workspace: Open workspace.
        snapshot: All samples.
        queue: The queue.
        who: The person whose queue it is.
        reject: How likely each sample would be rejected, where that was learned, (N,).
        within: True for the samples that may be selected, (N,); None for all.

    Returns:
        The selection.

    Raises:
        UnknownNameError: There is no such queue, or nothing that it could be about.
    """
    names.check("queue", [queue.kind], queues.KINDS)
    choices = queues.choices(workspace, snapshot, queue.kind)
    if queue.kind in queues.ABOUT or queue.choice:
        names.check(queue.kind, [queue.choice], choices)
    standing = team.standing(workspace, snapshot, who)
    order = queues.order(QueueInputs(workspace, snapshot, standing, who, reject), queue)
    return of_members(snapshot, order if within is None else order[within[order]], queue_words(queue, choices))


def queue_words(queue: Queue, choices: Mapping[str, str]) -> str:
    """Names a queue and what it is about.

    Args:
        queue: The queue.
        choices: What a queue of this kind can be about, in words by its choice.

    Returns:
        Words such as "queue “One task”: counting".
    """
    about = f": {choices.get(queue.choice, queue.choice)}" if queue.choice else ""
    return f"queue “{queues.KINDS[queue.kind]}”{about}"


def of_tag(workspace: Workspace, snapshot: Snapshot, tag: str) -> SampleSelection:
    """Selects the samples that carry a tag.

    Args:
        workspace: Open workspace.
        snapshot: All samples with the decisions that stand.
        tag: The tag.

    Returns:
        The selection.

    Raises:
        UnknownNameError: No sample carries it.
        RecipeError: Samples that carried it are not here any more.
    """
    added = snapshot.decisions.filter((pl.col("subject") == "tag") & (pl.col("verdict") == "add"))
    tagged = decision_keys.parts(added, "tag").select("tag", "sample")
    names.check("tag", [tag], sorted(set(tagged["tag"])))
    keys = tagged.filter(pl.col("tag") == tag)["sample"].to_list()
    return of_keys(workspace, keys, f"tag “{tag}”")


def members(snapshot: Snapshot, selection: SampleSelection | None) -> Mask | None:
    """Finds the samples of a selection.

    Args:
        snapshot: All samples.
        selection: The selection; None for none.

    Returns:
        True for its samples, (N,); None for all.
    """
    if selection is None:
        return None
    is_member: Mask = snapshot.samples["key"].is_in(list(selection.keys)).to_numpy()
    return is_member


def _numbers(plane: Plane) -> list[int]:
    return sorted(set(plane.cluster.tolist()) - {layouts.NOISE})
