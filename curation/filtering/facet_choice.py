"""What a query says of one field, and the same query with another choice there: filters at the side of a page."""

from __future__ import annotations

from dataclasses import dataclass

from curation.filtering import query
from curation.filtering.query import NotTerm, Query, RangeTerm, ValueTerm


@dataclass(frozen=True)
class FacetChoice:
    """Values of a field that are asked for and left out, and its range; with `every`, all values have to be there."""

    included: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    every: bool = False
    low: float | None = None
    high: float | None = None


def read(searched: Query, field: str) -> FacetChoice:
    """Reads what a query says of a field.

    Args:
        searched: The query.
        field: Name of the field.

    Returns:
        The choice; an empty one where the query says nothing of the field, or says it in another way.
    """
    included: list[tuple[str, ...]] = []
    excluded: list[str] = []
    low = high = None
    for part in query.conjuncts(searched):
        if not _is_about(part, field):
            continue
        if isinstance(part, RangeTerm):
            low, high = (part.low if part.low is not None else low), (part.high if part.high is not None else high)
        elif isinstance(part, ValueTerm):
            included.append(part.values)
        elif isinstance(part, NotTerm) and isinstance(part.part, ValueTerm):
            excluded += part.part.values
    names = tuple(dict.fromkeys(value for values in included for value in values))
    return FacetChoice(names, tuple(dict.fromkeys(excluded)), len(included) > 1, low, high)


def replaced(searched: Query, field: str, choice: FacetChoice) -> Query:
    """Puts another choice in place of what a query says of a field.

    Args:
        searched: The query.
        field: Name of the field.
        choice: The new choice; an empty one takes the field out.

    Returns:
        A new query; what it says of the field inside of brackets with other fields stays.
    """
    terms: list[Query] = []
    if choice.included:
        several = [(value,) for value in choice.included] if choice.every else [choice.included]
        terms += [ValueTerm(field, values) for values in several]
    if choice.excluded:
        terms.append(NotTerm(ValueTerm(field, choice.excluded)))
    if choice.low is not None or choice.high is not None:
        terms.append(RangeTerm(field, choice.low, choice.high))
    return query.together((*query.conjuncts(without(searched, field)), *terms))


def without(searched: Query, field: str) -> Query:
    """The query without the parts that are about a field alone."""
    return query.together(tuple(part for part in query.conjuncts(searched) if not _is_about(part, field)))


def _is_about(part: Query, field: str) -> bool:
    """Whether a part says nothing but which values or range a field has."""
    term = part.part if isinstance(part, NotTerm) else part
    return isinstance(term, ValueTerm | RangeTerm) and term.field.lower() == field.lower()
