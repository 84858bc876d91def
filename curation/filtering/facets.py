"""Fields of samples that a query names, which samples a query holds for, and how many have each value."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from curation.decisions import keys as decision_keys
from curation.filtering import query
from curation.filtering.query import AnyTerm, NotTerm, Query, QueryError, RangeTerm, ValueTerm, WordTerm
from curation.filtering.snapshot import BINS, Snapshot
from scoring.arrays import Floats, Mask, Numbers

DECISIONS = ("undecided", "approved", "rejected", "later")
"""Names of the decisions on samples, by code."""
_CODES = {"approve": 1, "reject": 2, "later": 3}
ID = "id"
"""The field of the rows' own names, which are too many to be listed."""

FindWords = Callable[[Sequence[str]], Numbers]
"""Finds the samples whose turns have all of some texts."""


@dataclass(frozen=True, eq=False)
class LabelField:
    """A field whose values are names. `codes` are places in `labels`: one per sample (-1 for none), or, where a sample
    may have several, one per sample number in `sample_nos`, each pair once.
    """

    title: str
    labels: tuple[str, ...]
    codes: Numbers = field(repr=False)
    sample_nos: Numbers | None = field(default=None, repr=False)

    def holds(self, values: Sequence[str], count: int) -> Mask:
        """Finds the samples that have any of some values.

        Args:
            values: Names in any case; `*` stands for any, a star at the end for any ending.
            count: How many samples there are.

        Returns:
            True for those samples, (count,).
        """
        fitting = np.array([any(_fits(label, value) for value in values) for label in self.labels], dtype=bool)
        if self.sample_nos is None:
            return np.append(fitting, False)[self.codes]
        mask = np.zeros(count, dtype=bool)
        if len(self.codes):
            mask[self.sample_nos[fitting[self.codes]]] = True
        return mask

    def counts(self, members: Mask | None) -> Numbers:
        """Counts samples by value.

        Args:
            members: True for the samples that count, (N,); None for all.

        Returns:
            One number per label.
        """
        codes = self.codes
        if members is not None:
            codes = codes[members if self.sample_nos is None else members[self.sample_nos]]
        return np.bincount(codes + 1, minlength=len(self.labels) + 1)[1:]


@dataclass(frozen=True, eq=False)
class Facets:
    """The fields of the samples of a snapshot. `numbers` has one number per sample and field, NaN for none."""

    snapshot: Snapshot
    labelled: Mapping[str, LabelField]
    numbers: Mapping[str, Floats]

    @cached_property
    def names(self) -> dict[str, str]:
        """Fields by their names in small letters."""
        return {name.lower(): name for name in (*self.numbers, *self.labelled)}

    def title(self, name: str) -> str:
        """A field in words."""
        if name in self.labelled:
            return self.labelled[name].title
        column = self.snapshot.columns.get(name)
        return column.title if column else name.capitalize()


def of_snapshot(snapshot: Snapshot, splits: pl.DataFrame | None = None) -> Facets:
    """Collects the fields of a snapshot's samples.

    Args:
        snapshot: The samples.
        splits: sample_no and split, of rows that name one; None where that was not read.

    Returns:
        dataset, split, task, language, flag, tag, decision, id, and as numbers metrics, turns, images, row, sample.
    """
    labelled = {
        "dataset": _of_column("Dataset", snapshot.samples["dataset"]),
        "split": _of_pairs("Split", splits, "split"),
        "task": LabelField("Task", tuple(snapshot.tasks), snapshot.task_codes),
        "language": LabelField("Language", tuple(snapshot.languages), snapshot.language_codes),
        "flag": _of_pairs("Flag", undismissed(snapshot), "kind"),
        "tag": _of_pairs("Tag", tagged(snapshot), "tag"),
        "decision": LabelField("Decision", DECISIONS, decision_codes(snapshot)),
    }
    numbers: dict[str, Floats] = {name: values.worst for name, values in snapshot.values.items()}
    for name, column in (("turns", "turns"), ("images", "images"), ("row", "row_index"), ("sample", "sample_no")):
        numbers.setdefault(name, snapshot.samples[column].to_numpy().astype(np.float64))
    return Facets(snapshot, labelled, numbers)


def matching(facets: Facets, searched: Query, find_words: FindWords) -> Mask:
    """Finds the samples that a query holds for.

    Args:
        facets: The samples' fields.
        searched: The query.
        find_words: Finds words in turns.

    Returns:
        True for those samples, (N,).

    Raises:
        QueryError: A field is unknown, or has no numbers and is asked for a range.
    """
    if isinstance(searched, RangeTerm):
        return _in_range(facets, searched)
    if isinstance(searched, ValueTerm):
        return _with_value(facets, searched)
    if isinstance(searched, NotTerm):
        return ~matching(facets, searched.part, find_words)
    count = facets.snapshot.count
    if isinstance(searched, WordTerm):
        return _mask(count, find_words([searched.text]))
    if isinstance(searched, AnyTerm):
        mask = np.zeros(count, dtype=bool)
        for part in searched.parts:
            mask |= matching(facets, part, find_words)
        return mask
    mask = np.ones(count, dtype=bool)
    words = [part.text for part in searched.parts if isinstance(part, WordTerm)]
    if words:
        mask &= _mask(count, find_words(words))  # one reading of the turns for all of them
    for part in searched.parts:
        if not isinstance(part, WordTerm):
            mask &= matching(facets, part, find_words)
    return mask


def decision_codes(snapshot: Snapshot) -> Numbers:
    """Per sample the place of its standing decision in DECISIONS, (N,) of uint8."""
    verdicts = snapshot.decisions.filter(pl.col("subject") == "sample").select("key", "verdict")
    rows = verdicts.join(snapshot.samples.select("key", "sample_no"), on="key")
    codes = np.zeros(snapshot.count, dtype=np.uint8)
    by_row = rows["verdict"].replace_strict(_CODES, default=0, return_dtype=pl.UInt8)
    codes[rows["sample_no"].to_numpy()] = by_row.to_numpy()
    return codes


def undismissed(snapshot: Snapshot) -> pl.DataFrame:
    """sample_no and kind of the flags that nobody dismissed, one row per flag."""
    dismissed = snapshot.decisions.filter((pl.col("subject") == "flag") & (pl.col("verdict") == "dismiss"))
    open_flags = snapshot.flags.join(dismissed, left_on="flag_id", right_on="key", how="anti")
    return open_flags.select("sample_no", "kind")


def tagged(snapshot: Snapshot) -> pl.DataFrame:
    """sample_no and tag, one row per tag that a sample carries."""
    tag_decisions = snapshot.decisions.filter((pl.col("subject") == "tag") & (pl.col("verdict") == "add"))
    tags = decision_keys.parts(tag_decisions, "tag").select(key="sample", tag="tag")
    return tags.join(snapshot.samples.select("key", "sample_no"), on="key").select("sample_no", "tag")


def histogram(facets: Facets, metric: str, members: Mask | None) -> Numbers:
    """Counts samples per bin of a metric.

    Args:
        facets: The samples' fields.
        metric: A metric of the snapshot.
        members: True for the samples that count, (N,); None for all.

    Returns:
        BINS counts.
    """
    values = facets.snapshot.values[metric]
    if members is None:
        return values.histogram
    return np.bincount(values.codes[members], minlength=BINS + 1)[:BINS]


def _with_value(facets: Facets, term: ValueTerm) -> Mask:
    name = _known(facets, term.field)
    count = facets.snapshot.count
    if name in facets.labelled:
        return facets.labelled[name].holds(term.values, count)
    if name == ID:
        ids = facets.snapshot.samples["source_id"].fill_null("").str.to_lowercase()
        mask = np.zeros(count, dtype=bool)
        for value in term.values:
            text = value.lower()
            fits = ids.str.starts_with(text[:-1]) if text.endswith(query.ANY) else ids == text
            mask |= fits.to_numpy()
        return mask
    mask = np.zeros(count, dtype=bool)
    for value in term.values:
        if value == query.ANY:
            mask |= ~np.isnan(facets.numbers[name])
        else:
            mask |= facets.numbers[name] == query.number(value, term.field)
    return mask


def _in_range(facets: Facets, term: RangeTerm) -> Mask:
    name = _known(facets, term.field)
    if name not in facets.numbers:
        raise QueryError(f"“{term.field}” has names, no numbers: write {term.field}:name.")
    values = facets.numbers[name]
    mask = ~np.isnan(values)
    if term.low is not None:
        mask &= values > term.low if term.above else values >= term.low
    if term.high is not None:
        mask &= values < term.high if term.below else values <= term.high
    return mask


def _known(facets: Facets, name: str) -> str:
    """The field that a query means."""
    if name.lower() == ID:
        return ID
    if name.lower() in facets.names:
        return facets.names[name.lower()]
    near = difflib.get_close_matches(name.lower()[:60], facets.names, n=3)
    listed = " or ".join(near) if near else ", ".join([*facets.labelled, ID, "turns", "images", "and every metric"])
    raise QueryError(
        f"There is no field “{name[:60]}”; {'did you mean' if near else 'there are'} {listed}{'?' if near else '.'} "
        "Put words with a colon in quotes."
    )


def _fits(label: str, value: str) -> bool:
    if value == query.ANY:
        return not label.startswith("(no ")
    if value.endswith(query.ANY):
        return label.lower().startswith(value[:-1].lower())
    return label.lower() == value.lower()


def _of_column(title: str, column: pl.Series) -> LabelField:
    labels = column.unique(maintain_order=True)
    codes = column.replace_strict(labels, pl.Series(range(len(labels)), dtype=pl.Int32), return_dtype=pl.Int32)
    return LabelField(title, tuple(labels), codes.to_numpy())


def _of_pairs(title: str, pairs: pl.DataFrame | None, column: str) -> LabelField:
    if pairs is None or not pairs.height:
        return LabelField(title, (), np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32))
    distinct = pairs.select("sample_no", pl.col(column).cast(pl.String)).unique()
    labels = sorted(distinct[column].unique().to_list())
    codes = distinct[column].replace_strict(labels, list(range(len(labels))), return_dtype=pl.Int32)
    return LabelField(title, tuple(labels), codes.to_numpy(), distinct["sample_no"].to_numpy())


def _mask(count: int, numbers: Numbers) -> Mask:
    mask = np.zeros(count, dtype=bool)
    mask[numbers[numbers < count]] = True  # a snapshot may be older than a search
    return mask
