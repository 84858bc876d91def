"""Every flag that stands, with what people and other sources say of it: open, confirmed, dismissed or supported."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
import polars as pl

from curation.decisions import decision_log
from curation.flags import spans
from curation.workspace import Owner, cache
from scoring.json_types import JsonObject
from storage.rows import StoredRow
from storage.store import Store

OPEN, CONFIRMED, DISMISSED, SUPPORTED = "open", "confirmed", "dismissed", spans.SUPPORTED
STATUSES = (OPEN, CONFIRMED, DISMISSED, SUPPORTED)
STATUS_OF_VERDICT = {"confirm": CONFIRMED, "dismiss": DISMISSED}


def every(server: Owner) -> pl.DataFrame:
    """All flags that stand with `status` and `who`, worst first: unsupported, then unsure, then by score.

    A flag that nobody decided and that other sources bear out is not open but supported. `sources` are those that
    deny its span, or the metric that raised it where no source voted.
    """
    topics = (*cache.CONTENT, *cache.DECISIONS)
    return cache.recall(server.workspace.store, "flags with status", lambda _: _decided(server), topics=topics)


def ready(server: Owner) -> bool:
    """True when `every` has nothing to read but decisions."""
    return cache.fresh(server.workspace.store, "flags")


def _decided(server: Owner) -> pl.DataFrame:
    flags = cache.recall(server.workspace.store, "flags", _read)
    decisions = decision_log.standing(server.workspace, "flag").select("key", "who", pl.col("verdict").alias("said"))
    undecided = pl.when(pl.col("verdict") == SUPPORTED).then(pl.lit(SUPPORTED)).otherwise(pl.lit(OPEN))
    return flags.join(decisions, left_on="flag_id", right_on="key", how="left", maintain_order="left").with_columns(
        pl.coalesce(
            pl.col("said").replace_strict(STATUS_OF_VERDICT, default=None, return_dtype=pl.String), undecided
        ).alias("status")
    )


def row_of(server: Owner, flag_id: str) -> StoredRow | None:
    """Finds a flag that stands.

    Args:
        server: Owner of the open workspace.
        flag_id: Id of the flag.

    Returns:
        The flag's columns with `status` and `who`; None where no such flag stands.
    """
    return next(iter(every(server).filter(pl.col("flag_id") == flag_id).head(1).to_dicts()), None)


def status_of(server: Owner, sample_nos: Sequence[int], kind: str) -> dict[int, str]:
    """Gives the status of samples' flags of one kind.

    Args:
        server: Owner of the open workspace.
        sample_nos: Numbers of the samples.
        kind: Kind of flag.

    Returns:
        Status by sample; samples without such a flag are left out.
    """
    flags = every(server).filter(pl.col("sample_no").is_in(sample_nos) & (pl.col("kind") == kind))
    return dict(flags.select("sample_no", "status").iter_rows())


def _read(store: Store) -> pl.DataFrame:
    flags = spans.current(store)
    order = pl.col("verdict").replace_strict({"unsupported": 0, "unsure": 1}, default=2, return_dtype=pl.Int8)
    sources = [_sources(*row) for row in flags.select("kind", "metric", "evidence").iter_rows()]
    return (
        flags.with_columns(pl.Series("sources", sources, pl.List(pl.String)))
        .unique("flag_id", keep="last", maintain_order=True)
        .with_row_index("place")
        .sort(
            order,
            pl.col("kind") != "hallucination",
            pl.coalesce(1 - pl.col("support"), "score", pl.lit(-1.0)),
            descending=[False, False, True],
            maintain_order=True,
        )
    )


def _sources(kind: str, metric: str, evidence: str) -> list[str]:
    """The sources that deny a span, else the metric that raised the flag."""
    if kind != spans.KIND:
        return [metric]
    evidence_by_source: JsonObject = orjson.loads(evidence or "{}")
    if not isinstance(evidence_by_source, dict):
        return [metric]
    answers = {source: spans.source_answer(value) for source, value in evidence_by_source.items()}
    denying = [source for source, answer in answers.items() if answer and answer["verdict"] == "unsupported"]
    return denying or [metric]
