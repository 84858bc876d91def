"""Which picture stands behind each reference of a dataset, and how another one comes to stand there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import polars as pl

from storage.rows import StoredRow
from storage.samples import SCHEMAS
from storage.store import Cursor, Store

INLINE = ("embedded", "data_uri", "fetched", "remote", "not_fetched")
"""How references are found that name no file below an image folder."""
FRAME = "#t="
"""Part of the reference to a frame that was taken out of a video."""

LINK_SCHEMA = {
    "sample_no": pl.Int32,
    "position": pl.Int32,
    "content_hash": pl.String,
    "found_by": pl.String,
    "outcome": pl.String,
}
"""What `set_links` takes of each reference."""


def of_dataset(store: Store, dataset_no: int) -> pl.DataFrame:
    """Reads the references that name files.

    Args:
        store: The workspace's store.
        dataset_no: The dataset.

    Returns:
        sample_no, position, ref, found_by, outcome, image_no, path and content_hash (the last three null without a
        picture), by sample and position.
    """
    return store.frame(
        """SELECT sample_no, position, ref, found_by, s.outcome, image_no, path, content_hash
           FROM sample_image s JOIN (SELECT sample_no FROM sample WHERE dataset_no = $no) USING (sample_no)
           LEFT JOIN image USING (image_no)
           WHERE NOT list_contains($inline, found_by) AND NOT contains(ref, $frame) ORDER BY sample_no, position""",
        {"no": dataset_no, "inline": list(INLINE), "frame": FRAME},
    )


def with_roots(store: Store) -> pl.DataFrame:
    """image_no, path, content_hash, ref, images_root and home of every reference to a picture in a file of its own."""
    return store.frame(
        """SELECT DISTINCT image_no, image.path, image.content_hash, ref, images_root, d.path AS home
           FROM sample_image JOIN image USING (image_no) JOIN sample USING (sample_no) JOIN dataset d USING (dataset_no)
           WHERE NOT list_contains($inline, found_by) AND NOT contains(ref, $frame) ORDER BY image_no, ref""",
        {"inline": list(INLINE), "frame": FRAME},
    )


def paths_of(store: Store, dataset: StoredRow) -> list[str]:
    """Lists where a dataset's pictures lie.

    Args:
        store: The workspace's store.
        dataset: Row of the table `dataset`.

    Returns:
        Locators, each once.
    """
    sql = """SELECT DISTINCT path FROM image SEMI JOIN (
                 SELECT image_no FROM sample_image JOIN sample USING (sample_no) WHERE dataset_no = $no)
             USING (image_no) ORDER BY 1"""
    return [str(path) for (path,) in store.rows(sql, {"no": dataset["dataset_no"]})]


def replace_refs(cursor: Cursor, rows: Sequence[tuple[object, ...]]) -> None:
    """Puts the references of newer rows in place of those that samples had, position by position.

    Args:
        cursor: A transaction.
        rows: sample_no, position, ref and found_by each.
    """
    schema = {"sample_no": pl.Int32, "position": pl.Int32, "ref": pl.String, "found_by": pl.String}
    cursor.register("new_refs", pl.DataFrame(rows, schema=schema, orient="row"))
    cursor.execute(
        """UPDATE sample_image SET ref = n.ref, found_by = n.found_by FROM new_refs n
           WHERE sample_image.sample_no = n.sample_no AND sample_image.position = n.position"""
    )
    cursor.unregister("new_refs")


def set_paths(cursor: Cursor, paths: Mapping[str, str]) -> None:
    """Notes where pictures lie.

    Args:
        cursor: A transaction.
        paths: Locators by the hash of a picture's bytes.
    """
    frame = pl.DataFrame(
        {"content_hash": list(paths), "path": list(paths.values())},
        schema={"content_hash": pl.String, "path": pl.String},
    )
    cursor.register("new_paths", frame)
    cursor.execute("UPDATE image SET path = n.path FROM new_paths n WHERE image.content_hash = n.content_hash")
    cursor.unregister("new_paths")


def add_images(cursor: Cursor, images: Sequence[tuple[object, ...]]) -> None:
    """Adds pictures whose content is not known yet.

    Args:
        cursor: A transaction.
        images: In the column order of `samples.SCHEMAS["image"]`.
    """
    if not images:
        return
    cursor.register("new_rows", pl.DataFrame(images, schema=dict(SCHEMAS["image"]), orient="row"))
    cursor.execute(
        """INSERT INTO image
           SELECT (SELECT coalesce(max(image_no), -1) FROM image) + row_number() OVER (ORDER BY path), *
           FROM new_rows WHERE content_hash NOT IN (SELECT content_hash FROM image) ORDER BY path"""
    )
    cursor.unregister("new_rows")


def set_links(cursor: Cursor, links: Sequence[tuple[object, ...]]) -> None:
    """Puts pictures behind references.

    Args:
        cursor: A transaction in which the pictures are stored.
        links: In the column order of LINK_SCHEMA; no content hash for a reference without a picture.
    """
    cursor.register("new_links", pl.DataFrame(links, schema=LINK_SCHEMA, orient="row"))
    cursor.execute(
        """UPDATE sample_image SET image_no = l.image_no, found_by = l.found_by, outcome = l.outcome
           FROM (SELECT n.*, image_no FROM new_links n LEFT JOIN image USING (content_hash)) l
           WHERE sample_image.sample_no = l.sample_no AND sample_image.position = l.position"""
    )
    cursor.unregister("new_links")


def set_root(cursor: Cursor, dataset_no: int, images_root: str) -> None:
    """Notes the folder in which a dataset's images lie now.

    Args:
        cursor: A transaction.
        dataset_no: The dataset.
        images_root: The folder or archive.
    """
    cursor.execute(
        "UPDATE dataset SET images_root = $root WHERE dataset_no = $no", {"root": images_root, "no": dataset_no}
    )


def forget_failures(cursor: Cursor, image_nos: Sequence[int]) -> None:
    """Deletes what could not be scored of pictures and of the samples that show them, so that it is tried again.

    Args:
        cursor: A transaction.
        image_nos: The pictures.
    """
    cursor.register("tried_again", pl.DataFrame({"image_no": image_nos}, schema={"image_no": pl.Int32}))
    cursor.execute(
        """CREATE OR REPLACE TEMP TABLE again AS
           SELECT 'image' AS subject, image_no AS subject_no FROM tried_again
           UNION SELECT 'sample', sample_no FROM sample_image SEMI JOIN tried_again USING (image_no)
           UNION SELECT 'turn', turn_no FROM turn SEMI JOIN (
               SELECT sample_no FROM sample_image SEMI JOIN tried_again USING (image_no)) USING (sample_no)"""
    )
    cursor.unregister("tried_again")
    cursor.execute(
        "DELETE FROM score WHERE error IS NOT NULL AND (subject, subject_no) IN (SELECT subject, subject_no FROM again)"
    )


def forget_scores(cursor: Cursor, sample_nos: Sequence[int], subjects: Mapping[str, str]) -> None:
    """Deletes what was computed of samples and their turns, so that the next run computes it anew.

    What lint found stays, and what people said of flags: a flag that is raised again has the same id.

    Args:
        cursor: A transaction.
        sample_nos: The samples.
        subjects: "sample", "turn" or "image" by feature: what the vectors and values of each are about.
    """
    cursor.register("going", pl.DataFrame({"number": sample_nos}, schema={"number": pl.Int32}))
    cursor.execute("CREATE OR REPLACE TEMP TABLE changed_sample AS SELECT DISTINCT number FROM going")
    cursor.unregister("going")
    cursor.execute(
        """CREATE OR REPLACE TEMP TABLE changed_turn AS
           SELECT turn_no AS number FROM turn WHERE sample_no IN (FROM changed_sample)"""
    )
    for name in ("sample", "turn"):
        cursor.execute(f"DELETE FROM score WHERE subject = '{name}' AND subject_no IN (FROM changed_{name})")
        features = [feature for feature, subject in subjects.items() if subject == name]
        for table in ("embedding", "feature_value"):
            cursor.execute(
                f"DELETE FROM {table} WHERE subject_no IN (FROM changed_{name}) AND list_contains($features, feature)",
                {"features": features},
            )
    cursor.execute(
        "DELETE FROM flag WHERE metric <> 'lint' AND subject <> 'image' AND sample_no IN (FROM changed_sample)"
    )
    cursor.execute("DELETE FROM vote WHERE sample_no IN (FROM changed_sample)")


def forget_image_lint(cursor: Cursor, sample_nos: Sequence[int], kinds: Sequence[str]) -> None:
    """Deletes what lint said of the images of samples.

    Args:
        cursor: A transaction.
        sample_nos: The samples.
        kinds: Kinds of flags about images.
    """
    cursor.register("going", pl.DataFrame({"number": sample_nos}, schema={"number": pl.Int32}))
    cursor.execute(
        """DELETE FROM flag WHERE metric = 'lint' AND list_contains($kinds, kind)
           AND sample_no IN (SELECT number FROM going)""",
        {"kinds": list(kinds)},
    )
    cursor.unregister("going")


def in_file(store: Store, dataset_no: int, token: str) -> pl.DataFrame:
    """Reads the pictures that rows hold as a place in the dataset's own file.

    Args:
        store: The workspace's store.
        dataset_no: The dataset.
        token: How what stands in place of a picture begins.

    Returns:
        ref, image_no, path and content_hash of each reference to one.
    """
    return store.frame(
        """SELECT ref, image_no, path, content_hash
           FROM sample_image JOIN (SELECT sample_no FROM sample WHERE dataset_no = $no) USING (sample_no)
           JOIN image USING (image_no)
           WHERE starts_with(ref, $token) AND found_by = 'embedded' ORDER BY sample_no, position""",
        {"no": dataset_no, "token": token},
    )


def move_file(cursor: Cursor, dataset_no: int, token: str, before: str, after: str) -> None:
    """Notes that a dataset's own file or folder lies elsewhere, also where its rows name places in it.

    Args:
        cursor: A transaction.
        dataset_no: The dataset.
        token: How what stands in place of a picture begins.
        before: Where it lay.
        after: Where it lies now.
    """
    escaped = {name: json.dumps(place, ensure_ascii=False)[1:-1] for name, place in (("old", before), ("new", after))}
    cursor.execute(
        r"""UPDATE sample
            SET raw = regexp_replace(
                raw, '("' || $token || '[^":]*:)' || regexp_escape($old) || '([!/])',
                '\1' || replace($new, '\', '\\') || '\2', 'g')
            WHERE dataset_no = $no AND contains(raw, $token)""",
        {"no": dataset_no, "token": token} | escaped,
    )
    cursor.execute(
        r"""UPDATE sample_image
            SET ref = regexp_replace(
                ref, '^(' || $token || '[^:]*:)' || regexp_escape($old) || '([!/])',
                '\1' || replace($new, '\', '\\') || '\2')
            WHERE sample_no IN (SELECT sample_no FROM sample WHERE dataset_no = $no) AND starts_with(ref, $token)""",
        {"no": dataset_no, "token": token, "old": before, "new": after},
    )
    cursor.execute(
        """UPDATE dataset SET path = $new, images_root = CASE WHEN images_root = $old THEN $new ELSE images_root END
           WHERE dataset_no = $no""",
        {"no": dataset_no, "old": before, "new": after},
    )
