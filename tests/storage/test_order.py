"""What came later is told by the order of events, never by the clock."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

import duckdb
import orjson
import pytest

from curation.decisions import decision_log, merging
from curation.workspace import Workspace, open_workspace
from storage import dataset_tags, migrations, settings
from storage.store import DATABASE

HOUR = datetime.timedelta(hours=1)
NOW = datetime.datetime(2026, 6, 1, 12)


@dataclass
class Clock:
    """The clock of the machine, which can be set."""

    at: datetime.datetime = NOW


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """What decisions are told the time by."""
    clock = Clock()
    monkeypatch.setattr(decision_log, "_now", lambda: clock.at)
    return clock


def _verdicts(workspace: Workspace) -> dict[str, str]:
    return dict(decision_log.standing(workspace, "sample").select("key", "verdict").iter_rows())


@pytest.mark.parametrize("who", ["ann", "ben"])
def test_clock_goes_back__the_later_decision_counts(workspace: Workspace, clock: Clock, who: str) -> None:
    decision_log.decide(workspace, "ann", "sample", "k", "approve")
    clock.at -= HOUR
    decision_log.decide(workspace, who, "sample", "k", "reject")
    assert _verdicts(workspace) == {"k": "reject"}
    assert decision_log.by_person(workspace, "sample").filter(who=who)["verdict"].to_list() == ["reject"]
    clock.at -= 24 * HOUR
    decision_log.undo(workspace, who)
    assert _verdicts(workspace) == {"k": "approve"}


def test_clock_goes_back__settings_and_tags_keep_their_last_value(workspace: Workspace) -> None:
    settings.write(workspace.store, "a", 1)
    with workspace.store.transaction("samples") as cursor:
        cursor.execute("UPDATE setting SET made_at = made_at + INTERVAL 1 DAY")
        cursor.execute(
            """INSERT INTO dataset (dataset_no, name, format, layout, path, file_hash, images_root, state, rows_seen,
                   evidence_run, created_at) VALUES (1, 'd', '', '', '', '', '', 'complete', 0, 0, now()::TIMESTAMP)"""
        )
    settings.write(workspace.store, "a", 2)
    assert settings.read(workspace.store, "a") == 2
    assert settings.newest(workspace.store, "a") == {"a": 2}
    dataset_tags.write(workspace.store, 1, {"tendency": "old"}, "ann")
    with workspace.store.transaction("tags") as cursor:
        cursor.execute("UPDATE dataset_tag SET made_at = made_at + INTERVAL 1 DAY")
    dataset_tags.write(workspace.store, 1, {"tendency": "new"}, "ann")
    assert dataset_tags.standing(workspace.store)["value"].to_list() == ["new"]


def test_merge__two_machines__have_one_order_whichever_is_merged_into_which(tmp_path: Path, clock: Clock) -> None:
    one, two = open_workspace(tmp_path / "one"), open_workspace(tmp_path / "two")
    for number in range(6):
        clock.at += HOUR
        decision_log.decide(
            one if number % 2 else two, "ann", "sample", f"k{number % 3}", ("approve", "reject")[number % 2]
        )
    clock.at -= 10 * HOUR
    decision_log.decide(one, "ann", "sample", "k0", "later")
    logs = merging.log_lines(one), merging.log_lines(two)
    merging.merge_lines(one, logs[1])
    merging.merge_lines(two, logs[0])
    assert _verdicts(one) == _verdicts(two)
    assert _verdicts(one)["k0"] == "later"
    decision_log.decide(two, "ann", "sample", "k0", "approve")  # its clock is behind, and it has seen all the others
    merging.merge_lines(one, merging.log_lines(two))
    assert _verdicts(one) == _verdicts(two)
    assert _verdicts(one)["k0"] == "approve"
    assert merging.merge_lines(one, merging.log_lines(two)).new == 0
    one.close()
    two.close()


def test_merge__log_of_an_earlier_version__is_ordered_by_its_times(workspace: Workspace) -> None:
    for number, verdict in ((2, "reject"), (1, "approve")):
        event = {
            "event_id": f"e{number}", "made_at": f"2026-01-0{number}T00:00:00", "who": "ann", "subject": "sample",
            "key": "k", "verdict": verdict, "payload": {}, "undoes": None,
        }  # fmt: skip
        merging.merge_lines(workspace, [orjson.dumps(event)])
    assert _verdicts(workspace) == {"k": "reject"}


def test_migrate__workspace_of_the_version_before__keeps_every_decision_and_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = migrations.available()
    folder = tmp_path / "old"
    folder.mkdir()
    with duckdb.connect(str(folder / DATABASE)) as connection:
        monkeypatch.setattr(migrations, "available", lambda: [one for one in steps if one[0] < 9])
        migrations.migrate(connection, folder / DATABASE)
        for number, verdict in enumerate(("approve", "reject", "approve"), start=1):
            connection.execute(
                """INSERT INTO decision (event_no, event_id, made_at, who, subject, key, verdict, payload)
                   VALUES ($no, 'e' || $no, TIMESTAMP '2026-01-01' + to_days($no), 'ann', 'sample', 'k', $verdict,
                           '{}')""",
                {"no": number, "verdict": verdict},
            )
            connection.execute("INSERT INTO setting VALUES ('a', $value, now()::TIMESTAMP)", {"value": str(number)})
    monkeypatch.undo()
    workspace = open_workspace(folder)
    assert _verdicts(workspace) == {"k": "approve"}
    assert len(merging.log_lines(workspace)) == 3
    assert settings.read(workspace.store, "a") == 3
    assert list(folder.glob("*.before-*.duckdb"))
    decision_log.decide(workspace, "ann", "sample", "k", "reject")
    assert _verdicts(workspace) == {"k": "reject"}
    workspace.close()
