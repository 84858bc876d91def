"""The Python API: rows in as files, dicts and frames; scores, flags, decisions and fates out as frames."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from PIL import Image

import winnow
from curation.decisions import decision_log

METRICS = ["response_length", "repetition"]


def _row(number: int, response: str) -> dict[str, Any]:
    turns = [{"from": "human", "value": f"<image>\nWhat is in picture {number}?"}, {"from": "gpt", "value": response}]
    return {"id": str(number), "image": f"{number}.png", "conversations": turns}


@pytest.fixture
def rows(tmp_path: Path) -> list[dict[str, Any]]:
    """Four rows with their pictures in tmp_path/images; the last says one thing again and again."""
    (tmp_path / "images").mkdir()
    for number in range(4):
        Image.new("RGB", (32, 32), (60 * number, 90, 30)).save(tmp_path / "images" / f"{number}.png")
    return [_row(number, f"A dog number {number} on a beach.") for number in range(3)] + [_row(3, "a dog " * 60)]


@pytest.fixture
def opened(tmp_path: Path) -> Any:
    """An open workspace."""
    with winnow.open_workspace(tmp_path / "workspace") as workspace:
        yield workspace


def _pandas(rows: list[dict[str, Any]]) -> Any:
    return pytest.importorskip("pandas").DataFrame(rows)


def _file(rows: list[dict[str, Any]], tmp_path: Path) -> Path:
    path = tmp_path / "rows.json"
    path.write_text(json.dumps(rows))
    return path


SOURCES: dict[str, Callable[[list[dict[str, Any]], Path], Any]] = {
    "file": _file,
    "name of a file": lambda rows, folder: str(_file(rows, folder)),
    "dicts": lambda rows, _: rows,
    "polars": lambda rows, _: pl.DataFrame(rows),
    "pandas": lambda rows, _: _pandas(rows),
}


@pytest.mark.parametrize("source", SOURCES)
def test_import_rows__of_every_source__brings_each_row_with_its_picture(
    source: str, opened: winnow.OpenWorkspace, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    for already_there in (False, True):
        (report,) = opened.import_rows(SOURCES[source](rows, tmp_path), name="mine", images=tmp_path / "images")
        assert (report.dataset, report.rows, report.imported, report.already_there) == ("mine", 4, 4, already_there)
    samples = opened.samples()
    assert samples["source_id"].to_list() == ["0", "1", "2", "3"]
    assert samples.select("dataset", "row", "turns", "images").row(3) == ("mine", 3, 1, 1)


def test_import_rows__of_nothing_known__says_why(opened: winnow.OpenWorkspace) -> None:
    with pytest.raises(winnow.ImportFailedError, match="known format"):
        opened.import_rows([{"a": 1}])


def test_import_rows__with_columns_of_other_names__are_mapped(opened: winnow.OpenWorkspace) -> None:
    columns = {"instruction": "frage", "response": "antwort"}
    (report,) = opened.import_rows([{"frage": "Was?", "antwort": "Ein Hund."}], columns=columns)
    assert (report.imported, opened.samples()["turns"].to_list()) == (1, [1])
    with pytest.raises(winnow.MappingError, match="no role 'question'"):
        opened.import_rows([{"q": 1}], columns={"question": "q"})


def test_score_and_apply__wide_frames_with_fates_and_reasons(
    opened: winnow.OpenWorkspace, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    opened.import_rows(rows, images=tmp_path / "images")
    assert opened.scores().columns == ["sample_no", "key", "dataset", "row", "source_id", *_metrics(opened)]
    progress = opened.score(METRICS)
    assert (progress.state, progress.failed) == ("done", 0)
    scores = opened.scores()
    assert scores["response_length"].null_count() == 0
    assert scores["repetition"].arg_max() == 3
    assert scores["sharpness"].null_count() == 4
    recipe = winnow.Recipe("short", cuts=(winnow.Cut("repetition", high=0.5),))
    fates = opened.apply(recipe)
    assert fates["kept"].to_list() == [True, True, True, False]
    assert [list(reasons) for reasons in fates["reasons"]] == [[], [], [], ["Repetition"]]


def _metrics(opened: winnow.OpenWorkspace) -> list[str]:
    return opened.scores().columns[5:]


def test_flags_and_decisions__stand_with_who_decided(
    opened: winnow.OpenWorkspace, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    rows[1]["image"] = "nowhere.png"
    opened.import_rows(rows, images=tmp_path / "images")
    flag = opened.flags().row(0, named=True)
    assert (flag["kind"], flag["row"], flag["status"], flag["who"]) == ("image_missing", 1, "open", None)
    decision_log.decide(opened.workspace, "ann", "flag", flag["flag_id"], "confirm")
    assert opened.flags().row(0, named=True)["status"] == "confirmed"
    assert opened.decisions().select("who", "subject", "verdict").rows() == [("ann", "flag", "confirm")]


def test_export__of_a_list_of_keys__holds_nothing_else(
    opened: winnow.OpenWorkspace, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    opened.import_rows(rows, images=tmp_path / "images")
    keys = opened.samples()["key"].to_list()[:2]
    manifest = opened.export(winnow.Recipe(), tmp_path / "out", only_keys=keys)
    assert (manifest["samples"], manifest["selection"]["words"]) == (2, "a list of keys")
    assert (tmp_path / "out" / "winnow" / "samples.txt").read_text().splitlines() == keys


def test_hand_over__of_a_list_of_keys__for_another_tool(
    opened: winnow.OpenWorkspace, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    opened.import_rows(rows, images=tmp_path / "images")
    keys = opened.samples()["key"].to_list()[:2]
    assert opened.hand_over("table", tmp_path / "table", only_keys=keys).samples == 2
    assert pl.read_parquet(tmp_path / "table" / "samples.parquet")["key"].to_list() == keys


def test_export__is_the_same_as_that_of_a_saved_recipe(
    opened: winnow.OpenWorkspace, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    opened.import_rows(rows, images=tmp_path / "images")
    opened.score(METRICS)
    recipe = opened.default_recipe("split")
    winnow.save_recipe(recipe, tmp_path / "recipe.json")
    manifest = opened.export(recipe, tmp_path / "one", approve=True, who="ann", note="looked at")
    opened.export(tmp_path / "recipe.json", tmp_path / "two", approve=True, who="ann", note="looked at")
    assert manifest["approval"] == {"who": "ann", "note": "looked at"}
    assert manifest["samples"] == opened.apply(recipe)["kept"].sum()
    one, two = tmp_path / "one", tmp_path / "two"
    written = {path.relative_to(one): path.read_bytes() for path in one.rglob("*") if path.is_file()}
    assert written == {path.relative_to(two): path.read_bytes() for path in two.rglob("*") if path.is_file()}


def test_open__in_use_by_another_program__says_so(opened: winnow.OpenWorkspace) -> None:
    code = "import sys, winnow\ntry: winnow.open_workspace(sys.argv[1]).__enter__()\n"
    code += "except winnow.WorkspaceInUseError as error: print(error)"
    ended = subprocess.run(
        [sys.executable, "-c", code, str(opened.workspace.folder)], capture_output=True, text=True, check=True
    )
    assert str(opened.workspace.folder) in ended.stdout
    assert "in use" in ended.stdout


def test_import_winnow__takes_no_heavy_library() -> None:
    code = "import sys, winnow; sys.exit(bool({'torch', 'streamlit', 'cv2', 'sklearn'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
