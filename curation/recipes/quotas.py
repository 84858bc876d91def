"""Changes of a quota: its axes, and the bounds of single values or of every value of an axis."""

from __future__ import annotations

from dataclasses import replace

from curation.recipes import strategies
from curation.recipes.recipe import AXES, Limit, Quota

EVERY = ""


def bounds(quota: Quota, axis: str, value: str = EVERY) -> tuple[int | None, int | None]:
    """Reads the bounds that are set for a value itself.

    Args:
        quota: The quota.
        axis: One of AXES.
        value: A value of the axis; EVERY for the bounds of every value.

    Returns:
        The floor and the cap in samples; None for no bound.
    """
    floor: int | None = None
    cap: int | None = None
    if axis == "task":
        cap = quota.cap if value == EVERY else quota.caps.get(value)
    for limit in quota.limits:
        if (limit.axis, limit.value) == (axis, value):
            floor = limit.at_least if limit.at_least is not None else floor
            cap = limit.at_most if limit.at_most is not None else cap
    return floor, cap


def with_bounds(quota: Quota, axis: str, value: str, floor: int | None, cap: int | None) -> Quota:
    """Replaces the bounds of a value.

    Args:
        quota: The quota.
        axis: One of AXES.
        value: A value of the axis; EVERY for the bounds of every value.
        floor: The least samples; None for no bound, 0 frees a single value from the floor of every value.
        cap: The most samples; None for no bound.

    Returns:
        The changed quota.
    """
    floor = floor if floor or value != EVERY else None
    limits = [limit for limit in quota.limits if (limit.axis, limit.value) != (axis, value)]
    if axis == "task":
        caps = {name: bound for name, bound in quota.caps.items() if name != value}
        if value == EVERY:
            quota = replace(quota, cap=cap)
        else:
            quota = replace(quota, caps=caps | ({} if cap is None else {value: cap}))
        cap = None
    if floor is not None or cap is not None:
        limits.append(Limit(axis, value, floor, cap))
    limits.sort(key=lambda limit: (AXES.index(limit.axis), limit.value))  # every value first: single ones override it
    return replace(quota, limits=tuple(limits))


def with_floor(quota: Quota, axis: str, value: str, floor: int | None) -> Quota:
    """Replaces the floor of a value.

    Args:
        quota: The quota.
        axis: One of AXES.
        value: A value of the axis; EVERY for every value.
        floor: The least samples; None for no bound, 0 frees a single value from the floor of every value.

    Returns:
        The changed quota.
    """
    return with_bounds(quota, axis, value, floor, bounds(quota, axis, value)[1])


def with_cap(quota: Quota, axis: str, value: str, cap: int | None) -> Quota:
    """Replaces the cap of a value, or the total.

    Args:
        quota: The quota.
        axis: One of AXES; "" for the total.
        value: A value of the axis; EVERY for every value.
        cap: The most samples; None for no bound.

    Returns:
        The changed quota.
    """
    if not axis:
        return replace(quota, total=cap)
    return with_bounds(quota, axis, value, bounds(quota, axis, value)[0], cap)


def with_weight(quota: Quota, dataset: str, weight: float | None) -> Quota:
    """Replaces the weight of a dataset.

    Args:
        quota: The quota.
        dataset: The dataset's name.
        weight: 0 or more; None takes it away, and with the last one the mixing.

    Returns:
        The changed quota.
    """
    weights = {name: share for name, share in quota.weights.items() if name != dataset}
    return replace(quota, weights=weights | ({} if weight is None else {dataset: float(weight)}))


def with_axes(quota: Quota, axes: tuple[str, ...]) -> Quota:
    """Replaces the axes; bounds on any other go, since nothing would show them.

    Args:
        quota: The quota.
        axes: Of AXES, in any order; none counts as "task".

    Returns:
        The changed quota.
    """
    axes = tuple(axis for axis in AXES if axis in axes) or ("task",)
    limits = tuple(limit for limit in quota.limits if limit.axis in axes)
    quota = replace(quota, axes=axes, limits=limits)
    return quota if "task" in axes else replace(quota, cap=None, caps={})


def uses_map(quota: Quota) -> bool:
    """True when the map decides what goes out."""
    of_clusters = "cluster" in (*quota.axes, *(limit.axis for limit in quota.limits))
    return of_clusters or strategies.kinds()[quota.choice].needs != "nothing"


def uses_complexity(quota: Quota) -> bool:
    """True when the complexity metric decides what goes out."""
    return "complexity" in (*quota.axes, *(limit.axis for limit in quota.limits))
