"""One filter of the thresholds page looked at closely: samples at its cut, what people say of it, other cuts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from curation.app.server import Server
from curation.decisions import one_by_one
from curation.filtering import cut_quality, cut_suggestions, group_costs, impact, near_cut, thresholds
from curation.filtering.cut_quality import CutQuality
from curation.filtering.cut_suggestions import CutSuggestion
from curation.filtering.group_costs import GroupCost, GroupCut
from curation.filtering.thresholds import RecipeOutcome
from curation.maps import layouts
from curation.recipes.recipe import Cut, Recipe
from curation.review import team
from curation.views.thresholds.thresholds import title
from curation.workspace import cache, first_images
from scoring.arrays import Numbers

EACH = 6


@dataclass(frozen=True)
class Focus:
    """The filter that is looked at: `kind` is threshold, flag or person."""

    kind: str = "threshold"
    name: str = ""


@dataclass(frozen=True)
class ExampleSample:
    """A sample; `value` is the looked-at metric's worst, `reasons` are the filters that drop it."""

    sample_no: int
    image_no: int | None
    dataset: str
    row: int
    value: float | None
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Judgement:
    """What people's decisions say of a metric's cut, and the cuts to choose from; no quality without a cut.

    `costs` are by the name of a suggestion the groups that would pay most for it, `group_cuts` the cut that would
    suit each task, language and dataset.
    """

    title: str
    cut: Cut | None
    quality: CutQuality | None
    suggestions: list[CutSuggestion]
    costs: Mapping[str, list[GroupCost]]
    group_cuts: list[GroupCut]


def focus_of(outcome: RecipeOutcome, requested: Focus) -> Focus:
    """Returns the filter to look at closely.

    Args:
        outcome: What the recipe does.
        requested: The filter that the page asks for.
    Returns:
        The requested one where it exists, else the threshold that fails most samples, else the first metric.
    """
    if requested.kind == "threshold" and requested.name in outcome.snapshot.values:
        return requested
    if any((step.kind, step.name) == (requested.kind, requested.name) for step in outcome.filters):
        return requested
    cuts = [step for step in outcome.filters if step.kind == "threshold"]
    if cuts:
        return Focus("threshold", max(cuts, key=lambda step: int(np.count_nonzero(step.fails))).name)
    names = [name for name, values in outcome.snapshot.values.items() if values.histogram.any()]
    return Focus("threshold", min(names, default=""))


def examples(
    server: Server, outcome: RecipeOutcome, recipe: Recipe, focus: Focus, seed: int = 0
) -> list[tuple[str, list[ExampleSample]]]:
    """Returns titled rows of samples around a filter.

    Args:
        server: Its workspace holds the pictures.
        outcome: What the recipe does.
        recipe: Recipe with the cut.
        focus: The filter that is looked at.
        seed: Another seed draws other samples.
    Returns:
        The samples nearest to the cut on both sides, drawn from those that fail it, drawn from those that
        only it drops.
    """
    filter_number = _filter_number(outcome, focus)
    rows: list[tuple[str, Numbers]] = []
    cut = _cut(recipe, focus)
    if cut is not None and focus.name in outcome.snapshot.values:
        inside, dropped = near_cut.at_the_cut(outcome, cut, EACH)
        rows += [("Just inside", inside), ("Just outside", dropped)]
    if filter_number is not None:
        failing = np.flatnonzero(outcome.part.only(outcome.filters[filter_number].fails))
        alone = outcome.only_by(filter_number)
        rows.append((f"Drawn from all {len(failing):,} that fail it", _draw(failing, seed)))
        rows.append((f"Drawn from the {len(alone):,} that only it drops", _draw(alone, seed)))
    return [(words, cards(server, outcome, numbers, focus)) for words, numbers in rows]


def judgement(server: Server, outcome: RecipeOutcome, recipe: Recipe, focus: Focus) -> Judgement | None:
    """Measures a metric's cut by people's decisions.

    Args:
        server: Its store holds the random draw of the audit.
        outcome: What the recipe does.
        recipe: Recipe with the cut.
        focus: The filter that is looked at.
    Returns:
        The quality of the cut and suggested cuts; None for filters that are no metric's threshold.
    """
    snapshot, cut, members = outcome.snapshot, _cut(recipe, focus), outcome.part.members
    if focus.kind != "threshold" or focus.name not in snapshot.values:
        return None
    workspace = server.workspace
    decided = [one_by_one.counting(workspace, subject) for subject in ("flag", "sample")]
    judged = cut_quality.judged(snapshot, pl.concat(decided), members)
    draw, audited = team.draw(workspace.store, snapshot, team.AUDIT_DRAW), one_by_one.drawn(workspace)
    drawn = cut_quality.judged(snapshot, audited, cut_quality.random_part(snapshot, audited, draw, members))
    quality = None
    if cut is not None:
        fails = thresholds.outside(snapshot.values[focus.name], cut)
        quality = cut_quality.measure(judged, drawn, fails, members)
    offered = cut_suggestions.suggestions(snapshot, focus.name, judged, drawn, members)
    parted = cache.recall(workspace.store, f"plain groupings {snapshot.count}", lambda _: impact.plain(snapshot))
    costs = {
        suggestion.name: group_costs.hardest(snapshot, suggestion.cut, parted, members)
        for suggestion in offered
        if suggestion.cut
    }
    by_group = group_costs.group_cuts(snapshot, focus.name, parted, cut, members)
    return Judgement(snapshot.columns[focus.name].title, cut, quality, offered, costs, by_group)


def effects(server: Server, outcome: RecipeOutcome) -> pl.DataFrame:
    """Returns which groups of samples pay for a recipe.

    Args:
        server: Its workspace holds the maps.
        outcome: What the recipe does.
    Returns:
        by, group, before, after, shift, lost and warn, largest shifts first.
    """
    drawn = [
        (f"Cluster of {words.lower()}", layouts.plane(server.workspace, name)) for name, words in layouts.MAPS.items()
    ]
    available = [(words, plane) for words, plane in drawn if plane is not None]
    parted = cache.recall(
        server.workspace.store,
        f"groupings {outcome.snapshot.count} {[plane.run_no for _, plane in available]}",
        lambda _: impact.groupings(outcome.snapshot, available),
    )
    return impact.table(outcome, parted)


def overlap(outcome: RecipeOutcome, most: int = 11) -> tuple[list[str], Numbers]:
    """Counts the samples that fail both of each two filters.

    Args:
        outcome: What the recipe does.
        most: At most so many filters, those that fail most samples.
    Returns:
        Titles of the filters in the order of the recipe, and counts (F, F).
    """
    both = outcome.overlap()
    order = np.argsort(-np.diag(both), kind="stable")[:most]
    order = np.sort(order[np.diag(both)[order] > 0])
    return [title(outcome.snapshot, outcome.filters[filter_number]) for filter_number in order], both[
        np.ix_(order, order)
    ]


def cards(server: Server, outcome: RecipeOutcome, numbers: Numbers, focus: Focus | None = None) -> list[ExampleSample]:
    """Returns samples as examples.

    Args:
        server: Its workspace holds the pictures.
        outcome: What the recipe does; it gives the reasons.
        numbers: Sample numbers.
        focus: Filter whose metric gives the values; None gives none.
    Returns:
        One example per number, in their order.
    """
    rows = outcome.snapshot.samples[numbers.tolist()].select("sample_no", "dataset", "row_index")
    values = outcome.snapshot.values.get(focus.name) if focus and focus.kind == "threshold" else None
    pictures = first_images.of(server.workspace.store, numbers.tolist())
    card_examples = []
    for number, dataset, row in rows.iter_rows():
        value = float(values.worst[number]) if values is not None and not np.isnan(values.worst[number]) else None
        card_examples.append(ExampleSample(number, pictures.get(number), dataset, row, value, outcome.reasons(number)))
    return card_examples


def _draw(numbers: Numbers, seed: int) -> Numbers:
    if len(numbers) <= EACH:
        return numbers
    return np.random.default_rng(seed).choice(numbers, EACH, replace=False)


def _filter_number(outcome: RecipeOutcome, focus: Focus) -> int | None:
    return next(
        (
            filter_number
            for filter_number, step in enumerate(outcome.filters)
            if (step.kind, step.name) == (focus.kind, focus.name)
        ),
        None,
    )


def _cut(recipe: Recipe, focus: Focus) -> Cut | None:
    if focus.kind != "threshold":
        return None
    return next((cut for cut in recipe.cuts if cut.metric == focus.name), None)
