"""Items that could not be scored, and what they are."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from storage.store import Store

_WHOSE = {
    "sample": "SELECT sample_no AS subject_no, sample_no, NULL::VARCHAR AS text FROM sample",
    "turn": "SELECT turn_no AS subject_no, sample_no, instruction AS text FROM turn",
    "image": """SELECT image_no AS subject_no, min(sample_no) AS sample_no, min(ref) AS text FROM sample_image
                WHERE image_no IS NOT NULL GROUP BY image_no""",
}


def standing(store: Store) -> pl.DataFrame:
    """metric, version, subject, subject_no, error and run_no of every failure that no newer value replaced."""
    return store.frame(
        """WITH failed AS (SELECT * FROM score WHERE error IS NOT NULL),
                newer AS (SELECT failed.* FROM failed JOIN score USING (subject, subject_no, metric, version)
                          WHERE score.run_no > failed.run_no)
           SELECT metric, version, subject, subject_no, error, run_no FROM failed
           ANTI JOIN newer USING (subject, subject_no, metric, version, run_no)
           ORDER BY metric, subject_no"""
    )


def samples_of(store: Store, subject: str, numbers: Sequence[int]) -> pl.DataFrame:
    """Reads what some items are.

    Args:
        store: The workspace's store.
        subject: What the items are: sample, turn or image.
        numbers: Their subject numbers.

    Returns:
        subject_no, sample_no, text (an instruction or an image's reference), dataset and row, by subject_no.
    """
    requested = pl.DataFrame({"subject_no": numbers}, schema={"subject_no": pl.Int32})
    return store.frame(
        f"""SELECT subject_no, sample_no, text, name AS dataset, row_index AS row FROM ({_WHOSE[subject]})
            JOIN requested USING (subject_no) JOIN sample USING (sample_no) JOIN dataset USING (dataset_no)
            ORDER BY subject_no""",
        tables={"requested": requested},
    )
