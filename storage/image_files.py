"""The files of pictures, and which picture stands for a sample."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from storage.rows import StoredRow
from storage.store import Store


def image_file(store: Store, image_no: int) -> StoredRow | None:
    """Reads path, content hash and outcome of one image.

    Args:
        store: The workspace's store.
        image_no: The image.

    Returns:
        Its row of the table `image`; None when there is no such one.
    """
    return next(iter(store.frame("SELECT * FROM image WHERE image_no = $no", {"no": image_no}).to_dicts()), None)


def first_images(store: Store) -> pl.DataFrame:
    """sample_no and the number of the first image of each sample that can be shown."""
    return store.frame(
        """SELECT sample_no, arg_min(image_no, position) AS image_no FROM sample_image
           WHERE image_no IS NOT NULL AND outcome = 'ok' GROUP BY 1 ORDER BY 1"""
    )


def images_of_dataset(store: Store, dataset_no: int) -> list[tuple[str, int]]:
    """Lists every image that a dataset's samples use.

    Args:
        store: The workspace's store.
        dataset_no: The dataset.

    Returns:
        (name, image_no) for its path and for each name that rows call it.
    """
    return store.rows(
        """WITH used AS (SELECT image_no, ref, found_by, path FROM sample_image
                         JOIN sample USING (sample_no) JOIN image USING (image_no) WHERE dataset_no = $no)
           SELECT DISTINCT path, image_no FROM used
           UNION SELECT DISTINCT ref, image_no FROM used WHERE found_by <> 'data_uri' ORDER BY ALL""",
        {"no": dataset_no},
    )


def image_refs(store: Store, sample_nos: Sequence[int]) -> list[str]:
    """Lists image references as rows name them; data URIs are left out.

    Args:
        store: The workspace's store.
        sample_nos: The samples.

    Returns:
        Each reference once, in row order.
    """
    requested = pl.DataFrame({"sample_no": sample_nos}, schema={"sample_no": pl.Int32})
    refs = store.frame(
        """SELECT ref FROM sample_image JOIN requested USING (sample_no) WHERE found_by NOT IN ('data_uri', 'embedded')
           GROUP BY ref ORDER BY min(sample_no), ref""",
        tables={"requested": requested},
    )
    return refs["ref"].to_list()


def links(store: Store) -> pl.DataFrame:
    """Reads which sample has which picture.

    Args:
        store: The workspace's store.

    Returns:
        sample_no and content: a hash of the picture's bytes, or its reference where there is no picture.
    """
    return store.frame(
        """SELECT sample_no, coalesce(content_hash, ref) AS content
           FROM sample_image LEFT JOIN image USING (image_no)"""
    )
