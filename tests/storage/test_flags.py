"""Which flags stand: those of the version in use, and until it has scored a subject, of the one that scored it last."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest
from support import row

from curation.importing import importer
from curation.workspace import Workspace, open_workspace
from storage import flags, migrations, runs, scores
from storage.store import DATABASE


@pytest.fixture
def two(workspace: Workspace, llava) -> Workspace:
    importer.import_file(workspace, llava([row("q", "a dog"), row("q", "a cat")]))
    return workspace


def score(workspace: Workspace, version: str, turns: tuple[int, ...], flagged: tuple[int, ...]) -> None:
    """A run of `refusal` over turns, of which it flags some; a sample's only turn has the sample's number."""
    run_no = runs.create(workspace.store, len(turns))
    values = [("turn", turn, "refusal", version, 1.0, None, None, run_no) for turn in turns]
    raised = [
        (turn, "turn", turn, 0, 0, 1, "a", version, "", None, "{}", "reason", "refusal", version, run_no)
        for turn in flagged
    ]
    tables = {"scores": pl.DataFrame(values, schema=list(scores.COLUMNS), orient="row")}
    if raised:
        tables["flags"] = pl.DataFrame(raised, schema=list(flags.COLUMNS), orient="row")
    assert runs.ingest(workspace.store, f"run-{run_no}", run_no, tables)
    runs.finish(workspace.store, run_no, "done", "", {})


def use(workspace: Workspace, version: str) -> None:
    with workspace.store.transaction("scores") as cursor:
        flags.use_versions(cursor, {"refusal": version})


def standing(workspace: Workspace) -> list[tuple[int, str]]:
    """Samples with the version that flags them; both ways to read agree."""
    every = flags.current(workspace.store).select("sample_no", "version").rows()
    each = [
        pair
        for number in (0, 1)
        for pair in flags.of_samples(workspace.store, [number]).select("sample_no", "version").rows()
    ]
    assert sorted(every) == sorted(each)
    return sorted(every)


def test_current__flags_of_a_former_version_go_where_the_newer_one_has_scored(two):
    score(two, "1", (0, 1), flagged=(0, 1))
    use(two, "2")
    assert standing(two) == [(0, "1"), (1, "1")]
    score(two, "2", (0,), flagged=())
    assert standing(two) == [(1, "1")]
    score(two, "2", (1,), flagged=(1,))
    assert standing(two) == [(1, "2")]


def test_current__a_setting_put_back_brings_its_own_flags_back(two):
    score(two, "1", (0, 1), flagged=(0,))
    score(two, "1-other", (0, 1), flagged=(1,))
    use(two, "1-other")
    assert standing(two) == [(1, "1-other")]
    use(two, "1")
    assert standing(two) == [(0, "1")]


def test_current__scored_again_in_the_same_version__only_the_newest_stand(two):
    use(two, "1")
    score(two, "1", (0, 1), flagged=(0, 1))
    score(two, "1", (0,), flagged=())
    assert standing(two) == [(1, "1")]


def test_migration__workspace_of_the_version_before__shows_the_flags_of_who_scored_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, llava
) -> None:
    folder = tmp_path / "earlier"
    folder.mkdir()
    steps = migrations.available()
    with monkeypatch.context() as patched:
        patched.setattr(migrations, "available", lambda: [step for step in steps if step[0] < 15])
        earlier = open_workspace(folder)
        importer.import_file(earlier, llava([row("q", "a dog"), row("q", "a cat")]))
        score(earlier, "1", (0, 1), flagged=(0, 1))
        score(earlier, "2", (0,), flagged=())
        earlier.close()
    opened = open_workspace(folder)
    assert standing(opened) == [(1, "1")]
    assert opened.store.one("SELECT count(*) FROM flag") == 2
    opened.close()
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        assert migrations.applied(connection) >= 15
