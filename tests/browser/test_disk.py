"""The disk is full while people decide: everything waits in the browser and is stored once there is room."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import ROOT, free_port, served, visit, wait_until

ROWS, KEYS = 60, 45


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of 64 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)], check=False, capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"A small file system cannot be mounted: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def workspace_folder(tmp_path: Path, small_disk: Path) -> Path:
    """Sixty text-only samples on the small disk."""
    rows = [
        {
            "id": str(n),
            "conversations": [{"from": "human", "value": f"What is {n}?"}, {"from": "gpt", "value": f"A {n}."}],
        }
        for n in range(ROWS)
    ]
    (tmp_path / "things.json").write_text(json.dumps(rows))
    _command(small_disk / "workspace", "import", str(tmp_path / "things.json"))
    return small_disk / "workspace"


def _command(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "curation", arguments[0], "--workspace", str(folder), *arguments[1:]]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


WAITING = re.compile(r"\b[1-4]?\d decisions are not stored yet\.")
"""Of 45: in the block of the disk that the store wrote last is room for some, 4 KB at most."""
FLAGS = 18
"""Verdicts on flags, more than have room in such a block."""


class _Filler:
    """Takes all room of a disk, also what others give free later, until it lets go."""

    def __init__(self, disk: Path) -> None:
        self._path = disk / "filler"
        self._full, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._fill, daemon=True)
        self._thread.start()
        assert self._full.wait(30)

    def _fill(self) -> None:
        with self._path.open("wb", buffering=0) as file:
            size = 65536
            while not self._over.is_set():
                try:
                    file.write(bytes(size))
                except OSError:
                    size = max(size // 16, 1)
                    if size == 1:
                        self._full.set()
                        self._over.wait(0.005)

    def let_go(self) -> None:
        """Gives the room back."""
        self._over.set()
        self._thread.join()
        self._path.unlink()


def _press(page: Any, count: int) -> list[int]:
    """Decides samples as they come, one approved, one rejected; their numbers."""
    seen = []
    for n in range(count):
        wait_until(page, ".w-deck-talk", "it !== null")
        seen.append(int(page.locator(".w-deck-stage").get_attribute("data-no")))
        page.keyboard.press("x" if n % 2 else "a")
    return seen


def _all_stored(page: Any) -> None:
    page.wait_for_function(
        """!document.querySelector('.w-deck-state').innerText.startsWith('Saving')
        && document.querySelector('.w-stuck').hidden""",
        timeout=60_000,
    )


def _log(folder: Path, to: Path) -> list[dict[str, Any]]:
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns("owner.json"))
    return [json.loads(line) for line in _command(to, "decisions", "export").splitlines()]


@pytest.mark.parametrize("way", ["waits", "reloaded", "killed"])
def test_full_disk__45_keys_are_stored_in_order_once_there_is_room(
    page: Any, tmp_path: Path, small_disk: Path, workspace_folder: Path, way: str
) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    port = free_port()
    with served(workspace_folder, port, kill=way == "killed", log_folder=tmp_path) as address:
        visit(page, address, "review")
        page.locator(".w-deck-talk").wait_for()
        filler = _Filler(small_disk)
        seen = _press(page, KEYS)
        page.get_by_role("alert").get_by_text(WAITING).wait_for()
        assert page.locator('[data-testid="stException"]').count() == 0
        if way == "reloaded":
            page.reload()
            page.get_by_role("alert").get_by_text(WAITING).wait_for()
        if way != "killed":
            filler.let_go()
            _all_stored(page)
            page.get_by_text(f"{KEYS} of {ROWS} decided").wait_for()
    if way == "killed":
        filler.let_go()
        with served(workspace_folder, port, log_folder=tmp_path):
            page.get_by_text(f"{KEYS} of {ROWS} decided").wait_for(timeout=90_000)
            _all_stored(page)
    page.close()
    log = _log(workspace_folder, tmp_path / "copy")
    assert len(set(seen)) == KEYS
    assert [event["verdict"] for event in log] == [("reject" if n % 2 else "approve") for n in range(KEYS)]
    assert len({event["key"] for event in log}) == KEYS


def test_full_disk__verdicts_on_flags_wait_say_so_and_arrive_once(page: Any, tmp_path: Path, small_disk: Path) -> None:
    talk = [{"from": "human", "value": "What?"}, {"from": "gpt", "value": ""}]
    rows = [{"id": str(n), "conversations": [{**talk[0], "value": f"What is {n}?"}, talk[1]]} for n in range(20)]
    (tmp_path / "empty.json").write_text(json.dumps(rows))
    folder = small_disk / "flagged"
    _command(folder, "import", str(tmp_path / "empty.json"))
    _command(folder, "score", "--metrics", "response_length")
    with served(folder, log_folder=tmp_path) as address:
        visit(page, address, "flags?flag=no-such-flag")
        page.get_by_text("There is no flag “no-such-flag”").wait_for()
        page.locator(".w-inspector").wait_for()
        page.locator(".w-inspector").get_by_text("1 of 20").wait_for()
        page.locator("h1").click()
        filler = _Filler(small_disk)
        for n in range(FLAGS):
            page.keyboard.press("n" if n % 2 else "y")
            page.wait_for_timeout(150)
        page.locator(".w-stuck").get_by_text("not stored yet").wait_for(timeout=60_000)
        assert page.locator('[data-testid="stException"]').count() == 0
        filler.let_go()
        page.wait_for_function(
            "!Object.keys(localStorage).some((name) => name.startsWith('winnow-outbox:'))", timeout=60_000
        )
        page.close()
    log = _log(folder, tmp_path / "copied")
    assert [event["verdict"] for event in log] == ["confirm", "dismiss"] * (FLAGS // 2)
    assert len({event["key"] for event in log}) == FLAGS
