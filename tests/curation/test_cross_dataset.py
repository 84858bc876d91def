"""The same rows in two datasets, under other ids, image names and kinds of files, are found to be the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
from PIL import Image
from support import row, score_all

from curation.flags import duplicates
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.workspace import Workspace
from storage import flags

Write = Callable[..., Path]
LONG = "A brown dog and a white cat lie side by side on a red sofa near the old window of the house"


def test_duplicates__across_datasets__exact_and_near_with_both_names(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path
) -> None:
    first = [photo(f"{n}.png", seed=n) for n in range(4)]
    rows = [row("What is it?", f"{LONG}, {word}.", image=path.name) for path, word in zip(first, "abcd", strict=True)]
    import_file(workspace, llava(rows, "one.json"), ImportOptions(name="one"))
    score_all(workspace, "duplicates")
    assert duplicates.overlap(workspace).pairs == []

    other = tmp_path / "other"
    (other / "images").mkdir(parents=True)
    (other / "images" / "same-bytes.png").write_bytes(first[0].read_bytes())
    with Image.open(first[1]) as picture:
        picture.convert("RGB").save(other / "images" / "again.jpg", quality=95)
    with Image.open(first[2]) as picture:
        picture.transpose(Image.Transpose.ROTATE_180).save(other / "images" / "turned.png")
    again = [
        row("what is it", f"{LONG.upper()}, A", image="same-bytes.png", id=77, more="x"),  # exact
        row("What is it?", f"{LONG}, b today.", image="again.jpg", id=78),  # near
        row("What is it?", f"{LONG}, c.", image="turned.png", id=79),  # another picture
        row("What is there?", "A dog.", image="same-bytes.png", id=80),  # another question
    ]
    path = other / "two.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in again))
    import_file(workspace, path, ImportOptions(name="two"))
    score_all(workspace, "duplicates")

    assert duplicates.overlap(workspace).counts == ((0, 2), (2, 0))
    found = flags.current(workspace.store).filter(pl.col("kind") == "duplicate")
    reasons = {(name, at): why for name, at, why in found.select("dataset", "row", "reason").iter_rows()}
    assert set(reasons) == {("one", 0), ("one", 1), ("two", 0), ("two", 1)}
    assert reasons["two", 0] == "Exact duplicate of row 0 of one, which is kept."
    assert reasons["two", 1] == "Near duplicate (reworded, saved anew) of row 1 of one, which is kept."
    assert reasons["one", 0] == "One exact duplicate, also in two; this copy is kept."
