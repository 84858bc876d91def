"""Rows that nobody touched come out as they came in, in every format, plain and compressed."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from curation.balancing import export_plan
from curation.exporting import export
from curation.filtering.snapshot import build
from curation.formats import registry
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.recipes.recipe import Recipe
from curation.workspace import Workspace
from storage import samples


def _stored(workspace: Workspace) -> list[str]:
    numbers = range(build(workspace).count)
    return samples.rows(workspace.store, numbers)["raw"].to_list()


@pytest.mark.parametrize("is_packed", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("name", registry.formats())
def test_export__of_untouched_rows__is_read_as_the_same_rows(
    name: str, is_packed: bool, workspace: Workspace, tmp_path: Path
) -> None:
    example = registry.formats()[name].example.encode()
    path = tmp_path / f"rows.json{'.gz' if is_packed else ''}"
    path.write_bytes(gzip.compress(example) if is_packed else example)
    options = ImportOptions(format_name=name)
    assert import_file(workspace, path, options).imported
    before = _stored(workspace)
    recipe = export_plan.complete_recipe(workspace, build(workspace), Recipe("same"))
    manifest = export.write(workspace, export_plan.replay(workspace, recipe), tmp_path / "out", approved=False)
    (written,) = (file for config in manifest["configs"] for split in config["splits"] for file in split["row_files"])
    assert written.endswith(".gz") == is_packed
    import_file(workspace, tmp_path / "out" / written, ImportOptions(format_name=name, name="again"))
    assert sorted(_stored(workspace)) == sorted([*before, *before])
