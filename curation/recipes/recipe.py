"""A recipe: thresholds, dropped flags, quotas, seed, scorer versions and decisions, in one file that replays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson

from curation.common import typed
from curation.common.counts import counted
from curation.common.errors import WinnowError
from curation.recipes import strategies
from scoring.json_types import JsonObject
from scoring.plain_files import plain

RECIPE_VERSION = 1
_NAME = re.compile(r"\w[\w .-]{0,80}")


class RecipeError(WinnowError):
    """The recipe cannot be used; the message says why."""


@dataclass(frozen=True)
class Cut:
    """A threshold: a sample is dropped when a turn or image of it scores below `low` or above `high`."""

    metric: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Limit:
    """How many samples one value of an axis may have, and has to have; an empty value means each of them."""

    axis: str
    value: str = ""
    at_least: int | None = None
    at_most: int | None = None


AXES = ("task", "dataset", "cluster", "complexity", "language")
MOST_WEIGHT = 1_000_000
SPLIT_BY = ("image", "duplicates", "dataset", "field")
TRAIN = "train"
_SPLIT_NAME = re.compile(r"\w{1,40}")


@dataclass(frozen=True)
class Quota:
    """How many samples go out, and which of those that may.

    `axes` make the cells that share evenly; `cap` and `caps` are upper bounds of tasks, `limits` bounds on any axis,
    `total` one on all. `choice` names the strategy, `map` the map of clusters and of strategies, `complexity` the
    metric whose thirds are low, middle and high. With `weights` the datasets' shares of what goes out are proportional
    to them; a dataset that they do not name has the weight 1, and one of weight 0 gives nothing.
    """

    cap: int | None = None
    caps: Mapping[str, int] = field(default_factory=dict)
    total: int | None = None
    axes: tuple[str, ...] = ("task",)
    limits: tuple[Limit, ...] = ()
    choice: str = "random"
    map: str = "map_images"
    complexity: str = "visual_complexity"
    weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Splits:
    """How what goes out is divided: the share of each split by its name; without any, all of it is training data.

    `by` says what stays together: samples of one image, near duplicates and samples of one image, or samples of one
    dataset. With "field" the rows' own field `split` decides, and shares do not count.
    """

    shares: Mapping[str, float] = field(default_factory=dict)
    by: str = "image"


@dataclass(frozen=True, slots=True)
class RecipeDecision:
    """A standing decision as a recipe keeps it; `payload` is JSON: the new texts of an edited turn."""

    subject: str
    key: str
    verdict: str
    who: str = ""
    event_id: str = ""
    payload: str = ""


@dataclass(frozen=True)
class SampleSelection:
    """The samples that alone may go out, by their keys; `words` say which they are: "cluster “kitchen, stove”"."""

    words: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Recipe:
    """All that decides which samples are exported, and in what quantity.

    `datasets` maps names to dataset hashes, `scorers` metrics to score versions. The order of `cuts` and
    `drop_flags` is the order of the funnel. With `only_approved` nothing goes out that no person approved, and with a
    `selection` nothing beside it.
    """

    name: str = "curated"
    datasets: Mapping[str, str] = field(default_factory=dict)
    cuts: tuple[Cut, ...] = ()
    drop_flags: tuple[str, ...] = ()
    quota: Quota = Quota()
    seed: int = 0
    scorers: Mapping[str, str] = field(default_factory=dict)
    decisions: tuple[RecipeDecision, ...] = ()
    splits: Splits = Splits()
    only_approved: bool = False
    selection: SampleSelection | None = None
    recipe_version: int = RECIPE_VERSION


def with_datasets(recipe: Recipe, names: Mapping[str, str]) -> Recipe:
    """Puts other names of datasets in place of those that a recipe names.

    Args:
        recipe: The recipe.
        names: New names by those in the recipe; the others stay.

    Returns:
        The same recipe under the other names.
    """
    limits = (
        replace(limit, value=names.get(limit.value, limit.value)) if limit.axis == "dataset" else limit
        for limit in recipe.quota.limits
    )
    weights = {names.get(name, name): weight for name, weight in recipe.quota.weights.items()}
    return replace(
        recipe,
        datasets={names.get(name, name): content for name, content in recipe.datasets.items()},
        quota=replace(recipe.quota, limits=tuple(limits), weights=weights),
    )


def dumps(recipe: Recipe) -> bytes:
    """The recipe as JSON; equal recipes give equal bytes."""
    content = asdict(recipe)
    if not recipe.quota.weights:  # as programs wrote it that knew no weights
        del content["quota"]["weights"]
    if recipe.splits == Splits():
        del content["splits"]
    if not recipe.only_approved:
        del content["only_approved"]
    if recipe.selection is None:
        del content["selection"]
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def loads(data: bytes) -> Recipe:
    """Reads a recipe. Raises RecipeError for anything else, and for one of a newer program."""
    try:
        raw: object = orjson.loads(data)
        if not isinstance(raw, dict):
            raise RecipeError("The recipe is not a JSON object.")
        if raw.get("recipe_version", 0) > RECIPE_VERSION:
            raise RecipeError(f"The recipe has version {raw['recipe_version']}; this Winnow knows {RECIPE_VERSION}.")
        if not _NAME.fullmatch(str(raw.get("name", "curated"))):
            raise RecipeError(f"{raw['name']!r} is no name for a split: use letters, digits, dots, dashes, blanks.")
        recipe = Recipe(
            **raw
            | {
                "cuts": tuple(Cut(**cut) for cut in raw.get("cuts", ())),
                "drop_flags": tuple(raw.get("drop_flags", ())),
                "quota": _quota(raw.get("quota", {})),
                "splits": splits_of(raw.get("splits", {}).get("shares", {}), raw.get("splits", {}).get("by", "image")),
                "decisions": tuple(RecipeDecision(**decision) for decision in raw.get("decisions", ())),
                "selection": _selection(raw.get("selection")),
            }
        )
        wrong = typed.misfit(recipe)
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError) as error:
        raise RecipeError(f"The recipe cannot be read: {error}.") from error
    if wrong:
        raise RecipeError(f"The recipe cannot be read: {wrong} is not of the kind that a recipe has there.")
    return recipe


def load(path: Path) -> Recipe:
    """Reads a recipe file. Raises RecipeError."""
    try:
        return loads(plain(path).read_bytes())
    except OSError as error:
        raise RecipeError(f"Cannot read the recipe {path}: {error.strerror}.") from error


def save(recipe: Recipe, path: Path) -> None:
    """Writes a recipe file.

    Args:
        recipe: The recipe.
        path: The file; one that exists is replaced.

    Raises:
        RecipeError: The file cannot be written.
    """
    try:
        plain(path).write_bytes(dumps(recipe))
    except OSError as error:
        raise RecipeError(f"Cannot write the recipe {path}: {error.strerror}.") from error


def differences(earlier: Recipe, later: Recipe) -> list[str]:
    """Describes what is different in two recipes.

    Args:
        earlier: The first recipe.
        later: The second recipe.

    Returns:
        One line per thing that differs.
    """
    lines = []
    for name, before, after in _pairs(earlier, later):
        if before != after:
            lines.append(f"{name}: {_show(before)} -> {_show(after)}")
    return lines


def _quota(raw: JsonObject) -> Quota:
    axes = tuple(raw.get("axes", ("task",)))
    limits = tuple(Limit(**limit) for limit in raw.get("limits", ()))
    unknown = [axis for axis in (*axes, *(limit.axis for limit in limits)) if axis not in AXES]
    choices = tuple(strategies.kinds())
    if unknown or raw.get("choice", "random") not in choices:
        raise RecipeError(f"The quota names {unknown or raw['choice']}; there are {', '.join(AXES)}, and {choices}.")
    return Quota(**{**raw, "axes": axes, "limits": limits, "weights": _weights(raw.get("weights", {}))})


def _selection(raw: JsonObject | None) -> SampleSelection | None:
    return None if raw is None else SampleSelection(**raw | {"keys": tuple(raw["keys"])})


def _weights(raw: Any) -> dict[str, float]:
    numbers = raw.values() if isinstance(raw, dict) else [None]
    good = (
        isinstance(number, (int, float)) and not isinstance(number, bool) and 0 <= number <= MOST_WEIGHT
        for number in numbers
    )
    if not all(good):
        raise RecipeError(f"The weights of datasets are numbers from 0 to {MOST_WEIGHT:,}, such as {{'coco': 2}}.")
    return {name: float(number) for name, number in raw.items()}


def splits_of(shares: Mapping[str, Any], by: str) -> Splits:
    """Checks splits.

    Args:
        shares: Share (0 to 1) of each split by its name; they add up to 1, or there are none.
        by: One of SPLIT_BY.

    Returns:
        The splits.

    Raises:
        RecipeError: A name or a share cannot be one, or the shares do not add up to 1.
    """
    if by not in SPLIT_BY:
        raise RecipeError(f"Splits are made by {', '.join(SPLIT_BY)}, not by {by!r}.")
    for name, share in shares.items():
        if not _SPLIT_NAME.fullmatch(name):
            raise RecipeError(f"{name!r} is no name for a split: use letters, digits and underscores.")
        if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 < share <= 1:
            raise RecipeError(f"The share of the split {name} is {share!r}; it is above 0 and at most 1.")
    if shares and abs(sum(shares.values()) - 1) > 1e-6:
        raise RecipeError(f"The shares of the splits add up to {sum(shares.values()):g}, not to 1.")
    return Splits({name: float(share) for name, share in shares.items()}, by)


def _pairs(earlier: Recipe, later: Recipe) -> list[tuple[str, object, object]]:
    pairs: list[tuple[str, object, object]] = [
        (name, getattr(earlier, name), getattr(later, name))
        for name in ("name", "drop_flags", "seed", "quota", "splits", "only_approved", "selection")
    ]
    for field_name in ("datasets", "scorers"):
        before, after = getattr(earlier, field_name), getattr(later, field_name)
        pairs += [
            (f"{field_name} {key}", before.get(key), after.get(key)) for key in sorted(before.keys() | after.keys())
        ]
    cuts_before, cuts_after = ({cut.metric: cut for cut in recipe.cuts} for recipe in (earlier, later))
    pairs += [
        (f"threshold {key}", cuts_before.get(key), cuts_after.get(key))
        for key in sorted(cuts_before.keys() | cuts_after.keys())
    ]
    said_before, said_after = ({(v.subject, v.key): v.verdict for v in recipe.decisions} for recipe in (earlier, later))
    pairs += [
        (f"decision on {key[0]} {key[1]}", said_before.get(key), said_after.get(key))
        for key in sorted(said_before.keys() | said_after.keys())
    ]
    return pairs


def _show(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, Cut):
        return f"{'' if value.low is None else f'{value.low:g}'}..{'' if value.high is None else f'{value.high:g}'}"
    if isinstance(value, SampleSelection):
        return f"{counted(len(value.keys), 'sample')}, {value.words}"
    if isinstance(value, (Quota, Splits)):
        return orjson.dumps(asdict(value)).decode()
    return ", ".join(value) if isinstance(value, tuple) else str(value)
