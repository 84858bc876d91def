"""Tables of no format come in by a mapping of their columns, are changed, and go out as they came or converted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from curation.balancing import export_plan
from curation.decisions import decision_log
from curation.exporting import export
from curation.exporting.form import Form
from curation.filtering import snapshot as snapshots
from curation.formats import column_mapping
from curation.importing import importer, kept_mappings
from curation.importing.importer import ImportFailedError
from curation.importing.options import ImportOptions
from curation.recipes import recipe as recipes
from curation.recipes.recipe import Recipe
from curation.workspace import Workspace
from storage import datasets, samples

TABLE = """nummer,bild,frage,antwort,teil,note
1,a.png,Was ist das?,"Ein Hund, am Strand.",train,x
2,b.png,Und das?,Eine Katze.,test,
"""
GERMAN = column_mapping.of(
    {"id": "nummer", "image": "bild", "instruction": "frage", "response": "antwort", "split": "teil"}
)
EVERYTHING = Recipe("all")


@pytest.fixture
def table(tmp_path: Path, photo: Callable[..., Path]) -> Path:
    """Two rows on two pictures, with columns whose names no format knows."""
    photo("a.png")
    photo("b.png", seed=1)
    path = tmp_path / "tabelle.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def _written(workspace: Workspace, out: Path, form: Form, recipe: Recipe = EVERYTHING) -> dict[str, bytes]:
    plan = export_plan.replay(workspace, recipe)
    export.write(workspace, plan, out, approved=False, who="ann", note="", form=form)
    return {path.name: path.read_bytes() for path in sorted((out / "data").iterdir()) if path.is_file()}


def test_unknown_table__is_refused_with_its_columns_and_a_guess(workspace: Workspace, table: Path) -> None:
    with pytest.raises(ImportFailedError) as refused:
        importer.import_file(workspace, table)
    assert refused.value.mappable
    assert "Its columns are nummer, bild, frage, antwort, teil, note" in str(refused.value)
    assert "--map instruction=frage,response=antwort,image=bild" in str(refused.value)


def test_mapped_table__comes_in_whole__and_goes_out_as_it_came(
    workspace: Workspace, table: Path, tmp_path: Path
) -> None:
    report = importer.import_file(workspace, table, ImportOptions(mapping=GERMAN))
    assert report.outcomes == {"imported": 2, "imported_with_lint": 0}
    assert report.found_by == {"exact": 2}
    assert _written(workspace, tmp_path / "out", Form()) == {"train.csv": TABLE.encode()}


def test_edits__go_into_the_mapped_columns_only(workspace: Workspace, table: Path, tmp_path: Path) -> None:
    importer.import_file(workspace, table, ImportOptions(mapping=GERMAN))
    key = samples.rows(workspace.store, [0])["key"][0]
    changed = {"instruction": "Was siehst du?", "response": "Einen Hund."}
    decision_log.decide(workspace, "ann", "turn", f"{key}@0", "edit", changed)
    recipe = export_plan.default_recipe(workspace, snapshots.build(workspace), "all")
    plan = export_plan.replay(workspace, recipe)
    export.write(workspace, plan, tmp_path / "out", approved=False, who="ann", note="", form=Form())
    expected = TABLE.replace("Was ist das?", "Was siehst du?").replace('"Ein Hund, am Strand."', "Einen Hund.")
    assert (tmp_path / "out" / "data" / "train.csv").read_text(encoding="utf-8") == expected


def test_conversion__carries_texts_pictures_and_names(workspace: Workspace, table: Path, tmp_path: Path) -> None:
    importer.import_file(workspace, table, ImportOptions(mapping=GERMAN))
    written = _written(workspace, tmp_path / "out", Form("llava", "copy"))
    first = orjson.loads(written["train.json"])[0]
    assert first["id"] == "1"
    assert [message["value"] for message in first["conversations"]] == [
        "<image>\nWas ist das?", "Ein Hund, am Strand.",
    ]  # fmt: skip


def test_split__is_that_of_the_mapped_column(workspace: Workspace, table: Path, tmp_path: Path) -> None:
    importer.import_file(workspace, table, ImportOptions(mapping=GERMAN))
    written = _written(workspace, tmp_path / "out", Form(), Recipe("all", splits=recipes.splits_of({}, "field")))
    assert written.keys() == {"train.csv", "test.csv"}


def test_wrong_column__is_answered_with_those_that_exist(workspace: Workspace, table: Path) -> None:
    mapping = column_mapping.of({"instruction": "frgae", "response": "antwort"})
    with pytest.raises(ImportFailedError, match=r"no column 'frgae'. Did you mean 'frage'\? Known: nummer, bild"):
        importer.import_file(workspace, table, ImportOptions(mapping=mapping))
    assert datasets.listing(workspace.store).is_empty()


def test_rows_without_the_column__have_an_outcome_of_their_own(workspace: Workspace, tmp_path: Path) -> None:
    rows = [{"q": "What?", "a": "A dog."}, {"q": "What?"}, {"a": "A dog."}]
    (tmp_path / "set.json").write_bytes(orjson.dumps(rows))
    mapping = column_mapping.of({"instruction": "q", "response": "a"})
    report = importer.import_file(workspace, tmp_path / "set.json", ImportOptions(mapping=mapping))
    assert report.outcomes == {"imported": 1, "imported_with_lint": 0, "missing_column": 2}


def test_same_file__with_another_mapping_is_another_dataset__with_the_same_nothing_new(
    workspace: Workspace, table: Path
) -> None:
    importer.import_file(workspace, table, ImportOptions(mapping=GERMAN))
    assert importer.import_file(workspace, table, ImportOptions(mapping=GERMAN)).already_there
    other = column_mapping.of({"response": "antwort", "image": "bild"})
    assert importer.import_file(workspace, table, ImportOptions(mapping=other)).dataset == "tabelle-2"
    assert importer.import_file(workspace, table, ImportOptions(mapping=other)).already_there


def test_mapping__is_kept_for_the_same_columns_and_named_when_they_come_again(
    workspace: Workspace, table: Path, tmp_path: Path
) -> None:
    importer.import_file(workspace, table, ImportOptions(mapping=GERMAN))
    other = tmp_path / "more.csv"
    other.write_text(TABLE.replace("Hund", "Esel"), encoding="utf-8")
    with pytest.raises(ImportFailedError, match="mapped before: --map") as refused:
        importer.import_file(workspace, other)
    path = Path(str(refused.value).rpartition("--map ")[2].rstrip("."))
    assert column_mapping.parse(str(path)) == GERMAN
    assert kept_mappings.find(workspace.folder, [{"another": 1}]) is None


@pytest.mark.parametrize("content", ["[]", "question,answer\n"])
def test_no_rows__is_said_to_be_an_empty_dataset(workspace: Workspace, tmp_path: Path, content: str) -> None:
    path = tmp_path / ("set.json" if content == "[]" else "set.csv")
    path.write_text(content)
    with pytest.raises(ImportFailedError, match="is an empty dataset: it has no rows"):
        importer.import_file(workspace, path)
