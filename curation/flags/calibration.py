"""Thresholds of the sources of hallucination verdicts, set from what people decided on flags, one by one.

A confirmed flag says that the object is not there, a dismissed one that it is. Only flagged spans are ever decided,
so the thresholds hold for these; a source that moves is one that people contradicted or bore out there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from curation.common.intervals import wilson
from curation.decisions import one_by_one
from curation.flags import spans
from curation.workspace import Workspace, cache
from scoring import certainty
from scoring.text import verdict
from scoring.text.verdict import Threshold
from storage import flags, settings, votes
from storage.store import Store

PRECISION = 0.9
LEAST = 20
"""Decided spans that a source needs, and that either side of it needs, before its threshold moves."""

GRADED = ("detector", "clip", "llm")
"""Sources whose scores are a matter of degree."""

BEFORE = "verdict thresholds before"
"""Key of the thresholds that the last calibration replaced, among the settings."""

ScoredVerdicts = list[tuple[float, bool]]


@dataclass(frozen=True)
class Calibration:
    """One source: its thresholds before and after, and how it does on the spans that people decided.

    `precision` is the share of the spans it denies that people confirmed as hallucinated, `recall` the share of
    those that it denies; None where nothing was denied or confirmed. `why` says why a threshold stays.
    """

    source: str
    decided: int
    confirmed: int
    old: Threshold
    new: Threshold
    precision: float | None
    recall: float | None
    why: str = ""


@dataclass(frozen=True)
class Measured:
    """How one source does by its present thresholds on the spans that people decided.

    Of `decided` spans it `denied` some, of which people `confirmed` some; `precision` is their share, `interval` its
    95 % Wilson interval, `recall` the share of all confirmed spans that it denied, `agreement` the share of decided
    spans where it says what people say, among those where it is not unsure. None where there is nothing to share.
    """

    source: str
    decided: int
    denied: int
    confirmed: int
    precision: float | None
    interval: tuple[float, float]
    recall: float | None
    agreement: float | None


def measured(workspace: Workspace) -> list[Measured]:
    """Every source that voted on a decided span, by its present thresholds."""
    judged, limits = _judged(workspace), _thresholds(workspace)
    return [_measure(source, judged[source], limits[source]) for source in _sources() if judged.get(source)]


def proposed(workspace: Workspace, precision: float = PRECISION, least: int = LEAST) -> list[Calibration]:
    """Computes what `calibrate` would set.

    Args:
        workspace: Open workspace.
        precision: Least precision on either side of a threshold, 0 to 1, with 95 % confidence.
        least: Decided spans that a source needs, and that either side of it needs.

    Returns:
        One entry per source, also for those whose threshold stays.
    """
    judged, before = _judged(workspace), _thresholds(workspace)
    return [_of_source(source, judged.get(source, []), before[source], precision, least) for source in _sources()]


def calibrate(workspace: Workspace, precision: float = PRECISION, least: int = LEAST) -> list[Calibration]:
    """Sets the thresholds of every source that people decided enough of.

    Args:
        workspace: Open workspace.
        precision: Least precision on either side of a threshold, 0 to 1, with 95 % confidence.
        least: Decided spans that a source needs, and that either side of it needs.

    Returns:
        One entry per source, also for those whose threshold stays.
    """
    store = workspace.store
    calibrations = proposed(workspace, precision, least)
    settings.write(store, BEFORE, settings.read(store, spans.THRESHOLDS, {}))
    spans.remember(
        store, {entry.source: entry.new for entry in calibrations if entry.new != verdict.DEFAULTS[entry.source]}
    )
    return calibrations


def take_back(workspace: Workspace) -> None:
    """Brings the thresholds back that the last calibration replaced; harmless without one."""
    earlier = settings.read(workspace.store, BEFORE)
    if earlier is not None:
        settings.write(workspace.store, spans.THRESHOLDS, earlier)
        settings.write(workspace.store, BEFORE, None)


def before(workspace: Workspace) -> dict[str, dict[str, float]] | None:
    """The thresholds that the last calibration replaced, by source; None when there is nothing to take back."""
    return settings.read(workspace.store, BEFORE)


def reset(workspace: Workspace) -> None:
    """Brings the default thresholds back."""
    spans.remember(workspace.store, {})


def _measure(source: str, judged: ScoredVerdicts, limits: Threshold) -> Measured:
    answers = [(verdict.of_source(score, limits), is_present) for score, is_present in judged]
    denied = [is_present for answer, is_present in answers if answer == "unsupported"]
    sure = [(answer == "supported") == is_present for answer, is_present in answers if answer != "unsure"]
    right, hallucinated = denied.count(False), sum(not is_present for _, is_present in judged)
    return Measured(
        source=source,
        decided=len(judged),
        denied=len(denied),
        confirmed=right,
        precision=right / len(denied) if denied else None,
        interval=wilson(right, len(denied)),
        recall=right / hallucinated if hallucinated else None,
        agreement=sum(sure) / len(sure) if sure else None,
    )


def _thresholds(workspace: Workspace) -> dict[str, Threshold]:
    return cache.recall(workspace.store, "verdict thresholds", spans.thresholds)


def _sources() -> list[str]:
    return [source for source in verdict.DEFAULTS if source != "decisions"]


def _judged(workspace: Workspace) -> dict[str, ScoredVerdicts]:
    """By source: its score, and whether the object is there, for every decided span."""
    decisions = one_by_one.counting(workspace, "flag").select("key", there=pl.col("verdict") == "dismiss")
    flag_scores = cache.recall(workspace.store, "scores on flagged spans", _flag_scores, patient=True)
    rows = flag_scores.join(decisions, left_on="flag_id", right_on="key", how="inner", maintain_order="left")
    return {
        str(source): list(some.select("score", "there").iter_rows())
        for (source,), some in rows.group_by("source", maintain_order=True)
    }


def _flag_scores(store: Store) -> pl.DataFrame:
    """flag_id, source and score of every vote on a flagged span that tells anything."""
    raised = spans.of_kind(flags.current(store)).unique("flag_id", maintain_order=True)
    span_votes = votes.on_spans(store, raised).unique([*votes.SPAN, "source"], keep="last", maintain_order=True)
    scored = span_votes.filter(pl.col("score").is_not_null())
    return scored.join(
        raised.select("flag_id", *votes.SPAN), on=list(votes.SPAN), how="inner", maintain_order="left"
    ).select("flag_id", "source", "score")


def _of_source(source: str, judged: ScoredVerdicts, old: Threshold, precision: float, least: int) -> Calibration:
    new, why = _threshold(source, judged, precision, least)
    denied = [is_present for score, is_present in judged if verdict.of_source(score, new) == "unsupported"]
    confirmed = [score for score, is_present in judged if not is_present]
    right = denied.count(False)
    return Calibration(
        source=source,
        decided=len(judged),
        confirmed=len(confirmed),
        old=old,
        new=new,
        precision=right / len(denied) if denied else None,
        recall=right / len(confirmed) if confirmed else None,
        why=why,
    )


def _threshold(
    source: str, judged: Sequence[tuple[float, bool]], precision: float, least: int
) -> tuple[Threshold, str]:
    """The threshold of a source, and why it is the default if it is."""
    default = verdict.DEFAULTS[source]
    if source not in GRADED:
        return default, "It says yes or no, so there is no threshold to move."
    if not judged:
        return default, "No decided span has a vote of this source, so the default stays."
    if len(judged) < least:
        return default, f"{len(judged)} decided spans; {least} are needed, so the default stays."
    sides = [verdict.calibrate(judged, precision, least=least, above=above) for above in (True, False)]
    if sides == [None, None]:
        return default, _uncertain(precision, least)
    return verdict.calibrated(source, judged, precision, least=least), ""


def _uncertain(precision: float, least: int) -> str:
    needed = max(least, certainty.fewest(precision))
    if needed == math.inf:
        return "No number of decisions makes 100 % certain, so the default stays."
    return (
        f"Not certain of any score that it is right on {100 * precision:.3g} %, so the default stays; {needed} decided "
        "spans in a row at one end of its scores, all of them right, would do."
    )
