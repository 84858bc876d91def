"""Flags as the product shows them: what all sources say about one hallucinated span, as one verdict.

`storage.flags` keeps what each metric raised. Here a span is one row whoever raised it, with the verdict, support
and disagreement of `scoring.text.verdict`. A person's decision is no source here: it is laid over the verdict where
decisions are read, so that deciding costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import polars as pl

from curation.workspace import cache
from scoring.json_types import JsonObject
from scoring.text import verdict
from scoring.text.verdict import CombinedVerdict, Threshold
from storage import flags, settings, votes
from storage.store import Store

KIND = "hallucination"
SUPPORTED = "supported"
THRESHOLDS = cache.VERDICT_THRESHOLDS
"""Key of the calibrated thresholds among the settings, and the topic that they touch."""

SIDES = {"support": pl.Float64, "disagreement": pl.Float64}
"""The columns that are added to those of flags: the weighted share of yes (null where no source voted) and how
evenly the sources are split, from 0 to 1."""

Thresholds = Mapping[str, Threshold]


def current(store: Store) -> pl.DataFrame:
    """Every flag that stands, spans combined over their sources, in the order of `storage.flags.current`."""
    raised = flags.current(store)
    return combined(raised, votes.on_spans(store, of_kind(raised)), thresholds(store))


def of_samples(store: Store, sample_nos: Sequence[int]) -> pl.DataFrame:
    """Loads the flags that stand on some samples, spans combined over their sources.

    Args:
        store: Open store.
        sample_nos: Numbers of the samples, not none.

    Returns:
        The columns of `storage.flags.of_samples` and those of SIDES.
    """
    return combined(flags.of_samples(store, sample_nos), votes.of_samples(store, sample_nos), thresholds(store))


def of_kind(raised: pl.DataFrame) -> pl.DataFrame:
    """The flags that are about a hallucinated span."""
    return raised.filter(_is_span())


def thresholds(store: Store) -> dict[str, Threshold]:
    """The thresholds of every source: the defaults, with what was calibrated in this workspace."""
    set_here = settings.read(store, THRESHOLDS, {})
    return {
        source: Threshold(**set_here[source], weight=default.weight, settles=default.settles)
        if source in set_here
        else default
        for source, default in verdict.DEFAULTS.items()
    }


def remember(store: Store, calibrated: Thresholds) -> None:
    """Sets the thresholds of sources.

    Args:
        store: Open store.
        calibrated: Thresholds by source; all other sources have their defaults from now on.
    """
    sides = {source: {"no": threshold.no, "yes": threshold.yes} for source, threshold in calibrated.items()}
    settings.write(store, THRESHOLDS, sides)


def combined(raised: pl.DataFrame, span_votes: pl.DataFrame, limits: Thresholds = verdict.DEFAULTS) -> pl.DataFrame:
    """Combines flags into one row per span.

    A span's verdict is that of all its votes, its score their support, its evidence what every source said (see
    `source_answer`). One that a metric raised without casting a vote keeps the verdict that it was raised with.

    Args:
        raised: Flags as metrics raised them.
        span_votes: Votes on their spans.
        limits: Thresholds by source.

    Returns:
        The flags in their order, with the columns of SIDES.
    """
    numbered = raised.with_row_index("place")
    others = numbered.filter(~_is_span()).with_columns(support=pl.lit(None, pl.Float64), disagreement=pl.lit(0.0))
    spans = numbered.filter(_is_span())
    if spans.is_empty():
        return others.drop("place")
    merged = _merged(spans, span_votes, limits).select(others.columns).cast(others.schema)
    return pl.concat([others, merged]).sort("place").drop("place")


def source_answer(evidence: Any) -> JsonObject | None:
    """What one source says in a span's evidence, {"score", "verdict", "said"}; None for evidence of another form."""
    return evidence if isinstance(evidence, dict) and evidence.keys() == {"score", "verdict", "said"} else None


def _is_span() -> pl.Expr:
    return (pl.col("kind") == KIND) & pl.col("start_char").is_not_null() & pl.col("turn_index").is_not_null()


def _merged(spans: pl.DataFrame, span_votes: pl.DataFrame, limits: Thresholds) -> pl.DataFrame:
    """One row per flag_id: the first flag's columns, the combined verdict over them."""
    firsts = spans.unique("flag_id", keep="first", maintain_order=True)
    numbers = firsts.select("flag_id", *votes.SPAN).with_row_index("number")
    raised = spans.join(numbers.select("flag_id", "number"), on="flag_id", maintain_order="left")
    newest = span_votes.unique([*votes.SPAN, "source"], keep="last", maintain_order=True)
    numbered_votes = newest.join(numbers, on=list(votes.SPAN), maintain_order="left")
    merged = [_SpanEvidence() for _ in range(firsts.height)]
    for number, *flag in raised.select("number", "metric", "verdict", "score", "evidence").iter_rows():
        merged[number].flags.append(tuple(flag))
    for number, source, score, detail, metric in numbered_votes.select(
        "number", "source", "score", "detail", "metric"
    ).iter_rows():
        merged[number].scores[source] = score
        merged[number].words[source] = detail
        merged[number].voters.add(metric)
    combined_by_scores: dict[tuple[tuple[str, float | None], ...], CombinedVerdict] = {}
    rows = []
    for span in merged:
        key = tuple(span.scores.items())
        if key not in combined_by_scores:
            combined_by_scores[key] = verdict.combine(
                {source: score for source, score in key if source in limits}, limits
            )
        rows.append(_row(span, combined_by_scores[key]))
    schema = {"verdict": pl.String, "score": pl.Float64, "evidence": pl.String, **SIDES}
    return firsts.drop(schema, strict=False).hstack(pl.DataFrame(rows, schema, orient="row"))


class _SpanEvidence:
    """What was raised and said about one span."""

    __slots__ = ("flags", "scores", "voters", "words")

    def __init__(self) -> None:
        self.flags: list[tuple[str, str, float | None, str]] = []  # metric, verdict, score, evidence
        self.scores: dict[str, float | None] = {}
        self.words: JsonObject = {}
        self.voters: set[str] = set()


def _row(span: _SpanEvidence, outcome: CombinedVerdict) -> tuple[str, float | None, str, float | None, float]:
    """Verdict, score, evidence, support and disagreement of one span."""
    evidence = _evidence(span, outcome)
    if any(flag[0] not in span.voters for flag in span.flags):
        verdicts = [flag[1] for flag in span.flags]
        worst = next((word for word in ("unsupported", "unsure") if word in verdicts), verdicts[0])
        return worst, span.flags[0][2], evidence, None, outcome.disagreement
    return outcome.verdict, outcome.support, evidence, outcome.support, outcome.disagreement


def _evidence(span: _SpanEvidence, outcome: CombinedVerdict) -> str:
    """Per source its score, its own verdict (null where it cannot tell) and its words, as JSON."""
    words = span.words
    for flag in span.flags:
        words = words | orjson.loads(flag[3])
    evidence = {
        source: {"score": span.scores.get(source), "verdict": outcome.verdicts.get(source), "said": source_words}
        for source, source_words in words.items()
    }
    return orjson.dumps(evidence).decode()
