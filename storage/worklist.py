"""Writes the work that the worker reads: samples or images with everything their metrics may look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from storage.store import Store

ROW_GROUP = 2048

_SAMPLES = """
    WITH closed AS (SELECT DISTINCT dataset_no, source, true AS closed FROM vocabulary),
    said AS (SELECT dataset_no, image_no, objects, captions, coalesce(closed, false) AS closed,
                    [array_to_string(box.attributes, ' ') || ' ' || box.category
                     FOR box IN json_transform(boxes, '[{"category": "VARCHAR", "attributes": ["VARCHAR"]}]')
                     IF len(box.attributes) > 0] AS phrases,
                    [line.text FOR line IN json_transform(coalesce(texts, '[]'), '[{"text": "VARCHAR"}]')] AS texts
             FROM annotation LEFT JOIN closed USING (dataset_no, source)),
    boxed AS (SELECT dataset_no, image_no, source,
                     unnest(json_transform(
                         boxes, '[{"category": "VARCHAR", "crowd": "BOOLEAN", "uncounted": "BOOLEAN"}]')) AS box
              FROM annotation SEMI JOIN closed USING (dataset_no, source) WHERE boxes <> '[]')
    SELECT w.sample_no, s.dataset_no, d.name AS dataset, s.row_index, t.turns, i.images, u.unread, e.objects,
           e.captions, e.phrases, e.texts, b.counts,
           coalesce(e.looked_into >= coalesce(i.pictures, 1), false) AS looked_for
    FROM requested w JOIN sample s USING (sample_no) JOIN dataset d USING (dataset_no)
    LEFT JOIN (
        SELECT sample_no, list({'turn_no': turn_no, 'index': turn_index, 'instruction': instruction,
                                'response': response} ORDER BY turn_index) AS turns
        FROM turn SEMI JOIN requested USING (sample_no) GROUP BY sample_no) t USING (sample_no)
    LEFT JOIN (
        SELECT sample_no, list({'image_no': image_no, 'path': path, 'width': width, 'height': height,
                                'content_hash': content_hash, 'phash': phash} ORDER BY position) AS images,
                          count(DISTINCT image_no) AS pictures
        FROM sample_image SEMI JOIN requested USING (sample_no) JOIN image USING (image_no)
        WHERE image.outcome = 'ok' GROUP BY sample_no) i USING (sample_no)
    LEFT JOIN (
        SELECT sample_no, list(ref ORDER BY position) AS unread FROM sample_image SEMI JOIN requested USING (sample_no)
        LEFT JOIN image USING (image_no) WHERE image.outcome IS DISTINCT FROM 'ok'
        GROUP BY sample_no) u USING (sample_no)
    LEFT JOIN (
        SELECT sample_no, flatten(list(objects)) AS objects, flatten(list(captions)) AS captions,
               flatten(list(phrases)) AS phrases, flatten(list(texts)) AS texts,
               count(DISTINCT image_no) FILTER (closed) AS looked_into
        FROM sample_image SEMI JOIN requested USING (sample_no) JOIN sample USING (sample_no)
        JOIN said USING (image_no, dataset_no)
        WHERE closed OR len(objects) + len(captions) + len(phrases) + len(texts) > 0
        GROUP BY sample_no) e USING (sample_no)
    LEFT JOIN (
        SELECT sample_no, list({'source': source, 'category': category, 'boxes': boxes, 'crowd': crowd}
                               ORDER BY source, category) AS counts
        FROM (SELECT sample_no, source, box.category, count(*) AS boxes, bool_or(coalesce(box.crowd, false)) AS crowd
              FROM (SELECT DISTINCT sample_no, dataset_no, image_no FROM sample_image
                    SEMI JOIN requested USING (sample_no) JOIN sample USING (sample_no))
              JOIN boxed USING (image_no, dataset_no) WHERE NOT coalesce(box.uncounted, false) GROUP BY ALL)
        GROUP BY sample_no) b USING (sample_no)
    ORDER BY w.sample_no"""

_IMAGES = """
    SELECT image_no, path, width, height FROM image JOIN requested USING (image_no) ORDER BY image_no"""


def write_samples(store: Store, sample_nos: Sequence[int] | np.ndarray, path: Path) -> None:
    """Writes samples with turns, images and evidence as Parquet.

    `looked_for` says that all of a sample's pictures were looked into for the dataset's classes: the absence of one
    means nothing in a picture that has captions only.

    `phrases` are attributes with their object, `texts` what annotators read in the pictures.

    `counts` are the boxes per class of the sources that looked for classes and drew one for each of their objects.

    Args:
        store: The workspace's store.
        sample_nos: The samples.
        path: The file.
    """
    _copy(store, _SAMPLES, "sample_no", sample_nos, path)


def write_images(store: Store, image_nos: Sequence[int] | np.ndarray, path: Path) -> None:
    """Writes images with path and size as Parquet.

    Args:
        store: The workspace's store.
        image_nos: The images.
        path: The file.
    """
    _copy(store, _IMAGES, "image_no", image_nos, path)


def all_samples(store: Store) -> np.ndarray:
    """Every sample's number."""
    return store.frame("SELECT sample_no FROM sample ORDER BY 1").to_series().to_numpy()


def vocabularies(store: Store) -> dict[int, list[str]]:
    """Classes that annotators looked for, by dataset number."""
    rows = store.rows("SELECT dataset_no, list(DISTINCT object ORDER BY object) FROM vocabulary GROUP BY 1")
    return {int(number): list(names) for number, names in rows}


def _copy(store: Store, sql: str, key: str, numbers: Sequence[int] | np.ndarray, path: Path) -> None:
    requested = pl.DataFrame({key: numbers}, schema={key: pl.Int32})
    store.copy(sql, path, ROW_GROUP, {"requested": requested})
