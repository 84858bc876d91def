"""Flags: questions to curators, appended by import, metrics and stages."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import polars as pl

from storage.identities import PORTABLE
from storage.store import Store

COLUMNS = (
    "sample_no", "subject", "subject_no", "turn_index", "start_char", "end_char", "text", "kind",
    "verdict", "score", "evidence", "reason", "metric", "version", "run_no",
)  # fmt: skip

ID = """left(md5(concat_ws('|', regexp_replace({key}, '^(.*)/([0-9a-f]{{32}})#(\\d+)$', '\\1|\\2|\\3'),
                           coalesce(turn_index, -1), coalesce(start_char, -1), coalesce(end_char, -1), kind)), 16)"""
"""A flag's id is made of the sample's key, the place and the kind, so that it is the same in every run. Keys of earlier
versions are taken apart as they were then."""


def _with_id(rows: str) -> str:
    return f"SELECT {ID.format(key='s.key')}, f.* FROM {rows} f JOIN sample s USING (sample_no)"


def append(cursor: duckdb.DuckDBPyConnection, rows: pl.DataFrame) -> None:
    """Adds flags about samples that are already stored.

    Args:
        cursor: The transaction that they belong to.
        rows: The columns of COLUMNS.
    """
    if rows.is_empty():
        return
    cursor.register("new_flags", rows.select(list(COLUMNS)))
    cursor.execute("INSERT INTO flag " + _with_id("new_flags"))
    cursor.unregister("new_flags")


def append_for_images(cursor: duckdb.DuckDBPyConnection, rows: pl.DataFrame) -> None:
    """Adds flags about images: one for each sample that shows the image.

    Args:
        cursor: The transaction that they belong to.
        rows: The columns of COLUMNS; sample_no is filled in.
    """
    if rows.is_empty():
        return
    columns = ", ".join(f"i.{name}" for name in COLUMNS[1:])
    cursor.register("image_flags", rows.select(list(COLUMNS)))
    cursor.execute(
        "INSERT INTO flag "
        + _with_id(
            f"""(SELECT DISTINCT si.sample_no, {columns} FROM image_flags i
                      JOIN sample_image si ON si.image_no = i.subject_no)"""
        )
    )
    cursor.unregister("image_flags")


def present(store: Store, flag_ids: Sequence[str]) -> set[str]:
    """Finds which ids flags have.

    Args:
        store: The workspace's store.
        flag_ids: Ids of flags.

    Returns:
        Those that a flag has.
    """
    requested = pl.DataFrame({"flag_id": flag_ids}, schema={"flag_id": pl.String})
    rows = store.frame("SELECT flag_id FROM requested SEMI JOIN flag USING (flag_id)", tables={"requested": requested})
    return set(rows["flag_id"])


def portable(store: Store) -> pl.DataFrame:
    """Portable and own id of the flags on samples whose portable key is another than their own."""
    return store.frame(
        f"""WITH named AS ({PORTABLE})
            SELECT DISTINCT {ID.format(key="portable")} AS portable_id, flag_id
            FROM flag JOIN named USING (sample_no) WHERE portable <> key"""
    )


def current(store: Store) -> pl.DataFrame:
    """Every flag that stands, with dataset, row, source_id and sample key."""
    return store.frame(
        """SELECT f.*, d.name AS dataset, s.row_index AS row, s.source_id,
                  s.key AS sample_key
           FROM current_flag f JOIN sample s USING (sample_no) JOIN dataset d USING (dataset_no)
           ORDER BY d.dataset_no, row, turn_index NULLS FIRST, start_char NULLS FIRST, kind"""
    )


def of_sample(store: Store, sample_no: int) -> pl.DataFrame:
    """Reads the flags that stand on one sample.

    Args:
        store: The workspace's store.
        sample_no: The sample.

    Returns:
        The flags of lint, and those of each metric's newest run on their subject, by turn and place.
    """
    raised = store.frame("SELECT * FROM flag WHERE sample_no = $no ORDER BY kind", {"no": sample_no})
    if raised.is_empty():
        return raised
    numbers = ", ".join(str(number) for number in sorted(set(raised["subject_no"].to_list())))
    newest = store.frame(  # numbers as they are: so the blocks of the table without them are never read
        f"""SELECT subject, subject_no, metric, version, max(run_no) AS latest FROM score
            WHERE subject_no IN ({numbers}) GROUP BY ALL"""
    )
    keys = ["subject", "subject_no", "metric", "version"]
    flags_with_newest = raised.join(newest, on=keys, how="left", maintain_order="left")
    stands = (pl.col("metric") == "lint") | (pl.col("run_no") >= pl.col("latest").fill_null(0))
    order = ["turn_index", "start_char", "kind"]
    return flags_with_newest.filter(stands).drop("latest").sort(order, nulls_last=False, maintain_order=True)


def exists(store: Store, flag_id: str) -> bool:
    """Looks for a flag.

    Args:
        store: The workspace's store.
        flag_id: The flag's id.

    Returns:
        True when it was ever raised.
    """
    return bool(store.one("SELECT count(*) FROM flag WHERE flag_id = $id", {"id": flag_id}))


def counts(store: Store, dataset_no: int, metric: str) -> pl.DataFrame:
    """Counts the samples of a dataset with flags of a metric.

    Args:
        store: The workspace's store.
        dataset_no: The dataset.
        metric: The metric, or "lint".

    Returns:
        kind and samples, the most frequent kind first.
    """
    return store.frame(
        """SELECT kind, count(DISTINCT sample_no) AS samples FROM flag JOIN sample USING (sample_no)
           WHERE dataset_no = $no AND metric = $metric GROUP BY 1 ORDER BY 2 DESC, 1""",
        {"no": dataset_no, "metric": metric},
    )
