"""Previews: what an import would make of a file, from its first megabytes, with nothing stored."""

from __future__ import annotations

import gzip
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import orjson
import pyarrow as pa
import pytest
from pyarrow import parquet
from support import row

from curation.formats import column_mapping
from curation.importing import importer
from curation.importing.importer import FIRST_ROWS
from curation.importing.options import ImportOptions
from curation.previewing import file_head, near_formats, preview
from curation.previewing.preview import PreviewError
from curation.workspace import Workspace

Write = Callable[..., Path]
QA = column_mapping.of({"instruction": "frage", "response": "antwort", "image": "bild"})


def test_preview__says_what_the_import_then_does(workspace: Workspace, llava: Write, photo: Write) -> None:
    photo("a.png")
    path = llava([row("q", "a", image="a.png"), row("q", ""), {"id": 3}, row("q", "b", image="gone.png")])
    seen = preview.of_file(path)
    report = importer.import_file(workspace, path)
    assert dict(seen.outcomes) == {name: count for name, count in report.outcomes.items() if count}
    assert dict(seen.found_by) == report.found_by
    assert (seen.total, seen.is_estimate, seen.format_name) == (4, False, "llava")
    assert dict(seen.lint) == {"empty_response": 1, "image_missing": 1}


def test_rows__are_shown_with_turns_and_small_pictures(llava: Write, photo: Write) -> None:
    photo("a.png", size=(1200, 800))
    first, second = preview.of_file(
        llava([row("q", "a", "q2", "a2", image="a.png"), row("q", "b", image="no.png")])
    ).rows
    assert [turn.response for turn in first.turns] == ["a", "a2"]
    assert first.pictures[0].thumbnail[:2] == b"\xff\xd8"
    assert (second.pictures[0].thumbnail, second.pictures[0].outcome) == (None, "missing")


def test_marks_without_pictures__are_counted(llava: Write) -> None:
    assert preview.of_file(llava([row("<image>\nq", "a"), row("q", "a")])).lint == {"image_token_count": 1}


def test_unknown_columns__give_the_reason_near_formats_and_a_guess(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"image": "1.jpg", "frage": "Was?", "antwort": "Ein Hund."}\n' * 3)
    seen = preview.of_file(path)
    assert "Cannot tell the format" in seen.problem
    assert dict(seen.guessed) == {"instruction": "frage", "response": "antwort", "image": "image"}
    assert seen.near
    assert all(near.why.startswith("The rows have image, but not") for near in seen.near)
    assert seen.values[0] == {"image": "1.jpg", "frage": "Was?", "antwort": "Ein Hund."}


def test_near_formats__other_spellings_and_rows_that_fit_in_part() -> None:
    (near, *_) = near_formats.find([{"Conversations": "x", "Image": 1}])
    assert "Conversations (for conversations)" in near.why
    rows = [{"image": "a.jpg", "conversations": [{"from": "human", "value": "q"}]}, {"conversations": 3}]
    whys = {near.name: near.why for near in near_formats.find(rows)}
    assert whys["llava"] == ("1 of the first 2 rows fit; of another one it says: The row has no list of conversations.")


def test_two_formats_fit__both_are_named_as_choices(tmp_path: Path) -> None:
    messages = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hello!"}]
    (tmp_path / "plain.jsonl").write_bytes(orjson.dumps({"messages": messages, "objects": {"bbox": [[1, 2, 3, 4]]}}))
    seen = preview.of_file(tmp_path / "plain.jsonl")
    assert {"swift", "openai"} <= set(seen.choices)
    assert seen.near[0].why == "The first row fits."


def test_mapping__is_previewed__and_that_of_an_earlier_import_is_offered(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("bild,frage,antwort\n1.jpg,Was?,Ein Hund.\n")
    seen = preview.of_file(path, ImportOptions(mapping=QA), workspace=workspace.folder)
    assert (seen.problem, seen.rows[0].turns[0].response, seen.remembered) == ("", "Ein Hund.", False)
    importer.import_file(workspace, path, ImportOptions(mapping=QA))
    path.write_text("bild,frage,antwort\n2.jpg,Wer?,Eine Katze.\n")
    again = preview.of_file(path, workspace=workspace.folder)
    assert (again.remembered, dict(again.guessed)) == (True, QA.columns)


@pytest.mark.parametrize(("name", "content"), [("e.json", "[]"), ("e.csv", "question,answer\n")])
def test_no_rows__is_an_empty_dataset(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    seen = preview.of_file(tmp_path / name)
    assert seen.is_empty
    assert "empty dataset" in seen.problem


@pytest.mark.parametrize("content", [b"", b"\x80\x04pickle", b"hello"])
def test_what_cannot_be_read__is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(PreviewError):
        preview.of_file(tmp_path / "x.json")
    with pytest.raises(PreviewError, match="no-such"):
        preview.of_file(tmp_path / "no-such")


def test_zip__is_previewed_as_the_dataset_in_it__unless_it_is_too_large(
    llava: Write, photo: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.write(photo("a.png"), "images/a.png")
        archive.write(llava([row("q", "a", image="a.png")]), "set.json")
    seen = preview.of_file(tmp_path / "set.zip")
    assert (seen.name, seen.total, seen.rows[0].pictures[0].outcome) == ("set.zip", 1, "ok")
    monkeypatch.setattr(preview, "LARGEST_PACKAGE", 10)
    with pytest.raises(PreviewError, match="too large to be unpacked"):
        preview.of_file(tmp_path / "set.zip")


def _bytes_read() -> int:
    facts = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    return int(facts["rchar"])


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="bytes read are counted on Linux only")
@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "jsonl.gz"])
def test_large_file__is_previewed_by_its_first_megabytes_in_a_moment(tmp_path: Path, form: str) -> None:
    path, count = tmp_path / f"t.{form}", 150_000
    line = '{"bild": "x/1.jpg", "frage": "Was ist das?", "antwort": "Ein Hund am Strand, %d."}'
    rows = [line % number for number in range(count)]
    text = {
        "csv": "bild,frage,antwort\n" + "".join(f'x/1.jpg,Was?,"Ein Hund, {n}"\n' for n in range(2 * count)),
        "json": "[" + ",\n".join(rows) + "]",
    }.get(form, "\n".join(rows))
    path.write_bytes(gzip.compress(text.encode(), 1) if form.endswith("gz") else text.encode())
    preview.of_file(path, ImportOptions(mapping=QA))  # modules are loaded
    before, started = _bytes_read(), time.process_time()
    seen = preview.of_file(path, ImportOptions(mapping=QA))
    assert time.process_time() - started < 1
    assert _bytes_read() - before < 8 << 20  # 4 MB of the file, 3 of them again from the copy
    assert (seen.looked_at, dict(seen.outcomes)) == (FIRST_ROWS, {"imported_with_lint": FIRST_ROWS})
    if form != "jsonl.gz":
        assert seen.is_estimate
        assert seen.total == pytest.approx(2 * count if form == "csv" else count, rel=0.1)


def test_large_parquet__rows_are_counted_by_its_footer(tmp_path: Path) -> None:
    columns = {"frage": ["Was?"] * 5000, "antwort": [f"Ein Hund {number}." for number in range(5000)]}
    parquet.write_table(pa.table(columns), tmp_path / "t.parquet")
    mapping = column_mapping.of({"instruction": "frage", "response": "antwort"})
    seen = preview.of_file(tmp_path / "t.parquet", ImportOptions(mapping=mapping))
    assert (seen.total, seen.is_estimate, seen.looked_at) == (5000, False, FIRST_ROWS)


def test_large_image_folder__is_not_listed__which_is_said(
    llava: Write, photo: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo("deep/a.png")
    path = llava([row("q", "a", image="elsewhere/deep/a.png")])
    assert preview.of_file(path).found_by == {"suffix": 1}
    monkeypatch.setattr(preview, "MOST_FILES", 1)
    assert preview.of_file(path).found_by == {"not_searched": 1}


def test_file_head__is_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_head, "LARGEST_BYTES", 10)
    (tmp_path / "t.csv").write_text("question,answer\nWhat?,A dog.\n")
    with file_head.opened(tmp_path / "t.csv") as head:
        assert (head.is_cut, head.path.read_text()) == (True, "question,a")
    assert not head.path.exists()
