"""The first rows as a trainer will see them: the preview is what is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from support import row

from curation.balancing import export_plan
from curation.balancing.export_plan import ExportPlan
from curation.decisions import decision_log
from curation.exporting import export, image_files, row_preview
from curation.exporting.form import ORIGINAL, Form
from curation.filtering.snapshot import build
from curation.formats import registry
from curation.importing.importer import import_file
from curation.recipes.recipe import Recipe
from curation.workspace import Workspace
from storage import samples

Write = Callable[..., Path]
TEXT_FILES = ("list", "lines")


@pytest.fixture
def planned(workspace: Workspace, llava: Write, photo: Write) -> Iterator[ExportPlan]:
    """Five samples with one picture each, two of the same; the first rewritten."""
    for seed, name in enumerate(("a.png", "b.png")):
        photo(name, seed)
    rows = [row(f"What is {number}?", f"Number {number}.", image="ab"[number % 2] + ".png") for number in range(5)]
    import_file(workspace, llava(rows))
    key = build(workspace).samples["key"][0]
    decision_log.decide(workspace, "ann", "turn", f"{key}@0", "edit", {"response": "Rewritten."})
    snapshot = build(workspace)
    complete = export_plan.complete_recipe(workspace, snapshot, replace(Recipe(), drop_flags=()))
    return export_plan.replay(workspace, complete)


def _written(folder: Path) -> list[Any]:
    (path,) = [path for path in (folder / "data").glob("train.*") if path.suffix in (".json", ".jsonl")]
    text = path.read_bytes()
    return orjson.loads(text) if path.suffix == ".json" else [orjson.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("images", [image_files.REFERENCE, image_files.COPY])
@pytest.mark.parametrize("name", [ORIGINAL, *registry.writers()])
def test_rows__are_what_is_written_and_show_the_pictures_of_their_samples(
    planned: ExportPlan, workspace: Workspace, tmp_path: Path, name: str, images: str
) -> None:
    writer = registry.writers().get(name)
    if writer and (images not in writer.opens or writer.containers[0] not in TEXT_FILES or writer.packs_images):
        pytest.skip("its rows are not in a text file, hold the pictures, or cannot name them so")
    form = Form(name, images)
    going = samples.in_row_order(workspace.store, np.flatnonzero(planned.selected))
    rows = row_preview.rows(workspace, going, going[:3], export.decided(planned), form)
    manifest = export.write(workspace, planned, tmp_path / "out", approved=False, form=form)
    assert [orjson.loads(one.text) for one in rows] == _written(tmp_path / "out")[:3]
    if not rows:
        assert manifest["not_carried"], "nothing is left behind, and no row is shown"
        return
    assert [one.sample_no for one in rows] == going[:3]
    assert rows[0].turns[0].response == "Rewritten."
    shown = [one.pictures[0].image_no for one in rows]
    assert (shown[0], shown[0] != shown[1]) == (shown[2], True)


def test_rows__picture_inside_the_row__is_named_and_shown(planned: ExportPlan, workspace: Workspace) -> None:
    form = Form("swift", image_files.PACK)
    (written,) = row_preview.rows(workspace, [1], [1], export.decided(planned), form)
    assert [picture.name for picture in written.pictures] == ["(the picture)"]
    assert written.pictures[0].image_no is not None
    assert "WINNOW" not in written.text.upper()
    assert row_preview.files(workspace, [1], form, ("train", "test")) == ["test.jsonl", "train.jsonl"]
