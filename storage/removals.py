"""Samples and datasets that were put away: out of everybody's sight at once, whole, and to be brought back.

Samples are counted without gaps, so those that stay are numbered anew, in their order; results of runs that began
before are refused then (`runs.ingest`). Turns and images keep their numbers. All of it happens in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from storage import constraints, integrity, settings
from storage.flags import ID as FLAG_ID
from storage.rows import StoredRow
from storage.runs import RENUMBERED
from storage.store import Cursor, Store, first

KEPT, RESTORED, COMPACTED = "kept", "restored", "compacted"
DELETED, GONE, CHANGED = "deleted", "gone", "changed"
NUMBERS = "numbers"
"""Topic that is touched whenever samples get other numbers, or are in a dataset of another name."""

_OF_DATASET = ("dataset", "import_outcome", "annotation", "vocabulary", "dataset_tag")
_OF_SAMPLES = ("sample", "turn", "sample_image", "flag", "vote", "projection")
TABLES = (*_OF_DATASET, *_OF_SAMPLES, "score", "embedding", "feature_value")
"""Tables with another one of their columns for what is put away."""
_DUPLICATES = "duplicates"


def begin(store: Store) -> None:
    """Lets samples be numbered anew; `end` or the next opening of the workspace makes their indexes again."""
    with store.transaction() as cursor:
        constraints.drop(cursor, "sample")


def end(store: Store) -> None:
    """Makes the indexes of samples again."""
    integrity.make_indexes(store)
    store.checkpoint()


def put_away(
    cursor: Cursor, who: str, dataset: StoredRow, why: str, sample_nos: Sequence[int], subjects: Mapping[str, str]
) -> int:
    """Puts samples away, and with DELETED their dataset; afterwards `number_anew` has to be called.

    Args:
        cursor: A transaction between `begin` and `end`.
        who: The person.
        dataset: Its row of the table `dataset`.
        why: DELETED, GONE or CHANGED.
        sample_nos: The samples.
        subjects: "sample", "turn" or "image" by feature: what the vectors and values of each are about.

    Returns:
        The number of the removal.
    """
    number = int(first(cursor, "SELECT coalesce(max(removal_no), 0) + 1 FROM removal"))
    _mark(cursor, "sample", pl.DataFrame({"number": sample_nos}, schema={"number": pl.Int32}))
    cursor.execute(
        """INSERT INTO removal VALUES ($no, now()::TIMESTAMP, $who, $dataset_no, $name, $why,
                                       (SELECT count(*) FROM leaving_sample), $kept)""",
        {
            "no": number, "who": who, "dataset_no": dataset["dataset_no"], "name": dataset["name"], "why": why,
            "kept": KEPT,
        },
    )  # fmt: skip
    cursor.execute(
        """CREATE OR REPLACE TEMP TABLE leaving_turn AS
           SELECT turn_no AS number FROM turn WHERE sample_no IN (FROM leaving_sample)"""
    )
    _forget_duplicates(cursor)
    for table, condition, params in _conditions(subjects):
        _move(cursor, table, number, condition, params)
    if why == DELETED:
        for table in _OF_DATASET:
            _move(cursor, table, number, "dataset_no = $dataset_no", {"dataset_no": dataset["dataset_no"]})
    cursor.execute("DELETE FROM duplicate_group WHERE sample_no IN (FROM leaving_sample)")
    return number


def number_anew(cursor: Cursor, subjects: Mapping[str, str]) -> None:
    """Numbers the samples that stayed without gaps, and has results under earlier numbers refused.

    Args:
        cursor: The transaction of `put_away`.
        subjects: As there.
    """
    integrity.close_gaps(cursor, subjects, ("sample",))
    settings.append(cursor, RENUMBERED, int(first(cursor, "SELECT coalesce(max(run_no), 0) FROM run")))


def bring_back(cursor: Cursor, removal_no: int, subjects: Mapping[str, str]) -> int:
    """Brings back what a removal put away, the samples under the next free numbers.

    Where a sample of the same content came meanwhile, the one that is brought back is the next copy of it.

    Args:
        cursor: A transaction between `begin` and `end`.
        removal_no: The removal; its dataset, unless it is put away itself, is in the workspace.
        subjects: "sample", "turn" or "image" by feature.

    Returns:
        How many samples are copies now of ones that came meanwhile.
    """
    again = _new_keys(cursor, removal_no)
    for name, order in (("sample", "row_index"), ("turn", "sample_no, turn_index")):
        cursor.execute(
            f"""CREATE OR REPLACE TEMP TABLE new_{name} AS
                SELECT {name}_no AS old_no, (SELECT coalesce(max({name}_no), -1) FROM {name})
                    + row_number() OVER (ORDER BY {order}, {name}_no) AS new_no
                FROM removed_{name} WHERE removal_no = $no""",
            {"no": removal_no},
        )
    for name in ("sample", "turn"):
        features = [feature for feature, subject in subjects.items() if subject == name]
        columns: list[tuple[str, str, str, Mapping[str, object]]]
        columns = [(table, f"{name}_no", "", {}) for table in _numbered(name)]
        columns += [(table, "subject_no", f"subject = '{name}'", {}) for table in ("score", "flag")]
        columns += [("vote", "subject_no", "", {})] if name == "turn" else []
        of_features = ("list_contains($features, feature)", {"features": features})
        columns += [(table, "subject_no", *of_features) for table in ("embedding", "feature_value")]
        for table, column, condition, params in columns:
            also = f" AND {condition}" if condition else ""
            cursor.execute(
                f"""UPDATE removed_{table} SET {column} = new_no FROM new_{name}
                    WHERE removal_no = $no AND {column} = old_no{also}""",
                {"no": removal_no, **params},
            )
    for table in TABLES:
        cursor.execute(
            f"INSERT INTO {table} SELECT * EXCLUDE (removal_no) FROM removed_{table} WHERE removal_no = $no",
            {"no": removal_no},
        )
        cursor.execute(f"DELETE FROM removed_{table} WHERE removal_no = $no", {"no": removal_no})
    cursor.execute(
        "DELETE FROM score WHERE metric = $stage AND subject_no IN (SELECT new_no FROM new_sample)",
        {"stage": _DUPLICATES},
    )
    set_state(cursor, removal_no, RESTORED)
    return again


def continue_rows(cursor: Cursor, removal_no: int, dataset_no: int) -> None:
    """Puts rows that come back behind those that their dataset has now.

    Args:
        cursor: The transaction of `bring_back`, before it.
        removal_no: The removal.
        dataset_no: The dataset.
    """
    cursor.execute(
        """UPDATE removed_sample SET row_index = place FROM (
               SELECT sample_no AS number, row_number() OVER (ORDER BY row_index)
                   + greatest((SELECT max(row_index) FROM sample WHERE dataset_no = $dataset_no),
                              (SELECT rows_seen - 1 FROM dataset WHERE dataset_no = $dataset_no)) AS place
               FROM removed_sample WHERE removal_no = $no)
           WHERE removal_no = $no AND number = sample_no""",
        {"no": removal_no, "dataset_no": dataset_no},
    )
    cursor.execute(
        """UPDATE dataset SET rows_seen = rows_seen + (SELECT count(*) FROM removed_sample WHERE removal_no = $no)
           WHERE dataset_no = $dataset_no""",
        {"no": removal_no, "dataset_no": dataset_no},
    )


def rename(cursor: Cursor, removal_no: int, name: str) -> None:
    """Gives a dataset that is put away another name, since its own is taken.

    Args:
        cursor: A transaction.
        removal_no: The removal.
        name: The name.
    """
    cursor.execute("UPDATE removed_dataset SET name = $name WHERE removal_no = $no", {"name": name, "no": removal_no})


def set_state(cursor: Cursor, removal_no: int, state: str) -> None:
    """Notes what became of a removal.

    Args:
        cursor: A transaction.
        removal_no: The removal.
        state: RESTORED or COMPACTED.
    """
    cursor.execute("UPDATE removal SET state = $state WHERE removal_no = $no", {"state": state, "no": removal_no})


def compact(cursor: Cursor, removal_no: int) -> None:
    """Deletes what a removal put away, for good; decisions are no part of it.

    Args:
        cursor: A transaction.
        removal_no: The removal.
    """
    for table in TABLES:
        cursor.execute(f"DELETE FROM removed_{table} WHERE removal_no = $no", {"no": removal_no})
    set_state(cursor, removal_no, COMPACTED)


def delete_unused_images(cursor: Cursor, subjects: Mapping[str, str]) -> list[str]:
    """Deletes pictures that neither a sample nor one that is put away shows, with what was computed of them.

    Args:
        cursor: A transaction.
        subjects: "sample", "turn" or "image" by feature.

    Returns:
        Content hashes of the pictures.
    """
    cursor.execute(
        """CREATE OR REPLACE TEMP TABLE leaving_image AS SELECT image_no AS number FROM unused_image
           WHERE image_no NOT IN (SELECT image_no FROM removed_sample_image WHERE image_no IS NOT NULL)"""
    )
    hashes = cursor.execute(
        "SELECT content_hash FROM image WHERE image_no IN (FROM leaving_image) ORDER BY 1"
    ).fetchall()
    cursor.execute("DELETE FROM score WHERE subject = 'image' AND subject_no IN (FROM leaving_image)")
    features = [feature for feature, subject in subjects.items() if subject == "image"]
    for table in ("embedding", "feature_value"):
        cursor.execute(
            f"DELETE FROM {table} WHERE subject_no IN (FROM leaving_image) AND list_contains($features, feature)",
            {"features": features},
        )
    for table in ("annotation", "removed_annotation", "image"):
        cursor.execute(f"DELETE FROM {table} WHERE image_no IN (FROM leaving_image)")
    return [str(content_hash) for (content_hash,) in hashes]


def listing(store: Store, state: str = KEPT) -> pl.DataFrame:
    """Reads the removals of one state.

    Args:
        store: The workspace's store.
        state: KEPT, RESTORED or COMPACTED.

    Returns:
        removal_no, made_at, who, dataset_no, dataset, why and samples, the newest first.
    """
    return store.frame(
        """SELECT removal_no, made_at, who, dataset_no, dataset, why, samples FROM removal WHERE state = $state
           ORDER BY removal_no DESC""",
        {"state": state},
    )


def contents(store: Store, removal_nos: Sequence[int]) -> dict[str, int]:
    """Counts what some removals put away.

    Args:
        store: The workspace's store.
        removal_nos: The removals.

    Returns:
        samples, turns and scores.
    """
    counts = {}
    for name, table in (("samples", "sample"), ("turns", "turn"), ("scores", "score")):
        sql = f"SELECT count(*) FROM removed_{table} WHERE list_contains($numbers, removal_no)"
        counts[name] = int(store.one(sql, {"numbers": list(removal_nos)}))
    return counts


def keys(store: Store, removal_nos: Sequence[int]) -> list[str]:
    """Reads the keys of the samples that some removals put away.

    Args:
        store: The workspace's store.
        removal_nos: The removals.

    Returns:
        Sample keys, in row order.
    """
    sql = """SELECT key FROM removed_sample WHERE list_contains($numbers, removal_no)
             ORDER BY removal_no, row_index"""
    return [str(key) for (key,) in store.rows(sql, {"numbers": list(removal_nos)})]


def _conditions(subjects: Mapping[str, str]) -> list[tuple[str, str, dict[str, object]]]:
    """Tables, what is true of the rows of samples that leave, and values for it."""
    conditions: list[tuple[str, str, dict[str, object]]] = []
    for name in ("sample", "turn"):
        leaving = f"subject_no IN (FROM leaving_{name})"
        conditions.append(("score", f"subject = '{name}' AND {leaving}", {}))
        features = [feature for feature, subject in subjects.items() if subject == name]
        for table in ("embedding", "feature_value"):
            conditions.append((table, f"{leaving} AND list_contains($features, feature)", {"features": features}))
    return conditions + [(table, "sample_no IN (FROM leaving_sample)", {}) for table in reversed(_OF_SAMPLES)]


def _move(cursor: Cursor, table: str, removal_no: int, condition: str, params: Mapping[str, object]) -> None:
    cursor.execute(
        f"INSERT INTO removed_{table} SELECT $removal_no, * FROM {table} WHERE {condition}",
        {"removal_no": removal_no, **params},
    )
    cursor.execute(f"DELETE FROM {table} WHERE {condition}", dict(params) or None)


def _mark(cursor: Cursor, name: str, numbers: pl.DataFrame) -> None:
    cursor.register("leaving", numbers)
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE leaving_{name} AS SELECT DISTINCT number FROM leaving")
    cursor.unregister("leaving")


def _forget_duplicates(cursor: Cursor) -> None:
    """Has duplicates looked for again where one of a group leaves: of two, the one that stays is none any more."""
    cursor.execute(
        """CREATE OR REPLACE TEMP TABLE regrouped AS
           SELECT DISTINCT sample_no AS number FROM duplicate_group SEMI JOIN (
               SELECT run_no, group_no FROM duplicate_group WHERE sample_no IN (FROM leaving_sample))
               USING (run_no, group_no)"""
    )
    for table, column in (("score", "subject_no"), ("flag", "sample_no")):
        cursor.execute(
            f"DELETE FROM {table} WHERE metric = $stage AND {column} IN (FROM regrouped)", {"stage": _DUPLICATES}
        )
    cursor.execute("DELETE FROM duplicate_group WHERE sample_no IN (FROM regrouped)")


def _new_keys(cursor: Cursor, removal_no: int) -> int:
    """Gives samples that come back the next copy of their key where that is taken, and their flags the ids of it."""
    cursor.execute(
        """CREATE OR REPLACE TEMP TABLE rekeyed AS
           SELECT r.sample_no, left(r.key, length(r.key) - length(r.copy::VARCHAR)) AS head,
                  t.next + row_number() OVER (PARTITION BY head ORDER BY r.copy) - 1 AS copy
           FROM removed_sample r JOIN (
               SELECT left(key, length(key) - length(copy::VARCHAR)) AS head, max(copy) + 1 AS next FROM sample
               GROUP BY 1) t ON t.head = left(r.key, length(r.key) - length(r.copy::VARCHAR))
           WHERE removal_no = $no AND r.key IN (SELECT key FROM sample)""",
        {"no": removal_no},
    )
    cursor.execute(
        """UPDATE removed_sample SET key = head || rekeyed.copy, copy = rekeyed.copy FROM rekeyed
           WHERE removal_no = $no AND removed_sample.sample_no = rekeyed.sample_no""",
        {"no": removal_no},
    )
    cursor.execute(
        f"""UPDATE removed_flag SET flag_id = {FLAG_ID.format(key="(head || rekeyed.copy)")} FROM rekeyed
            WHERE removal_no = $no AND removed_flag.sample_no = rekeyed.sample_no""",
        {"no": removal_no},
    )
    return int(first(cursor, "SELECT count(*) FROM rekeyed"))


def _numbered(name: str) -> tuple[str, ...]:
    return _OF_SAMPLES if name == "sample" else ("turn",)
