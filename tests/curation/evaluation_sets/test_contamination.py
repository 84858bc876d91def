"""From the folder of a benchmark to flags, exports and their cards."""

from __future__ import annotations

import base64
import csv
import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from PIL import Image
from support import row

from curation.__main__ import main
from curation.balancing import export_plan
from curation.common.names import UnknownNameError
from curation.evaluation_sets import named, reading
from curation.evaluation_sets.reading import EvaluationSetError
from curation.exporting import export
from curation.filtering import snapshot as snapshots
from curation.importing import importer
from curation.importing.options import ImportOptions
from curation.runs import score_all
from curation.workspace import Workspace, metric_settings, open_workspace

LONG = "Which of the three boats on the left side of the pier has a blue flag?"
Photo = Callable[..., Path]


@pytest.fixture
def filled(workspace: Workspace, llava, photo: Photo) -> Workspace:
    """Sample 0 shows a smaller copy of the benchmark's picture, 1 asks its question, 2 and 3 do neither."""
    for number in range(4):
        photo(f"{number}.png", number)
    with Image.open(photo("0.png", 0)) as picture:
        picture.resize((160, 120), Image.Resampling.LANCZOS).convert("RGB").save(photo("0.png", 0))
    rows = [
        row("Is it sunny?", "Yes.", image="0.png"), row(LONG, "The middle one.", image="1.png"),
        row("Is it sunny?", "No.", image="2.png"), row("Describe the image.", "Boats at a pier.", image="3.png"),
    ]  # fmt: skip
    images = photo("0.png", 0).parent
    with Image.open(images / "0.png") as picture:
        picture.resize((160, 120)).save(images / "0.png")
    importer.import_file(workspace, llava(rows), ImportOptions(images=images))
    return workspace


@pytest.fixture
def benchmark(tmp_path: Path, photo: Photo) -> Path:
    """A folder with a picture of its own, a JSON Lines file of questions, and something else."""
    folder = tmp_path / "bench"
    (folder / "val").mkdir(parents=True)
    photo("theirs.png", 0).rename(folder / "val" / "theirs.png")
    lines = [{"question_id": 1, "image": "val/theirs.png", "text": "Is it sunny?"}, {"question_id": 2, "text": LONG}]
    (folder / "questions.jsonl").write_text("\n".join(map(json.dumps, lines)))
    (folder / "weights.bin").write_bytes(b"\x00\x01\x02")
    return folder


def score(workspace: Workspace) -> None:
    assert score_all.score_all(workspace, metric_settings.named(workspace, [named.STAGE])).state == "done"


def flags(workspace: Workspace) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for number, kind, reason in snapshots.build(workspace).flags.select("sample_no", "kind", "reason").iter_rows():
        if kind == named.FLAG:
            found.setdefault(number, []).append(reason)
    return found


def test_contamination__copied_picture_and_repeated_question_are_flagged__nothing_else_is(filled, benchmark):
    added, unread = named.add(filled, benchmark)
    assert (added.name, added.pictures, added.questions, unread) == ("bench", 1, 2, ("weights.bin",))
    score(filled)
    assert flags(filled) == {
        0: ["The picture is in bench (val/theirs.png), and so is a question."],
        1: [f"The question is in bench: “{LONG}”"],
    }
    assert snapshots.build(filled).values[named.STAGE].worst.tolist() == [1.0, 1.0, 0.0, 0.0]


def test_contamination__what_is_met_stays_out_of_exports_and_the_card_says_so(filled, benchmark, tmp_path):
    named.add(filled, benchmark)
    score(filled)
    plan = export_plan.replay(filled, export_plan.default_recipe(filled, snapshots.build(filled)))
    assert plan.selected.tolist() == [False, False, True, True]
    export.write(filled, plan, tmp_path / "out", approved=False, who="me")
    card = (tmp_path / "out" / "README.md").read_text()
    assert "Compared with bench (1 picture, 2 questions)" in card
    assert "2 samples of the workspace have a picture or question of these sets, 0 of them are in this split" in card


def test_contamination__another_set_is_compared_anew__and_a_removed_one_no_longer(filled, benchmark, tmp_path):
    named.add(filled, benchmark)
    score(filled)
    (tmp_path / "other.json").write_text(json.dumps({"data": [{"question": "Describe the image."}]}))
    named.add(filled, tmp_path / "other.json", "other")
    assert named.comparison(filled) == ""
    named.remove(filled, "bench")
    score(filled)
    assert flags(filled) == {}
    assert "Compared with other (0 pictures, 1 question): 0 samples" in named.comparison(filled)
    with pytest.raises(UnknownNameError, match="no evaluation set 'bench'"):
        named.remove(filled, "bench")


def test_read__pictures_and_questions_inside_tables(tmp_path, photo):
    data = base64.b64encode(photo("a.png", 5).read_bytes()).decode()
    with (tmp_path / "mm.tsv").open("w", newline="") as file:
        writer = csv.writer(file, delimiter="\t")
        writer.writerows([("index", "question", "A", "image"), (1, LONG, "left", data), (2, "Who?", "me", data)])
    frame = pl.DataFrame({"question": ["Where?"], "image": [{"bytes": photo("b.png", 6).read_bytes(), "path": "b"}]})
    frame.write_parquet(tmp_path / "set.parquet")
    chat = [{"from": "human", "value": "<image>\nWhat now?"}, {"from": "gpt", "value": "This."}]
    (tmp_path / "chat.json").write_text(json.dumps([{"conversations": chat}]))
    (tmp_path / "images").rename(tmp_path / ".hidden")
    known = reading.read(tmp_path / "mm.tsv", "mm").evaluation_set
    assert (known.picture_names, known.questions) == (("mm.tsv, row 1",), (LONG, "Who?"))
    known = reading.read(tmp_path / "set.parquet", "set").evaluation_set
    assert (len(known.picture_names), known.questions) == (1, ("Where?",))
    assert reading.read(tmp_path / "chat.json", "chat").evaluation_set.questions == ("<image>\nWhat now?",)


def test_read__a_folder_without_pictures_and_questions_says_what_it_holds(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "a.bin").write_bytes(b"\x00")
    (tmp_path / "empty" / "broken.jpg").write_bytes(b"no picture")
    with pytest.raises(EvaluationSetError, match=r"no picture and no question in .*; it holds a.bin, broken.jpg"):
        reading.read(tmp_path / "empty", "empty")
    with pytest.raises(EvaluationSetError, match="There is no folder or file"):
        reading.read(tmp_path / "none", "none")


def test_command__adds_compares_lists_and_removes(filled, benchmark, capsys, tmp_path):
    folder = str(filled.folder)
    filled.close()
    assert main(["contamination", "--workspace", folder, str(benchmark), "--name", "POPE"]) == 0
    printed = capsys.readouterr().out
    assert "POPE (1 picture, 2 questions) is compared with the samples." in printed
    assert "Not read: weights.bin" in printed
    assert "2 samples of the workspace have a picture or question of these sets." in printed
    assert main(["contamination", "--workspace", folder, "--list"]) == 0
    assert "POPE" in capsys.readouterr().out
    assert main(["contamination", "--workspace", folder, "--remove", "POPE"]) == 0
    assert "compared with no evaluation set" in capsys.readouterr().out
    opened = open_workspace(filled.folder)
    assert flags(opened) == {}
    opened.close()
