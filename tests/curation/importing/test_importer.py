from __future__ import annotations

import base64
import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from support import row

from curation.decisions import decision_log
from curation.formats import mhaldetect
from curation.importing import importer
from curation.importing.importer import ImportFailedError, import_file
from curation.importing.options import ImportOptions
from curation.workspace import Workspace
from storage import datasets, flags, samples

Write = Callable[..., Path]


def _flags(workspace: Workspace) -> list[tuple[int, str]]:
    found = flags.current(workspace.store)
    return list(zip(found["row"].to_list(), found["kind"].to_list(), strict=True))


def test_import__every_row_has_an_outcome_and_they_add_up(workspace: Workspace, llava: Write, photo: Write) -> None:
    photo("a.png")
    path = llava([row("q", "a", image="a.png"), row("q", ""), {"id": 3}, "text", row("q", "b", image="b.png")])
    report = import_file(workspace, path)
    assert report.outcomes == {"imported": 1, "imported_with_lint": 2, "no_conversation": 1, "not_an_object": 1}
    assert (report.rows, report.imported, report.rejected) == (5, 3, 2)
    assert report.found_by == {"exact": 1, "missing": 1}
    assert _flags(workspace) == [(1, "empty_response"), (4, "image_missing")]


def test_import__original_row_is_kept_verbatim(workspace: Workspace, tmp_path: Path) -> None:
    raw = '{"id": 7, "model":"",  "conversations": [{"from":"human","value":"\\u00e9?"},{"from":"gpt","value":"é"}]}'
    (tmp_path / "a.json").write_text(f"[\n {raw} ]", encoding="utf-8")
    import_file(workspace, tmp_path / "a.json")
    assert samples.rows(workspace.store, [0])["raw"].to_list() == [raw]


def test_import__same_file_twice__nothing_is_doubled(workspace: Workspace, llava: Write) -> None:
    path = llava([row("q", "a"), row("q", "b")])
    import_file(workspace, path)
    again = import_file(workspace, path)
    assert again.already_there
    assert (again.rows, workspace.store.one("SELECT count(*) FROM sample")) == (2, 2)


def test_import__interrupted__goes_on_where_it_stopped(
    workspace: Workspace, llava: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "BATCH_ROWS", 10)
    path = llava([row(f"q {number}", "a") for number in range(95)])

    def interrupt(rows: int, *_: int) -> None:
        if rows >= 40:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_file(workspace, path, progress=interrupt)
    stored = workspace.store.one("SELECT count(*) FROM sample")
    assert 30 <= stored < 95
    report = import_file(workspace, path)
    assert (report.rows, report.imported) == (95, 95)
    assert workspace.store.rows("SELECT count(DISTINCT row_index), count(DISTINCT turn_no) FROM sample, turn") == [
        (95, 95)
    ]


def test_import__equal_rows__are_told_apart(workspace: Workspace, llava: Write) -> None:
    import_file(workspace, llava([row("q", "a"), row("q", "a")], "twice.json"))
    keys = samples.listing(workspace.store)["key"].to_list()
    assert len(set(keys)) == 2


def test_import__wrong_encoding_in_one_row__only_that_row_is_rejected(workspace: Workspace, tmp_path: Path) -> None:
    good = json.dumps(row("q", "a")).encode()
    path = tmp_path / "a.jsonl"
    path.write_bytes(good + b"\n" + good.replace(b'"a"', b'"\xe9t\xe9"') + b"\n" + good + b"\n")
    report = import_file(workspace, path)
    assert report.outcomes == {"imported": 2, "imported_with_lint": 0, "wrong_encoding": 1}
    dataset = datasets.by_name(workspace.store, "a")
    assert dataset is not None
    assert "not UTF-8: byte 0xe9" in datasets.rejected(workspace.store, dataset["dataset_no"])["detail"][0]


def test_import__broken_line__only_that_row_is_rejected(workspace: Workspace, tmp_path: Path) -> None:
    good = json.dumps(row("q", "a"))
    (tmp_path / "a.jsonl").write_text(f"{good}\n{good[:-5]}\n{good}\n")
    assert import_file(workspace, tmp_path / "a.jsonl").outcomes["broken_json"] == 1


def test_import__truncated_file__keeps_what_came_before(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([row("q", "a"), row("q", "b")])[:-20])
    assert import_file(workspace, tmp_path / "a.json").outcomes == {
        "imported": 1,
        "imported_with_lint": 0,
        "truncated_file": 1,
    }


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "is empty"), ("hello", "it isn't one of"), ('[{"a": 1}]', "known format")],
)
def test_import__file_that_is_no_dataset__one_sentence(
    workspace: Workspace, tmp_path: Path, text: str, sentence: str
) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(ImportFailedError, match=sentence):
        import_file(workspace, tmp_path / "a.json")
    assert datasets.listing(workspace.store).is_empty()


def test_import__truncated_image_is_named_outcome(workspace: Workspace, llava: Write, photo: Write) -> None:
    path = photo("a.jpg")
    path.write_bytes(path.read_bytes()[:-200])
    import_file(workspace, llava([row("q", "a", image="a.jpg")]))
    assert _flags(workspace) == [(0, "image_broken")]


def test_import__image_path_that_leaves_the_root__is_refused(
    workspace: Workspace, llava: Write, tmp_path: Path
) -> None:
    (tmp_path / "images").mkdir()
    Image.new("RGB", (64, 64)).save(tmp_path / "secret.png")
    import_file(workspace, llava([row("q", "a", image="../secret.png")]))
    assert _flags(workspace) == [(0, "image_outside_root")]
    assert workspace.store.one("SELECT count(*) FROM image") == 0


def test_import__image_of_30000_by_30000__is_not_decoded(workspace: Workspace, llava: Write, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    Image.new("1", (30_000, 30_000)).save(tmp_path / "images" / "huge.png")
    import_file(workspace, llava([row("q", "a", image="huge.png")]))
    found = flags.current(workspace.store)
    assert found["kind"].to_list() == ["image_too_large"]
    assert "30000 x 30000" in found["reason"][0]


def test_import__data_uri__is_kept_as_a_file(workspace: Workspace, llava: Write, photo: Write) -> None:
    data = base64.b64encode(photo("a.png").read_bytes()).decode()
    report = import_file(workspace, llava([row("q", "a", image=f"data:image/png;base64,{data}")]))
    assert report.found_by == {"embedded": 1}
    assert len(list(workspace.kept_images.iterdir())) == 1
    assert workspace.store.one("SELECT outcome FROM image") == "ok"


def test_import__same_picture_under_two_names__is_one_image_with_a_thumbnail(
    workspace: Workspace, llava: Write, photo: Write
) -> None:
    photo("a.png", seed=1)
    photo("b.png", seed=1)
    import_file(workspace, llava([row("q", "a", image="a.png"), row("q", "b", image="b.png")]))
    assert workspace.store.one("SELECT count(*) FROM image") == 1
    assert workspace.store.one("SELECT count(*) FROM sample_image WHERE image_no = 0") == 2
    assert len(list(workspace.thumbnails.rglob("*.jpg"))) == 1


def test_import__markup_in_text__is_stored_as_it_is(workspace: Workspace, llava: Write) -> None:
    text = "<script>alert(1)</script> **bold** [a](javascript:x)"
    import_file(workspace, llava([row("q", text)]))
    assert workspace.store.one("SELECT response FROM turn") == text


def test_import__name_taken_by_another_file__one_sentence(workspace: Workspace, llava: Write) -> None:
    import_file(workspace, llava([row("q", "a")], "one.json"), ImportOptions(name="mine"))
    with pytest.raises(ImportFailedError, match="already a dataset 'mine'"):
        import_file(workspace, llava([row("q", "b")], "two.json"), ImportOptions(name="mine"))


def test_import__unknown_format__names_those_known(workspace: Workspace, llava: Write) -> None:
    with pytest.raises(ImportFailedError, match=r"Known: .*llava"):
        import_file(workspace, llava([row("q", "a")]), ImportOptions(format_name="nonsense"))


def test_import__rows_that_two_formats_know__the_question_names_both(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    messages = '"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]'
    path.write_text(f'{{{messages}, "objects": {{"ref": ["dog"], "bbox": [[1, 2, 3, 4]]}}}}\n')
    with pytest.raises(ImportFailedError, match=r"openai .* or swift .*--format NAME") as caught:
        import_file(workspace, path)
    assert caught.value.choices == ("openai", "swift")
    assert import_file(workspace, path, ImportOptions(format_name="openai")).imported == 1


def test_import__rows_that_two_formats_read_alike__are_no_question(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}\n')
    assert import_file(workspace, path).imported == 1
    assert workspace.store.one("SELECT format FROM dataset") == "openai"


def test_import__video_as_a_list_of_frames__frames_are_looked_at(
    workspace: Workspace, photo: Callable[..., Path], tmp_path: Path
) -> None:
    photo("1.png")
    messages = [{"role": "user", "content": "<video>q"}, {"role": "assistant", "content": "a"}]
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"messages": messages, "videos": [["1.png", "gone.png"]], "fps": 2}) + "\n")
    assert import_file(workspace, path).imported == 1
    assert workspace.store.frame("SELECT ref, found_by, outcome FROM sample_image ORDER BY position").rows() == [
        ("1.png", "video_frame", "ok"),
        ("gone.png", "missing", "missing"),
    ]
    assert [kind for _, kind in _flags(workspace)] == ["image_missing"]


def test_import__span_verdicts_of_people__are_decisions_once(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(mhaldetect.EXAMPLE)
    for _ in range(2):
        import_file(workspace, path, ImportOptions(name="hal"))
    found = decision_log.standing(workspace, "span").select("who", "key", "verdict").rows()
    assert [(who, key.rpartition("@")[2], verdict) for who, key, verdict in found] == [
        ("annotators of hal", "0:0-11", "accurate"),
        ("annotators of hal", "0:12-25", "inaccurate"),
    ]


def test_import__key_twice_in_a_row__is_flagged_and_the_row_kept_verbatim(workspace: Workspace, tmp_path: Path) -> None:
    raw = json.dumps(row("q", "a"))[:-1] + ', "id": "second"}'
    (tmp_path / "a.json").write_text(f"[{raw}]")
    import_file(workspace, tmp_path / "a.json")
    assert _flags(workspace) == [(0, "repeated_key")]
    assert samples.rows(workspace.store, [0])["raw"].to_list() == [raw]


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ('{"conversations": [{"from": "human", "value": "\\ud83d"}]}', "lone_surrogate"),
        ('{"a": ' + "[" * 900 + "]" * 900 + "}", "nested_too_deeply"),
        ('{"image": "winnow-picture:bytes:/etc/passwd!at:0+10", "conversations": []}', "reserved_text"),
        ('{"conversations": NaN}', "no_conversation"),
    ],
)
def test_import__hostile_row__named_outcome_and_the_others_stay(
    line: str, outcome: str, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join([json.dumps(row("q", "a")), line, json.dumps(row("q", "b"))]))
    report = import_file(workspace, path)
    assert (report.imported, report.outcomes[outcome]) == (2, 1)


def test_import__python_pickle__is_never_opened(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "a.pkl").write_bytes(pickle.dumps([row("q", "a")]))
    with pytest.raises(ImportFailedError, match="pickle"):
        import_file(workspace, tmp_path / "a.pkl")


def test_import__link_out_of_the_image_folder__is_not_opened(workspace: Workspace, llava: Write, photo: Write) -> None:
    inside = photo("a.png")
    outside = inside.parents[1] / "outside.png"
    inside.rename(outside)
    inside.symlink_to(outside)
    path = llava([row("q", "a", image="a.png")])
    assert import_file(workspace, path, ImportOptions(name="one")).found_by == {"linked_outside": 1}
    assert _flags(workspace) == [(0, "image_linked_outside")]


def test_import__table_of_questions_and_answers__comes_in_and_says_what_is_odd(
    workspace: Workspace, photo: Write, tmp_path: Path
) -> None:
    photo("a.png")
    (tmp_path / "a.csv").write_text("id;image;question;answer\n1;a.png;What?;Blocks; red\n2;a.png;Where?;Here\n")
    report = import_file(workspace, tmp_path / "a.csv")
    assert report.outcomes == {"imported": 1, "imported_with_lint": 0, "too_many_values": 1}
    assert workspace.store.rows("SELECT instruction, response FROM turn") == [("Where?", "Here")]


def test_import__annotation_file__the_sentence_says_what_it_is(workspace: Workspace, tmp_path: Path) -> None:
    said = {"images": [{"id": 1, "file_name": "1.jpg"}], "annotations": [{"id": 1, "image_id": 1, "caption": "A dog."}]}
    (tmp_path / "captions.json").write_text(json.dumps(said))
    with pytest.raises(ImportFailedError, match=r"annotation file \(coco_captions\): give it with --annotations"):
        import_file(workspace, tmp_path / "captions.json")


@pytest.mark.parametrize(
    ("folder", "ref"), [("images", "a.png"), ("images", "images/a.png"), ("pictures", "pictures/a.png"), (".", "a.png")]
)
def test_import__image_folder_is_the_one_in_which_the_rows_are_right(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path, folder: str, ref: str
) -> None:
    (tmp_path / "images").mkdir(exist_ok=True)
    picture = photo("a.png")
    (tmp_path / folder).mkdir(exist_ok=True)
    picture.rename(tmp_path / folder / "a.png")
    path = llava([row("q", "a", image=ref)])
    assert import_file(workspace, path).found_by == {"exact": 1}
    assert import_file(workspace, path).already_there


def test_import__several_pictures_of_that_name__is_flagged_and_none_is_shown(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path
) -> None:
    for number, folder in enumerate(("scene1", "scene2")):
        (tmp_path / "images" / folder).mkdir(parents=True)
        photo(f"{number}.png", seed=number).rename(tmp_path / "images" / folder / "a.png")
    report = import_file(workspace, llava([row("q", "a", image="a.png")]), ImportOptions(images=tmp_path / "images"))
    assert report.found_by == {"ambiguous": 1}
    assert _flags(workspace) == [(0, "image_ambiguous")]


def test_import__nan_as_pandas_writes_it__is_absent_and_flagged(
    workspace: Workspace, tmp_path: Path, photo: Write
) -> None:
    photo("a.png")
    good = row("What?", "NaN is no number.", image="a.png", score=1.5)
    rows = [good, row("Who?", "A man.", image=float("nan"), score=float("inf"))]
    (tmp_path / "rows.json").write_text(json.dumps(rows))
    report = import_file(workspace, tmp_path / "rows.json")
    assert (report.imported, report.found_by) == (2, {"exact": 1})
    assert {kind for number, kind in _flags(workspace) if number == 1} >= {"nan_as_null"}
    assert all(number == 1 for number, _ in _flags(workspace))
    assert "NaN is no number." in samples.rows(workspace.store, [0])["raw"][0]


def test_import__zip_from_the_terminal__is_the_dataset_that_it_holds(
    workspace: Workspace, photo: Write, tmp_path: Path
) -> None:
    picture = photo("a.png").read_bytes()
    (tmp_path / "images" / "a.png").unlink()
    with zipfile.ZipFile(tmp_path / "inner.zip", "w") as inner:
        inner.writestr("a.png", picture)
    for name, members in {
        "plain": {"set/images/a.png": picture},
        "packed": {"set/images.zip": (tmp_path / "inner.zip").read_bytes()},
    }.items():
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            archive.writestr("./set/data.json", json.dumps([row("What?", f"A dog in {name}.", image="a.png")]))
            archive.writestr("__MACOSX/set/._data.json", b"\0\5\x16\7")
            for member, data in members.items():
                archive.writestr(member, data)
        (report,) = importer.import_all(workspace, tmp_path / f"{name}.zip")
        assert (report.dataset, report.imported, report.found_by) == (name, 1, {"exact": 1})
    assert importer.import_all(workspace, tmp_path / "plain.zip")[0].already_there
