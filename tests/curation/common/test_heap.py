"""The server is started with malloc's settings, the workers without them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from curation.__main__ import main
from curation.common import heap


def test_serve__starts_the_server_with_the_settings_and_leaves_a_users_own_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(os, "environ", heap.without(os.environ) | {"MALLOC_ARENA_MAX": "4"})
    monkeypatch.setattr(os, "chdir", lambda _: None)

    def become(_: str, words: list[str]) -> None:  # the program ends where another takes its place
        started.append((words, dict(os.environ)))
        raise SystemExit

    monkeypatch.setattr(os, "execv", become)
    with pytest.raises(SystemExit):
        main(["serve", "--workspace", str(tmp_path / "workspace")])
    ((words, environment),) = started
    assert words[:4] == [sys.executable, "-m", "streamlit", "run"]
    assert {name: environment[name] for name in heap.ENVIRONMENT} == heap.ENVIRONMENT | {"MALLOC_ARENA_MAX": "4"}


def test_unset__what_polars_writes_on_import_is_not_the_users() -> None:
    polars = "dirty_decay_ms:500,muzzy_decay_ms:1000"
    assert heap.unset({"_RJEM_MALLOC_CONF": f"{polars},{polars}"}) == heap.ENVIRONMENT
    assert "_RJEM_MALLOC_CONF" not in heap.unset({"_RJEM_MALLOC_CONF": f"{polars},narenas:4"})


def test_without__nothing_of_the_settings_is_left() -> None:
    assert heap.without({"PATH": "/bin", **heap.ENVIRONMENT}) == {"PATH": "/bin"}
