"""Files whose rows are in several formats: each is read by its own, and goes out as it came."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from support import row

from curation.balancing import export_plan
from curation.commands import import_
from curation.decisions import decision_log
from curation.decisions import keys as decision_keys
from curation.exporting import export
from curation.exporting.form import Form
from curation.filtering.snapshot import build
from curation.filtering.thresholds import Board
from curation.formats import registry
from curation.importing import importer
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.previewing import preview
from curation.recipes.recipe import Recipe
from curation.workspace import Workspace
from storage import datasets, samples

LLAVA = [row(f"What is {n}?", f"It is {n}.", id=f"l{n}") for n in range(70)]
OPENAI = [
    {"messages": [{"role": "user", "content": f"Who is {n}?"}, {"role": "assistant", "content": f"He is {n}."}]}
    for n in range(3)
]
ALPACA = [{"instruction": "Where is it?", "input": "", "output": "There."}]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Sequence[object]], Path]:
    """Writes rows as JSON Lines."""

    def to_file(rows: Sequence[object]) -> Path:
        path = tmp_path / "mixed.jsonl"
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        return path

    return to_file


Write = Callable[[Sequence[object]], Path]


def _exported(workspace: Workspace, out: Path, form: Form) -> list[object]:
    snapshot = build(workspace)
    recipe = export_plan.complete_recipe(workspace, snapshot, Recipe("all"))
    export.write(workspace, export_plan.make_plan(workspace, recipe, Board(snapshot)), out, approved=False, form=form)
    (path,) = [path for path in (out / "data").iterdir() if path.suffix in (".json", ".jsonl")]
    text = path.read_text(encoding="utf-8")
    rows: list[object] = json.loads(text) if path.suffix == ".json" else [*map(json.loads, text.splitlines())]
    return rows


@pytest.mark.parametrize(
    "rows", [[*LLAVA, *OPENAI, *ALPACA], [*OPENAI, *LLAVA[:3], *ALPACA]], ids=["far behind", "even shares"]
)
def test_import__rows_of_several_formats__each_is_read_and_goes_out_as_it_came(
    workspace: Workspace, write: Write, tmp_path: Path, rows: list[object]
) -> None:
    report = import_file(workspace, write(rows))
    assert (report.imported, sorted(report.formats)) == (len(rows), ["alpaca", "llava", "openai"])
    assert _exported(workspace, tmp_path / "out", Form()) == rows


def test_import__mixed_rows__edits_go_into_each_row_by_its_format(
    workspace: Workspace, write: Write, tmp_path: Path
) -> None:
    import_file(workspace, write([LLAVA[0], OPENAI[0], ALPACA[0]]))
    for key in samples.listing(workspace.store)["key"]:
        decision_log.decide(workspace, "ann", "turn", decision_keys.turn(key, 0), "edit", {"response": "Better."})
    llava, openai, alpaca = _exported(workspace, tmp_path / "out", Form())
    assert llava["conversations"][1]["value"] == "Better."  # type: ignore[index]
    assert openai["messages"][1]["content"] == "Better."  # type: ignore[index]
    assert alpaca["output"] == "Better."  # type: ignore[index]


def test_export__mixed_rows__are_converted_to_one_format(workspace: Workspace, write: Write, tmp_path: Path) -> None:
    import_file(workspace, write([LLAVA[0], OPENAI[0], ALPACA[0]]))
    rows = _exported(workspace, tmp_path / "out", Form("llava"))
    assert [len(row["conversations"]) for row in rows] == [2, 2, 2]  # type: ignore[index]


def test_import__row_of_no_format__keeps_its_outcome_among_mixed_rows(workspace: Workspace, write: Write) -> None:
    report = import_file(workspace, write([*LLAVA[:2], *OPENAI, {"id": "x", "colour": "red"}]))
    assert (report.outcomes["no_conversation"], report.imported) == (1, 5)


def test_import__format_is_named_by_a_person__other_rows_are_rejected(workspace: Workspace, write: Write) -> None:
    report = import_file(workspace, write([*LLAVA[:2], *OPENAI]), ImportOptions(format_name="llava"))
    assert (report.formats, report.outcomes["no_conversation"]) == (("llava",), 3)


def test_import__interrupted__goes_on_with_the_formats_met_before(
    workspace: Workspace, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write([*LLAVA, *OPENAI, *ALPACA])
    monkeypatch.setattr(importer, "BATCH_ROWS", 72)

    def stop(rows: int, _read: int, _size: int) -> None:
        if rows == 72:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_file(workspace, path, progress=stop)
    assert datasets.listing(workspace.store)["format"].to_list() == ["mixed:llava,openai"]
    assert import_file(workspace, path).formats == ("llava", "openai", "alpaca")


def test_preview__of_mixed_rows__names_their_formats(write: Write) -> None:
    head = preview.of_file(write([*LLAVA[:4], *OPENAI]))
    assert (head.format_title, head.outcomes) == ("LLaVA conversations and OpenAI messages", {"imported": 7})


def test_report__of_mixed_rows__says_so(workspace: Workspace, write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    import_.print_report(import_file(workspace, write([*LLAVA[:4], *OPENAI])), as_json=False)
    assert "Its rows are in 2 formats: llava, openai." in capsys.readouterr().out


@pytest.mark.parametrize("name", ["mixed:llava", "mixed:llava,nothing", "mixed:llava,coco_arc", "mixed:"])
def test_registry__name_of_mixed_formats_that_cannot_be__is_unknown(name: str) -> None:
    assert registry.find(name) is None
