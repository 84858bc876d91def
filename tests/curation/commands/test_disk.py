"""Commands on a disk that is full or read-only: one sentence, exit code 1, never a traceback; then they go on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support import row

ROOT = Path(__file__).resolve().parents[3]
COMMANDS = (
    ("import", "{data}"),
    ("score", "--metrics", "response_length"),
    ("decide", "duplicates"),
    ("dataset", "set", "--tendency", "text-rich"),
    ("recipe", "init", "--out", "{disk}/recipe.json"),
    ("export", "--recipe", "{disk}/recipe.json", "--out", "{disk}/out", "--approve"),
    ("decisions", "export", "--out", "{disk}/log.jsonl"),
    ("check", "--repair"),
    ("status",),
    ("scores", "--json"),
    ("flags", "--json"),
    ("report", "--json"),
)
READING = ("status", "scores", "flags")


def _run(disk: Path, data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [word.format(disk=disk, data=data) for word in words]
    return subprocess.run(
        [sys.executable, "-m", "curation", *command, "--workspace", str(disk / "workspace")],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


@pytest.fixture
def filled_disk(small_disk: Path, llava: Callable[..., Path]) -> tuple[Path, Path]:
    """A small disk with a workspace of some rows, and a further file to import."""
    data = llava([row(f"What {n}?", f"That {n}.", tag=n) for n in range(40)])
    assert _run(small_disk, data, "import", str(data)).returncode == 0
    assert _run(small_disk, data, "recipe", "init", "--out", str(small_disk / "recipe.json")).returncode == 0
    more = llava([row(f"Who {n}?", "x" * 2000, tag=n) for n in range(400)], "more.json")
    return small_disk, more


def _is_clear(ended: subprocess.CompletedProcess[str]) -> bool:
    return "Traceback" not in ended.stderr and len(ended.stderr.strip().splitlines()) <= 3


def test_full_disk__every_command_ends_in_a_sentence_and_works_again_after(
    filled_disk: tuple[Path, Path], fill: Callable[[], Path]
) -> None:
    disk, data = filled_disk
    filling = fill()
    for words in COMMANDS:
        ended = _run(disk, data, *words)
        assert _is_clear(ended), (words, ended.stderr)
        if ended.returncode:
            assert "full" in ended.stderr or words[0] in ("decide", "report", "dataset"), (words, ended.stderr)
    filling.unlink()
    for words in COMMANDS[:2]:
        ended = _run(disk, data, *words)
        assert ended.returncode == 0, ended.stderr


def test_read_only_disk__everything_can_be_looked_at(
    filled_disk: tuple[Path, Path], remount: Callable[[str], None]
) -> None:
    disk, data = filled_disk
    remount("ro")
    for words in COMMANDS:
        ended = _run(disk, data, *words)
        assert _is_clear(ended), (words, ended.stderr)
        if words[0] in READING:
            assert ended.returncode == 0, (words, ended.stderr)
