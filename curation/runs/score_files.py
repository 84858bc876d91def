"""Scores that other programs computed: a table with ids becomes metrics beside those of Winnow.

Methods that need training or gradients (Self-Filter, ICONS, TIVE and others) run elsewhere; what they say of each
sample is cut, mapped, balanced and exported here like any other metric.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import polars as pl

from curation.common import names
from curation.common.counts import counted
from curation.common.errors import WinnowError
from curation.workspace import Workspace, imported_metrics, score_columns
from curation.workspace.imported_metrics import ImportedMetric
from scoring.metric import BadWhen
from storage import datasets, runs, samples, scores

ID_COLUMNS = ("key", "source_id", "id", "sample_id", "uid", "question_id", "row")
"""Columns that may name the sample; the first that a table has counts."""
TURN_COLUMNS = ("turn", "turn_index")
_NO_METRICS = {*ID_COLUMNS, *TURN_COLUMNS, "dataset", "sample_no", "subject", "version", "run_no"}
_SHOWN = 3
_TABLES = "a table is .csv, .tsv, .json, .jsonl, .parquet or .arrow"


class ScoreFileError(WinnowError):
    """A table of scores cannot be taken in; the message says why."""


@dataclass(frozen=True)
class ScoreReport:
    """What became of a table: its metrics, how many of its rows were matched with a sample or turn, and the rest.

    `unknown` rows name no sample here, `ambiguous` ones several, `repeated` ones a sample or turn that another row
    gives another value. `no_numbers` counts texts in a metric's column, `left_out` says why columns are no metrics.
    """

    metrics: tuple[str, ...]
    rows: int
    matched: int
    unknown: int
    ambiguous: int
    repeated: int
    no_numbers: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    unknown_examples: tuple[str, ...] = ()

    def sentences(self) -> list[str]:
        """Says in words what became of the rows and columns."""
        lines = [f"{self.matched:,} of {counted(self.rows, 'row')} matched; metrics: {', '.join(self.metrics)}."]
        examples = f" ({', '.join(self.unknown_examples)})" if self.unknown_examples else ""
        if self.unknown:
            lines.append(f"{counted(self.unknown, 'row', 'names', 'name')} no sample or turn here{examples}.")
        if self.ambiguous:
            lines.append(
                f"{counted(self.ambiguous, 'row', 'names', 'name')} several samples: say which dataset, or use the "
                "column key."
            )
        if self.repeated:
            lines.append(
                f"{counted(self.repeated, 'row', 'gives', 'give')} a sample or turn two different values: it got none."
            )
        lines += [
            f"{name}: {counted(count, 'value', 'is', 'are')} no finite numbers."
            for name, count in self.no_numbers.items()
            if count
        ]
        lines += [f"The column {name} is no metric: {why}." for name, why in self.left_out.items()]
        return lines


def import_scores(
    workspace: Workspace,
    table: Path | pl.DataFrame,
    *,
    source: str | None = None,
    dataset: str | None = None,
    id_column: str | None = None,
    metrics: Mapping[str, BadWhen] | None = None,
    bad_when: BadWhen = "both",
) -> ScoreReport:
    """Takes in a table with one row per sample or turn (or per value, with the columns metric and value).

    A table whose rows have a `turn` gives metrics of turns. The same values again change nothing; other values for a
    metric that was imported before replace it, and recipes that name the former version still find it.

    Args:
        workspace: Open workspace.
        table: A file, or the frame itself.
        source: Where the values come from; the file's name unless told.
        dataset: The dataset that ids and rows are of; unless told, the table's column `dataset`, or any.
        id_column: The column that names the sample, by its key or by its id in its file; ID_COLUMNS unless told.
        metrics: Columns to take, and which of their values are bad; every column of numbers unless told.
        bad_when: Which values are bad where `metrics` does not say.

    Returns:
        What became of rows and columns.

    Raises:
        ScoreFileError: The file is no table, no column names samples or has numbers, or no row matches.
        UnknownNameError: There is no such dataset or column.
    """
    frame = _wide(read_table(table) if isinstance(table, Path) else table)
    origin = source or (table.name if isinstance(table, Path) else "a frame")
    if dataset is not None:
        names.check("dataset", [dataset], datasets.listing(workspace.store)["name"].to_list())
        frame = frame.with_columns(dataset=pl.lit(dataset))
    column = _id_column(frame, id_column)
    values, no_numbers, left_out = _values(frame, metrics, {column})
    turn = next(
        (name for name in TURN_COLUMNS if name in frame.columns and frame[name].null_count() < frame.height), None
    )
    matches = _matched(workspace, frame, column, turn)
    matched = values.with_columns(matches).filter(pl.col("subject_no").is_not_null())
    if matched.is_empty():
        examples = ", ".join(map(repr, frame[column].cast(pl.String).head(_SHOWN)))
        raise ScoreFileError(f"No row of {origin} names a sample of this workspace by its {column}: {examples}.")
    directions = dict.fromkeys(values.columns, bad_when) | dict(metrics or {})
    repeated = _store(workspace, matched, values.columns, origin, directions, of_turns=turn is not None)
    unknown = frame.filter(matches["matches"] == 0)
    return ScoreReport(
        metrics=tuple(metric_name(name) for name in values.columns),
        rows=frame.height,
        matched=matched.height,
        unknown=unknown.height,
        ambiguous=int((matches["matches"] > 1).sum()),
        repeated=repeated,
        no_numbers=no_numbers,
        left_out=left_out,
        unknown_examples=tuple(unknown[column].cast(pl.String).fill_null("nothing").head(_SHOWN)),
    )


def read_table(path: Path) -> pl.DataFrame:
    """Reads a table from a file by its ending.

    Args:
        path: A CSV, TSV, JSON, JSON Lines, Parquet or Arrow file.

    Returns:
        Its rows; values of CSV files are texts.

    Raises:
        ScoreFileError: It is none of these, or damaged.
    """
    try:
        return _read(path)
    except OSError as error:
        raise ScoreFileError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (pl.exceptions.PolarsError, orjson.JSONDecodeError, TypeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise ScoreFileError(f"{path.name} cannot be read as a table: {reason}") from error


def metric_name(column: str) -> str:
    """Gives the name that a column has as a metric: letters, digits and underscores, small."""
    plain = re.sub(r"\W+", "_", column.lower()).strip("_")
    return plain if plain and not plain[0].isdigit() else f"score_{plain}".rstrip("_")


def _read(path: Path) -> pl.DataFrame:
    ending = path.suffix.lower()
    if ending in (".csv", ".tsv"):
        separator = "\t" if ending == ".tsv" else ","
        return pl.read_csv(path, separator=separator, infer_schema=False, encoding="utf8-lossy")
    if ending == ".parquet":
        return pl.read_parquet(path)
    if ending in (".arrow", ".feather", ".ipc"):
        return pl.read_ipc(path)
    if ending in (".jsonl", ".ndjson"):
        rows = [orjson.loads(line) for line in path.read_bytes().splitlines() if line.strip()]
    elif ending == ".json":
        rows = orjson.loads(path.read_bytes())
    else:
        raise ValueError(_TABLES)
    return pl.DataFrame(rows, infer_schema_length=None, strict=False)


def _wide(frame: pl.DataFrame) -> pl.DataFrame:
    """A column per metric, where the table has a row per value."""
    index = [name for name in ("key", "dataset", "row", "source_id", "id", "turn") if name in frame.columns]
    if not index or not {"metric", "value"} <= set(frame.columns):
        return frame
    return frame.unique([*index, "metric"], keep="last", maintain_order=True).pivot(
        "metric", index=index, values="value"
    )


def _id_column(frame: pl.DataFrame, requested: str | None) -> str:
    if requested is not None:
        names.check("column", [requested], frame.columns)
        return requested
    present = [name for name in ID_COLUMNS if name in frame.columns and frame[name].null_count() < frame.height]
    if not present:
        raise ScoreFileError(
            f"No column names the samples: one of {', '.join(ID_COLUMNS)} is needed, or say which one does; "
            f"the table has {', '.join(frame.columns)}."
        )
    return "row" if "row" in present and "dataset" in frame.columns and present[0] != "key" else present[0]


def _values(
    frame: pl.DataFrame, requested: Mapping[str, BadWhen] | None, ids: set[str]
) -> tuple[pl.DataFrame, dict[str, int], dict[str, str]]:
    """The columns of numbers, what is no finite number in them, and why other columns are no metrics."""
    names.check("column", requested or (), frame.columns)
    computed = score_columns.columns()
    numbers: dict[str, pl.Series] = {}
    no_numbers: dict[str, int] = {}
    left_out: dict[str, str] = {}
    metric_names: set[str] = set()
    for name in requested or [column for column in frame.columns if column not in _NO_METRICS | ids]:
        values = frame[name].cast(pl.Float64, strict=False) if frame[name].dtype.is_nested() is False else None
        finite = None if values is None else values.set(~values.is_finite().fill_null(False), None)
        failed = 0 if finite is None else finite.null_count() - frame[name].null_count()
        if metric_name(name) in computed:
            left_out[name] = "Winnow computes a metric of this name"
        elif metric_name(name) in metric_names:
            left_out[name] = "another column has the same name"
        elif finite is None or finite.null_count() == frame.height or (failed and requested is None):
            left_out[name] = "it holds something else than numbers"
        else:
            numbers[name], no_numbers[metric_name(name)] = finite, failed
            metric_names.add(metric_name(name))
    if not numbers:
        why = "; ".join(f"{name}: {reason}" for name, reason in left_out.items()) or "it has no other columns"
        raise ScoreFileError(f"No column of the table can be a metric ({why}).")
    return pl.DataFrame(numbers), no_numbers, left_out


def _matched(workspace: Workspace, frame: pl.DataFrame, column: str, turn: str | None) -> pl.DataFrame:
    """Per row, subject_no and the key of its sample (null for none) and how many samples it names."""
    listing = samples.listing(workspace.store).with_columns(row=pl.col("row_index").cast(pl.String))
    ids = frame.select(number=pl.int_range(frame.height), id=pl.col(column).cast(pl.String))
    by = ["id"]
    if "dataset" in frame.columns:
        ids = ids.with_columns(frame["dataset"].cast(pl.String))
        by.append("dataset")
    of_sample = {"row": "row"}.get(column, "key")
    matched = _named(ids, listing, of_sample, by if of_sample == "row" else ["id"])
    if of_sample == "key" and not matched["matches"].sum():
        matched = _named(ids, listing, "source_id", by)
    if turn is None:
        return matched.with_columns(part=pl.lit(0)).rename({"sample_no": "subject_no"})
    turns = scores.turn_numbers(workspace.store)
    parts = frame[turn].cast(pl.Int32, strict=False).alias("part")
    joined = matched.with_columns(parts).join(turns, on=["sample_no", "part"], how="left", maintain_order="left")
    is_turn = joined["turn_no"].is_not_null()
    return joined.select(
        pl.col("turn_no").alias("subject_no"), "key", "part",
        matches=pl.when(is_turn | (pl.col("matches") > 1)).then("matches").otherwise(0),
    )  # fmt: skip


def _named(ids: pl.DataFrame, listing: pl.DataFrame, name: str, by: Sequence[str]) -> pl.DataFrame:
    """Per row, sample_no and key where exactly one sample has the id, and how many have it."""
    identified = listing.select(pl.col(name).alias("id"), "dataset", "sample_no", pl.col("key")).filter(
        pl.col("id").is_not_null()
    )
    matched = identified.group_by(by).agg(pl.col("sample_no", "key").first(), matches=pl.len())
    joined = ids.join(matched, on=list(by), how="left", maintain_order="left").with_columns(
        pl.col("matches").fill_null(0)
    )
    is_one = pl.col("matches") == 1
    return joined.select(
        pl.when(is_one).then("sample_no"), pl.when(is_one).then("key"), pl.col("matches").cast(pl.Int64)
    )


def _store(
    workspace: Workspace, matched: pl.DataFrame, columns: Sequence[str], source: str, directions: Mapping[str, BadWhen],
    *, of_turns: bool,
) -> int:  # fmt: skip
    """Stores the columns as metrics; returns how many rows contradict another one."""
    subject = "turn" if of_turns else "sample"
    contradicting = pl.DataFrame(schema={"subject_no": pl.Int64})
    frames, metrics = [], []
    for column in columns:
        values = matched.select("subject_no", "key", "part", value=pl.col(column)).drop_nulls("value")
        several = values.group_by("subject_no").agg(pl.col("value").n_unique()).filter(pl.col("value") > 1)
        contradicting = pl.concat([contradicting, several.select(pl.col("subject_no").cast(pl.Int64))]).unique()
        distinct = values.unique("subject_no", maintain_order=True).join(several, on="subject_no", how="anti")
        metric = ImportedMetric(metric_name(column), _version(distinct), source, directions[column], of_turns)
        metrics.append(metric)
        if scores.versions(workspace.store, metric.name).filter(pl.col("version") == metric.version).is_empty():
            frames.append(_rows(distinct, subject, metric))
    if frames:
        _append(workspace, pl.concat(frames), f"scores from {source}")
    imported_metrics.add(workspace, *metrics)
    return matched.join(contradicting, on=pl.col("subject_no").cast(pl.Int64), how="semi").height


def _version(values: pl.DataFrame) -> str:
    """A digest of the values and what they are of, the same in every workspace."""
    digest = hashlib.blake2b(digest_size=4)
    for key, part, value in values.select("key", "part", "value").sort("key", "part").iter_rows():
        digest.update(f"{key}\0{part}\0{value!r}\n".encode())
    return digest.hexdigest()


def _rows(values: pl.DataFrame, subject: str, metric: ImportedMetric) -> pl.DataFrame:
    return values.select(
        subject=pl.lit(subject),
        subject_no=pl.col("subject_no").cast(pl.Int32),
        metric=pl.lit(metric.name),
        version=pl.lit(metric.version),
        value=pl.col("value"),
        label=pl.lit(None, pl.String),
        error=pl.lit(None, pl.String),
    )


def _append(workspace: Workspace, rows: pl.DataFrame, detail: str) -> None:
    run_no = runs.create(workspace.store, rows.height)
    table = rows.with_columns(run_no=pl.lit(run_no, pl.Int32))
    runs.ingest(workspace.store, f"imported-{run_no}", run_no, {"scores": table})
    runs.finish(workspace.store, run_no, "done", detail, {})
