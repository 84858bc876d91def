"""Recipes under names beside the draft: load, compare, read from and write to files."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from curation.app import board
from curation.app.scope import Scope
from curation.app.server import Server
from curation.balancing import export_plan
from curation.common import display
from curation.common.counts import counted
from curation.filtering.thresholds import RecipeOutcome
from curation.recipes import recipe, saved_recipes
from curation.recipes.recipe import Recipe
from curation.recipes.saved_recipes import SavedRecipe
from curation.views.thresholds import cut_detail, thresholds
from curation.views.thresholds.cut_detail import ExampleSample
from scoring.arrays import Mask

DRAFT = "the draft"


@dataclass(frozen=True)
class RecipeComparison:
    """Two recipes over the same samples: what is set otherwise, and the samples that only one of them keeps.

    The examples of a side are samples that only it keeps, with what drops them on the other side.
    """

    differences: list[str]
    remaining: tuple[int, int]
    both: int
    neither: int
    only: tuple[int, int]
    examples: tuple[list[ExampleSample], list[ExampleSample]]


def listing(server: Server) -> list[SavedRecipe]:
    """The named recipes."""
    return saved_recipes.listing(server.workspace)


def by_name(server: Server, name: str, draft: Recipe) -> Recipe:
    """Returns a named recipe as a draft.

    Args:
        server: Its workspace holds the named recipes.
        name: Name of a recipe, or DRAFT.
        draft: What is returned for DRAFT and for unknown names.
    """
    saved = None if name == DRAFT else saved_recipes.get(server.workspace, name)
    return draft if saved is None else saved.recipe


def compare(
    server: Server, first_recipe: Recipe, second_recipe: Recipe, scope: Scope = thresholds.EVERYTHING
) -> RecipeComparison:
    """Compares two recipes under the decisions that stand now.

    Args:
        server: Its board is filtered.
        first_recipe: One recipe.
        second_recipe: The other one; its name does not count as a difference.
        scope: Samples that are compared; everything by default.
    Returns:
        The differences and the samples that only one of them keeps.
    Raises:
        RecipeError: When one has too many filters.
    """
    first, second = (thresholds.outcome(server, each, scope) for each in (first_recipe, second_recipe))
    only_first, only_second = first.passing & second.dropped, second.passing & first.dropped
    both = int(np.count_nonzero(first.passing & second.passing))
    counts = (int(np.count_nonzero(only_first)), int(np.count_nonzero(only_second)))
    return RecipeComparison(
        differences=[
            _words(server, line)
            for line in recipe.differences(
                as_draft(first_recipe), replace(as_draft(second_recipe), name=first_recipe.name)
            )
        ],
        remaining=(first.remaining, second.remaining),
        both=both,
        neither=first.total - both - sum(counts),
        only=counts,
        examples=(_draw(server, second, only_first), _draw(server, first, only_second)),
    )


def as_draft(complete: Recipe) -> Recipe:
    """A recipe to work on: without the dataset hashes, scorer versions and decisions of the moment it was written."""
    return replace(complete, datasets={}, scorers={}, decisions=())


def read_file(server: Server, data: bytes) -> tuple[Recipe, list[str]]:
    """Reads an uploaded recipe as a draft.

    Args:
        server: Its board knows the metrics.
        data: Content of the file.
    Returns:
        The draft, and in sentences what was not taken over.
    Raises:
        RecipeError: When the file holds no recipe.
    """
    uploaded = recipe.loads(data)
    snapshot = board.current(server).snapshot
    unknown = [cut.metric for cut in uploaded.cuts if cut.metric not in snapshot.values]
    notes = []
    if unknown:
        notes.append(f"Thresholds on metrics that are not known here were left out: {', '.join(unknown)}.")
    if uploaded.decisions:
        notes.append(
            f"Its {counted(len(uploaded.decisions), 'decision', 'was', 'were')} left out: those of this workspace "
            "count."
        )
    other = [name for name, version in uploaded.scorers.items() if _version(server, name) not in (version, None)]
    if other:
        notes.append(f"It was made with other versions of {', '.join(other)}.")
    cuts = tuple(cut for cut in uploaded.cuts if cut.metric in snapshot.values)
    return as_draft(replace(uploaded, cuts=cuts)), notes


def write_file(server: Server, draft: Recipe) -> bytes:
    """Writes the recipe file that `python -m curation export` replays.

    Args:
        server: Its workspace gives hashes, scorer versions and decisions of now.
        draft: The recipe to write.
    """
    return recipe.dumps(export_plan.complete_recipe(server.workspace, board.current(server).snapshot, draft))


def _version(server: Server, name: str) -> str | None:
    column = board.current(server).snapshot.columns.get(name)
    return column.version if column else None


def _words(server: Server, line: str) -> str:
    """A difference with the metric's title in place of its name, and its cuts in words."""
    head, _, values = line.partition(": ")
    kind, _, name = head.partition(" ")
    column = board.current(server).snapshot.columns.get(name)
    if kind != "threshold" or column is None:
        return display.words(line).replace("->", "→")
    before, after = (_range(text) for text in values.split(" -> "))
    return f"{column.title}: {before} → {after}"


def _range(text: str) -> str:
    low, dots, high = text.partition("..")
    if not dots:
        return "no cut"
    if not low:
        return f"at most {high}"
    return f"{low} to {high}" if high else f"at least {low}"


def _draw(server: Server, other: RecipeOutcome, is_drawable: Mask) -> list[ExampleSample]:
    numbers = np.flatnonzero(is_drawable)
    if len(numbers) > cut_detail.EACH:
        numbers = np.random.default_rng(0).choice(numbers, cut_detail.EACH, replace=False)
    return cut_detail.cards(server, other, numbers)
