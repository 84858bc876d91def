"""What becomes of one sample under a recipe, without asking about all the others."""

from __future__ import annotations

import polars as pl

from curation.recipe import Cut, Recipe
from curation.snapshot import Snapshot
from curation.thresholds import CONFIRMED, NEVER_DROPPED, REJECTED


def reasons(snapshot: Snapshot, recipe: Recipe, sample_no: int) -> tuple[str, ...]:
    """What drops the sample, in words, in the order of the funnel; empty when it remains."""
    if sample_no >= snapshot.count:
        return ()
    key = snapshot.samples["key"][sample_no]
    flags = snapshot.flags.filter(pl.col("sample_no") == sample_no)
    ids = [key, *flags["flag_id"]]
    said = snapshot.decisions.filter(pl.col("key").is_in(ids)).select("subject", "key", "verdict").rows()
    verdict = {(subject, at): word for subject, at, word in said}
    on_sample = verdict.get(("sample", key))
    if on_sample == "approve":
        return ()
    found = [REJECTED] if on_sample == "reject" else []
    on_flags = [verdict.get(("flag", flag_id)) for flag_id in flags["flag_id"]]
    found += [CONFIRMED] if "confirm" in on_flags else []
    speaking = [
        kind
        for kind, said_here, word in zip(flags["kind"], flags["verdict"], on_flags, strict=True)
        if word != "dismiss" and said_here not in NEVER_DROPPED
    ]
    found += [kind.replace("_", " ") for kind in recipe.drop_flags if kind in speaking]
    return (*found, *(snapshot.columns[cut.metric].title for cut in recipe.cuts if _fails(snapshot, cut, sample_no)))


def _fails(snapshot: Snapshot, cut: Cut, sample_no: int) -> bool:
    values = snapshot.values.get(cut.metric)
    if values is None:
        return False
    below = cut.low is not None and values.low[sample_no] < cut.low
    return bool(below or (cut.high is not None and values.high[sample_no] > cut.high))
