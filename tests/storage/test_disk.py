"""A disk that is full, read-only or gone: one sentence, nothing half stored, and work goes on when it is back."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curation.decisions import decision_log
from curation.workspace import Workspace, open_workspace
from storage import disk, settings
from storage.errors import NotStoredError, WorkspaceError
from storage.store import Store


def _decide(workspace: Workspace, number: int) -> None:
    decision_log.decide(workspace, "ann", "sample", f"set/{number:032x}#0", "approve")


def _decided(workspace: Workspace) -> int:
    return int(workspace.store.one("SELECT count(*) FROM decision"))


def _press(workspace: Workspace, numbers: range) -> list[int]:
    """Numbers of the decisions that were refused."""
    refused = {}
    for number in numbers:
        try:
            _decide(workspace, number)
        except NotStoredError as error:
            refused[number] = str(error)
    assert all("is full" in sentence for sentence in refused.values())
    return list(refused)


def test_full_disk__every_decision_is_stored_or_refused_in_one_sentence(
    small_disk: Path, fill: Callable[[], Path]
) -> None:
    workspace = open_workspace(small_disk / "workspace")
    _decide(workspace, 0)
    filling = fill()
    refused = _press(workspace, range(1, 46))
    assert refused
    assert _decided(workspace) == 46 - len(refused)
    filling.unlink()
    assert _press(workspace, range(100, 100 + len(refused))) == []
    workspace.close()
    again = open_workspace(small_disk / "workspace")
    assert _decided(again) == 46
    again.close()


def test_full_disk__a_database_that_gave_up_is_opened_again(
    small_disk: Path, fill: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "_has_room", lambda _: True)  # so that the checkpoint runs into the full disk
    workspace = open_workspace(small_disk / "workspace")
    for number in range(20):
        _decide(workspace, number)
    filling = fill()
    workspace.store.checkpoint()
    assert workspace.store._is_invalid
    assert _decided(workspace) == 20
    filling.unlink()
    _decide(workspace, 20)
    assert _decided(workspace) == 21
    workspace.close()


def test_full_disk__other_threads_meet_a_sentence_while_the_database_is_opened_again(
    small_disk: Path, fill: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "_has_room", lambda _: True)
    workspace = open_workspace(small_disk / "workspace")
    for number in range(20):
        _decide(workspace, number)
    filling = fill()
    odd: list[BaseException] = []

    def read() -> None:
        for _ in range(200):
            try:
                assert _decided(workspace) == 20
            except WorkspaceError:
                pass
            except BaseException as error:
                odd.append(error)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for _ in range(5):
        workspace.store.checkpoint()
    for reader in readers:
        reader.join()
    filling.unlink()
    assert not odd
    _decide(workspace, 20)
    assert _decided(workspace) == 21
    workspace.close()


def test_moved_folder__nothing_is_written_into_the_void(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "workspace")
    _decide(workspace, 0)
    shutil.move(tmp_path / "workspace", tmp_path / "elsewhere")
    with pytest.raises(NotStoredError, match="moved or deleted"):
        _decide(workspace, 1)
    shutil.move(tmp_path / "elsewhere", tmp_path / "workspace")
    _decide(workspace, 2)
    assert _decided(workspace) == 2
    workspace.close()


def test_read_only_disk__opens_for_looking(small_disk: Path, remount: Callable[[str], None]) -> None:
    workspace = open_workspace(small_disk / "workspace")
    _decide(workspace, 0)
    workspace.close()
    remount("ro")
    looking = open_workspace(small_disk / "workspace")
    assert looking.store.is_read_only
    assert _decided(looking) == 1
    with pytest.raises(NotStoredError, match="read-only"):
        _decide(looking, 1)
    looking.store.checkpoint()
    looking.close()


def test_read_only_disk__without_a_workspace_is_said(small_disk: Path, remount: Callable[[str], None]) -> None:
    remount("ro")
    with pytest.raises(WorkspaceError, match="read-only"):
        open_workspace(small_disk / "workspace")


def test_full_disk__a_new_workspace_is_refused_in_a_sentence(small_disk: Path, fill: Callable[[], Path]) -> None:
    fill()
    with pytest.raises(WorkspaceError, match="is full"):
        open_workspace(small_disk / "workspace")


def test_disk_that_turns_read_only__is_said(small_disk: Path, remount: Callable[[str], None]) -> None:
    workspace = open_workspace(small_disk / "workspace")
    for table in range(3):
        settings.write(workspace.store, f"key {table}", "x")
    workspace.close()
    workspace = open_workspace(small_disk / "workspace")
    workspace.store._is_invalid = True
    with pytest.raises(WorkspaceError):
        _fails_when_reopened(workspace, remount)
    remount("rw")
    assert settings.read(workspace.store, "key 1") == "x"
    workspace.close()


def _fails_when_reopened(workspace: Workspace, remount: Callable[[str], None]) -> Any:
    workspace.store._connection.close()
    remount("ro")
    return settings.read(workspace.store, "key 1")


def test_too_many_open_files__opening_is_refused_before_the_database_ends_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(WorkspaceError, match="too many files open"):
        open_workspace(tmp_path / "workspace")


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ('IO Error: Could not write file "a": No space left on device', disk.FULL),
        ('IO Error: Cannot open file "a": Read-only file system', disk.READ_ONLY),
        ('Cannot open file "a.wal": Too many open files', disk.DESCRIPTORS),
        ("Conversion Error: Could not convert string", ""),
    ],
)
def test_refusal__is_known_by_the_words_of_the_system(message: str, kind: str) -> None:
    assert disk.refusal(message) == kind
