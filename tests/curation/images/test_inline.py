"""References to pictures are structure: what a dataset, an edit, a recipe or a log says is never taken for one."""

from __future__ import annotations

import base64
import errno
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
from support import row

from curation.balancing import export_plan
from curation.decisions import decision_log, merging
from curation.decisions import keys as decision_keys
from curation.exporting import export
from curation.exporting.form import Form
from curation.filtering.snapshot import build
from curation.filtering.thresholds import Board
from curation.images import inline
from curation.images.inline import Pictures
from curation.importing import importer
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.recipes import recipe
from curation.workspace import Workspace
from storage import samples
from storage.errors import NotStoredError
from storage.store import Store

FORMS = (Form(), Form("llava", "copy"), Form("openai", "pack"), Form("swift", "pack"), Form("hf_parquet", "copy"))


@pytest.fixture
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture that no dataset has; its bytes are looked for in what goes out."""
    path = tmp_path_factory.mktemp("private") / "secret.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"top secret " * 40)
    return path


def _export(workspace: Workspace, out: Path, form: Form, wanted: recipe.Recipe | None = None) -> bytes:
    """Every byte of an export of all rows."""
    snapshot = build(workspace)
    whole = export_plan.complete_recipe(workspace, snapshot, wanted or recipe.Recipe("all"))
    export.write(workspace, export_plan.make_plan(workspace, whole, Board(snapshot)), out, approved=False, form=form)
    return b"".join(path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file())


def _holds(data: bytes, secret: Path) -> bool:
    content = secret.read_bytes()
    return content in data or base64.b64encode(content)[:60] in data or base64.urlsafe_b64encode(content)[:60] in data


def _never_goes_out(workspace: Workspace, tmp_path: Path, secret: Path, wanted: recipe.Recipe | None = None) -> None:
    for number, form in enumerate(FORMS):
        assert not _holds(_export(workspace, tmp_path / f"out{number}", form, wanted), secret), form


def _escaped(text: str, place: int) -> str:
    """A JSON string with one of its characters written as an escape."""
    body = json.dumps(text)[1:-1]
    return f'"{body[:place]}\\u00{ord(body[place]):02X}{body[place + 1 :]}"'


@pytest.mark.parametrize("place", range(len(inline.TOKEN)))
def test_import__token_with_an_escaped_character__is_refused(
    workspace: Workspace, tmp_path: Path, secret: Path, place: int
) -> None:
    hostile = _escaped(f"winnow-picture:base64:{secret}", place)
    turns = json.dumps(row("What?", "That.")["conversations"])
    (tmp_path / "a.jsonl").write_text(f'{{"id": "a", "image": {hostile}, "conversations": {turns}}}\n')
    report = import_file(workspace, tmp_path / "a.jsonl", ImportOptions(format_name="llava"))
    assert report.outcomes["reserved_text"] == 1
    assert samples.images(workspace.store).is_empty()


def _tarred(path: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def _hostile_tar(tmp_path: Path, token: str) -> Path:
    said = {"conversations": row("What?", "That.")["conversations"], "image": "IMAGE"}
    hostile = json.dumps(said).replace('"IMAGE"', _escaped(token, 3)).encode()
    return _tarred(tmp_path / "a.tar", {"a.json": hostile, "b.json": json.dumps(said).encode()})


def _hostile_parquet(tmp_path: Path, token: str) -> Path:
    path = tmp_path / "a.parquet"
    pl.DataFrame({"image": [token, "a.png"], "question": ["What?"] * 2, "answer": ["That."] * 2}).write_parquet(path)
    return path


def _hostile_csv(tmp_path: Path, token: str) -> Path:
    path = tmp_path / "a.csv"
    pl.DataFrame({"image": [token, "a.png"], "question": ["What?"] * 2, "answer": ["That."] * 2}).write_csv(path)
    return path


def _hostile_key(tmp_path: Path, token: str) -> Path:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([row("What?", "That.", **{token: "x"}), row("What?", "This.")]))
    return path


@pytest.mark.parametrize("make", [_hostile_tar, _hostile_parquet, _hostile_csv, _hostile_key])
def test_import__token_in_any_kind_of_file__reads_nothing(
    workspace: Workspace, tmp_path: Path, secret: Path, make: Callable[[Path, str], Path]
) -> None:
    report = import_file(workspace, make(tmp_path, f"winnow-picture:bytes:{secret}"))
    assert report.imported == 1
    assert report.outcomes.get("reserved_text", 0) == 1
    assert samples.images(workspace.store).is_empty()


def test_import__text_that_only_mentions_a_token__comes_in_and_goes_out(
    workspace: Workspace, llava: Callable[..., Path], tmp_path: Path
) -> None:
    said = 'It says "winnow-picture:base64:/etc/passwd", and winnow-picture: alone.'
    import_file(workspace, llava([row("What?", said)]))
    _export(workspace, tmp_path / "out", Form())
    rows = orjson.loads((tmp_path / "out" / "data" / "train.json").read_bytes())
    assert rows[0]["conversations"][1]["value"] == said


def test_import__reference_with_spaces_around_a_token__is_no_picture(
    workspace: Workspace, llava: Callable[..., Path], tmp_path: Path, secret: Path
) -> None:
    import_file(workspace, llava([row("<image>\nWhat?", "That.", image=f" winnow-picture:base64:{secret}")]))
    assert samples.images(workspace.store).is_empty()
    _never_goes_out(workspace, tmp_path, secret)


@pytest.mark.parametrize(
    "text", ["winnow-picture:base64:{secret}", "winnow-picture:oops", 'x "winnow-picture:base64:{secret}"']
)
def test_edit__text_like_a_token__goes_out_as_it_was_typed(
    workspace: Workspace, llava: Callable[..., Path], tmp_path: Path, secret: Path, text: str
) -> None:
    typed = text.format(secret=secret)
    import_file(workspace, llava([row("What?", "That.")]))
    key = samples.listing(workspace.store)["key"][0]
    decision_log.decide(workspace, "ann", "turn", decision_keys.turn(key, 0), "edit", {"response": typed})
    _never_goes_out(workspace, tmp_path, secret)
    rows = orjson.loads((tmp_path / "out0" / "data" / "train.json").read_bytes())
    assert rows[0]["conversations"][1]["value"] == typed


def test_recipe_and_merged_log__texts_like_tokens__read_no_file(
    workspace: Workspace, llava: Callable[..., Path], tmp_path: Path, secret: Path
) -> None:
    import_file(workspace, llava([row("What?", "That.")]))
    key = samples.listing(workspace.store)["key"][0]
    payload = {"response": f"winnow-picture:base64:{secret}", "instruction": f"winnow-picture:bytes:{secret}"}
    event = {
        "event_id": "e1", "made_at": "2026-01-01T00:00:00", "who": "eve", "subject": "turn",
        "key": decision_keys.turn(key, 0), "verdict": "edit", "payload": payload, "undoes": None,
    }  # fmt: skip
    merging.merge_lines(workspace, [orjson.dumps(event)])
    _never_goes_out(workspace, tmp_path, secret)
    whole = export_plan.complete_recipe(workspace, build(workspace), recipe.Recipe("all"))
    again = recipe.loads(recipe.dumps(whole))
    (tmp_path / "again").mkdir()
    _never_goes_out(workspace, tmp_path / "again", secret, again)


def _store(workspace: Workspace, raw: dict[str, Any], path: Path) -> None:
    """A row as an earlier version could store it: with a token that no import of ours has made."""
    with workspace.store.transaction("samples") as cursor:
        cursor.execute("UPDATE sample SET raw = $raw", {"raw": json.dumps(raw)})
        cursor.execute("UPDATE image SET path = $path", {"path": str(path)})
        cursor.execute("UPDATE sample_image SET ref = $ref, found_by = 'embedded'", {"ref": raw["image"]})


def test_old_workspace__stored_token_that_leads_elsewhere__is_not_followed(
    workspace: Workspace, llava: Callable[..., Path], photo: Callable[..., Path], tmp_path: Path, secret: Path
) -> None:
    photo("a.png")
    import_file(workspace, llava([row("<image>\nWhat?", "That.", image="a.png")]))
    token = f"winnow-picture:base64:{secret}"
    _store(workspace, row("<image>\nWhat?", "That.", image=token), secret)
    _never_goes_out(workspace, tmp_path, secret)


@pytest.mark.parametrize("name", ["a!zip:b.png", "x!at:0+9", "s.parquet!cell:0:image"])
def test_import__file_named_like_a_place_in_another__is_not_found(
    workspace: Workspace, llava: Callable[..., Path], tmp_path: Path, name: str
) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / name).write_bytes(b"\x89PNG")
    report = import_file(workspace, llava([row("What?", "That.", image=name)]))
    assert report.found_by == {"missing": 1}


def test_seal__is_never_stored(workspace: Workspace, llava: Callable[..., Path], photo: Callable[..., Path]) -> None:
    data = base64.b64encode(photo("a.png").read_bytes()).decode()
    import_file(workspace, llava([row("<image>\nWhat?", "That.", image=f"data:image/png;base64,{data}")]))
    raw, ref = workspace.store.rows("SELECT raw, ref FROM sample JOIN sample_image USING (sample_no)")[0]
    assert inline.TOKEN in raw
    assert ref.startswith(inline.TOKEN)
    assert inline._SEALED not in raw + ref


@pytest.fixture
def disk_log(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of files and folders that were brought to the disk, and "COMMIT" where a transaction of rows ended."""
    log: list[str] = []
    sync, commit = os.fsync, Store.transaction

    def fsync(descriptor: int) -> None:
        log.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")).name)
        sync(descriptor)

    @contextmanager
    def transaction(store: Store, *topics: str) -> Iterator[Any]:
        with commit(store, *topics) as cursor:
            yield cursor
        if topics == ("samples", "scores"):
            log.append("COMMIT")

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Store, "transaction", transaction)
    return log


@pytest.mark.parametrize("kind", ["rows", "gzipped shard"])
def test_kept_pictures__are_on_the_disk_before_rows_refer_to_them(
    workspace: Workspace, tmp_path: Path, disk_log: list[str], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(importer, "BATCH_ROWS", 4)
    pictures = [f"{number:02d}".encode().join((b"\x89PNG\r\n\x1a\n", b"body" * 20)) for number in range(10)]
    if kind == "rows":
        rows = [row("q", "a", image=base64.b64encode(one).decode()) for one in pictures]
        (tmp_path / "a.json").write_text(json.dumps(rows))
    else:
        with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
            for number, one in enumerate(pictures):
                for ending, data in (("png", one), ("txt", b"A field.")):
                    info = tarfile.TarInfo(f"{number}.{ending}")
                    info.size = len(data)
                    archive.addfile(info, io.BytesIO(data))
    import_file(workspace, tmp_path / ("a.json" if kind == "rows" else "a.tar.gz"))
    files = {path.name for path in workspace.kept_images.iterdir()}
    assert len(files) == 10
    done: set[str] = set()
    commits = [place for place, name in enumerate(disk_log) if name == "COMMIT"]
    assert len(commits) == 3
    for number, place in enumerate(commits, 1):
        done |= set(disk_log[:place])
        assert len(done & files) >= min(4 * number, 10)
        assert {workspace.kept_images.name, workspace.folder.name} <= done
    assert sorted(name for name in disk_log if name in files) == sorted(files)


def test_kept_picture__left_empty_by_a_power_cut__is_written_again(workspace: Workspace) -> None:
    data = b"\x89PNG\r\n\x1a\n" + b"body" * 20
    where = Path(Pictures(workspace.kept_images).where(Pictures(workspace.kept_images).keep(data, "png")))
    for damage in (b"", b"\0" * len(data)):
        where.write_bytes(damage)
        again = Pictures(workspace.kept_images)
        again.keep(data, "png")
        assert where.read_bytes() == data
        assert again.pending == {where.name}


def test_kept_picture__that_the_disk_refuses__leaves_no_row(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n\0" + b"body" * 20).decode()
    (tmp_path / "a.json").write_text(json.dumps([row("q", "a", image=picture)]))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device")))
        with pytest.raises(NotStoredError, match="is full"):
            import_file(workspace, tmp_path / "a.json")
    assert workspace.store.one("SELECT count(*) FROM sample") == 0
    assert import_file(workspace, tmp_path / "a.json").imported == 1
