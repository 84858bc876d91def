"""Helpers that tests import: rows, and runs that end."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from curation.filtering.snapshot import Snapshot, values_of
from curation.runs.run_progress import RunProgress
from curation.runs.scoring_run import ScoringRun
from curation.workspace import Workspace, metric_settings, score_columns
from curation.workspace.score_columns import Column
from storage import projection, scores


def pages() -> tuple[str, ...]:
    """The names of all pages, in the order of the navigation."""
    main = (Path(__file__).parents[1] / "pages" / "main.py").read_text(encoding="utf-8")
    return tuple(re.findall(r'st\.Page\("(\w+)\.py"', main))


def row(*texts: str, image: str | None = None, **more: Any) -> dict[str, Any]:
    """A LLaVA row: instruction, response, instruction, ..."""
    messages = [{"from": "human" if i % 2 == 0 else "gpt", "value": text} for i, text in enumerate(texts)]
    if image is not None:
        messages[0]["value"] = "<image>\n" + messages[0]["value"]
        more = {"image": image, **more}
    return {"id": "1", "conversations": messages, **more}


def score_all(workspace: Workspace, *names: str, jobs: int = 1, seconds: float = 120, **options: Any) -> RunProgress:
    """Runs scoring to its end, and once more for the stages that read what the first run stored."""
    columns = score_columns.named(names) if names else score_columns.active(score_columns.columns())
    progress = finish(ScoringRun(workspace, columns, jobs=jobs, **options), seconds)
    if any(column.kind == "stage" and column.needs for column in columns.values()):
        finish(ScoringRun(workspace, columns, jobs=jobs), seconds)
    return progress


def finish(run: ScoringRun, seconds: float = 120) -> RunProgress:
    """Steps a run until it ends."""
    deadline = time.monotonic() + seconds
    while not run.ended:
        run.step()
        assert time.monotonic() < deadline, run.progress
        time.sleep(0.02)
    return run.progress


def small_snapshot(
    values: Mapping[str, Sequence[float]],
    *,
    said: Sequence[tuple[int, str]] = (),
    flagged: Sequence[tuple[int, str]] = (),
    on_flags: Sequence[tuple[int, str]] = (),
    tasks: Sequence[str] = (),
    datasets: Sequence[str] = (),
    **column: Any,
) -> Snapshot:
    """A snapshot without a workspace: a number per sample and metric, (sample, verdict) on samples, (sample, kind) of
    flags, (flag's place, verdict) on flags; `column` is what the metrics declare."""
    count = len(next(iter(values.values())))
    names = list(datasets) or ["set"] * count
    keys = [f"{name}/{number}#0" for number, name in enumerate(names)]
    events = [("sample", keys[number], verdict) for number, verdict in said]
    events += [("flag", f"f{place}", verdict) for place, verdict in on_flags]
    columns = {name: Column(name, "1", name.capitalize(), **column) for name in values}
    arrays = {name: np.array(numbers, dtype=float) for name, numbers in values.items()}
    labels = sorted(set(tasks)) or ["task"]
    numbers = list(range(count))
    return Snapshot(
        samples=pl.DataFrame(
            {"sample_no": numbers, "dataset": names, "row_index": numbers, "key": keys, "turns": [1] * count}
        ),
        columns=columns,
        values={name: values_of(one, one, one, columns[name]) for name, one in arrays.items()},
        tasks=labels,
        task_codes=np.array([labels.index(task) for task in tasks] or [0] * count, dtype=np.int32),
        languages=["en"],
        language_codes=np.zeros(count, dtype=np.int32),
        flags=pl.DataFrame(
            [(number, f"f{place}", kind, "") for place, (number, kind) in enumerate(flagged)],
            schema={"sample_no": pl.Int32, "flag_id": pl.String, "kind": pl.String, "verdict": pl.String},
            orient="row",
        ),
        decisions=pl.DataFrame(
            [(*event, "ann", str(place), place) for place, event in enumerate(events)],
            schema={
                "subject": pl.String, "key": pl.String, "verdict": pl.String, "who": pl.String,
                "event_id": pl.String, "event_no": pl.Int64,
            },
            orient="row",
        ),
    )  # fmt: skip


def lay_out(
    workspace: Workspace,
    stage: str,
    places: Sequence[tuple[float, float]],
    clusters: Sequence[int],
    names: Mapping[int, str],
    *,
    run_no: int = 1,
) -> None:
    """A map as its stage leaves it: sample n at the n-th place, in the n-th cluster."""
    version = metric_settings.columns(workspace)[stage].version
    numbers = pl.Series(range(len(places)), dtype=pl.Int32)
    common = {"version": version, "run_no": run_no}
    points = pl.DataFrame({"sample_no": numbers, "cluster": clusters}).with_columns(
        stage=pl.lit(stage),
        x=pl.Series([x for x, _ in places], dtype=pl.Float32),
        y=pl.Series([y for _, y in places], dtype=pl.Float32),
        **{name: pl.lit(value) for name, value in common.items()},
    )
    labels = [names.get(cluster) for cluster in clusters]
    told = pl.DataFrame({"subject_no": numbers, "value": [float(one) for one in clusters], "label": labels})
    told = told.with_columns(
        subject=pl.lit("sample"),
        metric=pl.lit(stage),
        error=pl.lit(None, pl.String),
        **{name: pl.lit(value) for name, value in common.items()},
    )
    projection.append(workspace.store, points)
    with workspace.store.transaction("scores") as cursor:
        scores.append(cursor, told)
