"""The draft recipe that many tabs change: a change is one of single cuts and fields, against what its author saw.

Two people who change different cuts both keep theirs. Where somebody else changed the same cut meanwhile, what is
stored stays and the author is told. Each person takes back their own changes, also after a reload.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeAlias

from curation.recipes import recipe as recipes
from curation.recipes.recipe import Cut, Limit, Quota, Recipe, RecipeError, SampleSelection, Splits
from curation.workspace import Workspace
from scoring.json_types import JsonObject
from storage import settings

DRAFT = "recipe draft"
_HISTORY = "recipe draft history: "
MOST_STEPS = 50
_WHOLE_FIELDS = ("name", "seed", "only_approved")
_QUOTA_FIELDS = ("cap", "total", "axes", "choice", "map", "complexity")
_ORDERS = ("order of thresholds", "order of flags")
"""The newer order counts, with what it does not know of last: two people who add something do not differ."""

FieldPath = tuple[str, ...]
"""Names one thing of a recipe: ("cut", metric), ("flag", kind), ("quota", "total"), ("weight", dataset), ..."""

RecipeValues: TypeAlias = dict[FieldPath, Any]
"""The values of a recipe as in JSON, by path: what the path names decides the type."""


@dataclass(frozen=True)
class Change:
    """One thing of a recipe before and after; None is one that is not set."""

    path: FieldPath
    before: object
    after: object


@dataclass(frozen=True)
class Conflict:
    """A change that was not made: somebody else has `stored` there since."""

    path: FieldPath
    requested: object
    stored: object


@dataclass(frozen=True)
class ChangedDraft:
    """The draft after a change, and what of the change was not made."""

    recipe: Recipe
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True)
class History:
    """What a person can take back and make again, the newest step last."""

    past: tuple[tuple[Change, ...], ...] = ()
    future: tuple[tuple[Change, ...], ...] = ()


DraftStep = Callable[[Recipe, History], tuple[Recipe, History, tuple[Conflict, ...]]]
"""Makes of the stored draft and a person's history the next ones, and says what was not changed."""


def read(workspace: Workspace) -> Recipe | None:
    """The draft as it is stored; None where there is none, or one of another version that cannot be read."""
    return _loads(settings.read(workspace.store, DRAFT))


def renaming(workspace: Workspace, names: Mapping[str, str]) -> dict[str, object]:
    """Puts other names of datasets into the draft.

    Args:
        workspace: Open workspace.
        names: New names of datasets by their present ones.

    Returns:
        The draft's setting by its key, not written yet; empty where nothing changes.
    """
    stored = read(workspace)
    renamed = recipes.with_datasets(stored, names) if stored else None
    return {DRAFT: recipes.dumps(renamed).decode()} if renamed and renamed != stored else {}


def history(workspace: Workspace, who: str) -> History:
    """Reads what a person can take back and make again.

    Args:
        workspace: Where the draft is stored.
        who: The person's name.

    Returns:
        Their steps; empty where they changed nothing.
    """
    return _history(settings.read(workspace.store, _HISTORY + who))


def change(workspace: Workspace, who: str, seen: Sequence[Recipe], new: Recipe, fallback: Recipe) -> ChangedDraft:
    """Changes in the draft what differs between what was seen first and the new recipe.

    Args:
        workspace: Where the draft is kept.
        who: The author; the change becomes a step that they can take back.
        seen: Recipes that the author saw, the oldest first: a value of any of them may be replaced.
        new: What the author wants.
        fallback: The draft where none is stored yet.

    Returns:
        The draft, and what could not be changed.
    """
    requested = changes(seen[0], new)
    values = [flat(recipe) for recipe in seen]

    def may_replace(change: Change, stored: object) -> bool:
        return any(flat_recipe.get(change.path) == stored for flat_recipe in values)

    def step(stored: Recipe, before: History) -> tuple[Recipe, History, tuple[Conflict, ...]]:
        changed, applied, conflicts = apply(stored, requested, may_replace)
        past = (*before.past, applied)[-MOST_STEPS:] if applied else before.past
        return changed, History(past, () if applied else before.future), conflicts

    return _update(workspace, who, fallback, step)


def undo(workspace: Workspace, who: str, fallback: Recipe) -> ChangedDraft:
    """Takes a person's last change back, but for what somebody else changed since.

    Args:
        workspace: Where the draft is stored.
        who: The person's name.
        fallback: The draft where none is stored yet.

    Returns:
        The draft, and what could not be taken back.
    """

    def step(stored: Recipe, before: History) -> tuple[Recipe, History, tuple[Conflict, ...]]:
        if not before.past:
            return stored, before, ()
        back = tuple(Change(change.path, change.after, change.before) for change in before.past[-1])
        changed, applied, conflicts = apply(stored, back, _is_as_left)
        again = tuple(Change(change.path, change.after, change.before) for change in applied)
        return changed, History(before.past[:-1], (*before.future, again) if again else before.future), conflicts

    return _update(workspace, who, fallback, step)


def redo(workspace: Workspace, who: str, fallback: Recipe) -> ChangedDraft:
    """Makes the change again that a person took back last.

    Args:
        workspace: Where the draft is stored.
        who: The person's name.
        fallback: The draft where none is stored yet.

    Returns:
        The draft, and what could not be changed.
    """

    def step(stored: Recipe, before: History) -> tuple[Recipe, History, tuple[Conflict, ...]]:
        if not before.future:
            return stored, before, ()
        changed, applied, conflicts = apply(stored, before.future[-1], _is_as_left)
        return changed, History((*before.past, applied) if applied else before.past, before.future[:-1]), conflicts

    return _update(workspace, who, fallback, step)


def changes(before: Recipe, after: Recipe) -> tuple[Change, ...]:
    """Compares two recipes thing by thing.

    Args:
        before: The first recipe.
        after: The second recipe.

    Returns:
        One change per thing that differs.
    """
    values_before, values_after = flat(before), flat(after)
    return tuple(
        Change(path, values_before.get(path), values_after.get(path))
        for path in values_before | values_after
        if values_before.get(path) != values_after.get(path)
    )


def apply(
    stored: Recipe, requested: Sequence[Change], may_replace: Callable[[Change, object], bool]
) -> tuple[Recipe, tuple[Change, ...], tuple[Conflict, ...]]:
    """Makes the changes that may be made.

    Args:
        stored: The recipe to change.
        requested: The changes; those that are in the recipe already count as neither made nor refused.
        may_replace: Says of a change and the stored value whether it may be replaced.

    Returns:
        The recipe, the changes that were made, and those that were not.
    """
    values = flat(stored)
    applied: list[Change] = []
    conflicts: list[Conflict] = []
    for change in requested:
        present = values.get(change.path)
        if present == change.after:
            continue
        if change.path[0] in _ORDERS or may_replace(change, present):
            values[change.path] = change.after
            applied.append(Change(change.path, present, change.after))
        else:
            conflicts.append(Conflict(change.path, change.after, present))
    return _unflat(stored, values), tuple(applied), tuple(conflicts)


def with_value(recipe: Recipe, path: FieldPath, value: object) -> Recipe:
    """Sets one thing of a recipe.

    Args:
        recipe: The recipe.
        path: Names the thing.
        value: As in JSON; None takes it away.

    Returns:
        The changed recipe.
    """
    return _unflat(recipe, flat(recipe) | {path: value})


def flat(recipe: Recipe) -> RecipeValues:
    """Everything that is worked on, by path; values are those of JSON."""
    quota = recipe.quota
    values: RecipeValues = {("cut", cut.metric): [cut.low, cut.high] for cut in recipe.cuts}
    values |= {("flag", kind): True for kind in recipe.drop_flags}
    values[("order of thresholds",)] = [cut.metric for cut in recipe.cuts]
    values[("order of flags",)] = list(recipe.drop_flags)
    values |= {(name,): getattr(recipe, name) for name in _WHOLE_FIELDS}
    values |= {("quota", name): getattr(quota, name) for name in _QUOTA_FIELDS}
    values[("quota", "axes")] = list(quota.axes)
    values[("splits",)] = asdict(recipe.splits)
    selection = recipe.selection
    values[("selection",)] = None if selection is None else {"words": selection.words, "keys": list(selection.keys)}
    values |= {("cap", task): most for task, most in quota.caps.items()}
    values |= {("limit", limit.axis, limit.value): [limit.at_least, limit.at_most] for limit in quota.limits}
    return values | {("weight", name): weight for name, weight in quota.weights.items()}


def _unflat(recipe: Recipe, values: RecipeValues) -> Recipe:
    def of(kind: str) -> RecipeValues:
        return {path: value for path, value in values.items() if path[0] == kind and value is not None}

    quota: JsonObject = {path[1]: value for path, value in values.items() if path[0] == "quota"}
    return replace(
        recipe,
        cuts=tuple(Cut(name, *values[("cut", name)]) for name in _ordered(of("cut"), values[("order of thresholds",)])),
        drop_flags=tuple(_ordered(of("flag"), values[("order of flags",)])),
        quota=Quota(
            **quota | {"axes": tuple(quota["axes"])},
            caps={path[1]: most for path, most in of("cap").items()},
            limits=tuple(Limit(path[1], path[2], *bounds) for path, bounds in of("limit").items()),
            weights={path[1]: weight for path, weight in of("weight").items()},
        ),
        splits=Splits(**values[("splits",)]) if values.get(("splits",)) else Splits(),
        selection=_selection(values.get(("selection",))),
        **{name: values[(name,)] for name in _WHOLE_FIELDS},
    )


def _selection(value: JsonObject | None) -> SampleSelection | None:
    return None if value is None else SampleSelection(value["words"], tuple(value["keys"]))


def _ordered(present: RecipeValues, order: Sequence[str]) -> list[str]:
    names = [path[1] for path in present]
    return sorted(names, key=lambda name: order.index(name) if name in order else len(order))


def _is_as_left(change: Change, stored: object) -> bool:
    return bool(stored == change.before)


def _update(workspace: Workspace, who: str, fallback: Recipe, step: DraftStep) -> ChangedDraft:
    """Reads, changes and writes draft and history in one transaction, so that no other change gets between."""
    result = ChangedDraft(fallback)

    def change(stored: Mapping[str, Any]) -> JsonObject:
        nonlocal result
        recipe, before = _loads(stored[DRAFT]) or fallback, _history(stored[_HISTORY + who])
        changed, after, conflicts = step(recipe, before)
        result = ChangedDraft(changed, conflicts)
        if changed == recipe and after == before:
            return {}
        return {DRAFT: recipes.dumps(changed).decode(), _HISTORY + who: asdict(after)}

    settings.update(workspace.store, (DRAFT, _HISTORY + who), change)
    return result


def _loads(text: object) -> Recipe | None:
    try:
        return recipes.loads(str(text).encode()) if text else None
    except RecipeError:
        return None


def _history(stored: JsonObject | None) -> History:
    steps: JsonObject = stored or {}

    def of(name: str) -> tuple[tuple[Change, ...], ...]:
        return tuple(
            tuple(Change(tuple(entry["path"]), entry["before"], entry["after"]) for entry in step)
            for step in steps.get(name, ())
        )

    return History(of("past"), of("future"))
