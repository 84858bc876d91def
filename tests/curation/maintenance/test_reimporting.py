"""A corrected or longer file: what is the same keeps its work, what changed is asked again, nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from support import row, score_all

from curation.app.server import Server
from curation.checks import checking
from curation.decisions import actions, decision_log, keys
from curation.importing.importer import ImportFailedError, import_file
from curation.maintenance import history, removing
from curation.maintenance.reimporting import ReimportReport, reimport
from curation.review.queues import Queue
from curation.views.review import review
from curation.workspace import Workspace
from storage import datasets, samples, scores

Write = Callable[..., Path]
METRICS = ("image_size", "response_length")


def _row(number: int, answer: str = "", **more: Any) -> dict[str, Any]:
    texts = (f"What is {number}?", answer or f"It is {number}.", "And then?", "That is all.")
    return row(*texts, image=f"{number % 3}.png", **{"id": f"r{number}", **more})


@pytest.fixture
def dataset(workspace: Workspace, llava: Write, photo: Write) -> Workspace:
    """Six samples that are scored and approved, in another dataset's company."""
    for number in range(3):
        photo(f"{number}.png", seed=number)
    import_file(workspace, llava([_row(number) for number in range(6)]))
    import_file(workspace, llava([_row(9)], "other.json"))
    score_all(workspace, *METRICS)
    for key in samples.listing(workspace.store)["key"]:
        decision_log.decide(workspace, "ann", "sample", key, "approve")
    return workspace


def _counts(report: ReimportReport) -> tuple[int, ...]:
    return report.unchanged, report.changed, report.new, report.gone


def _by_id(workspace: Workspace) -> dict[str, str]:
    listing = samples.listing(workspace.store).filter(dataset="set")
    return dict(listing.select("source_id", "key").iter_rows())


def _corrected() -> list[dict[str, Any]]:
    """Row 1 corrected, row 2 gone, row 7 new, another order, another field."""
    return [_row(7), _row(5), _row(1, "It is one."), _row(0, source="checked"), _row(3), _row(4)]


def test_preview__counts_and_changes_nothing(dataset: Workspace, llava: Write) -> None:
    before = samples.listing(dataset.store)
    report = reimport(dataset, "set", llava(_corrected(), "v2.json"), who="ben", preview=True)
    assert _counts(report) == (4, 1, 1, 1)
    assert (report.decided, report.stored) == (1, False)
    assert samples.listing(dataset.store).equals(before)
    assert history.newest(dataset) == []
    assert checking.find(dataset) == ()


def test_reimport__unchanged_keeps_everything_and_only_what_changed_is_scored(dataset: Workspace, llava: Write) -> None:
    before = _by_id(dataset)
    report = reimport(dataset, "set", llava(_corrected(), "v2.json"), who="ben")
    assert _counts(report) == (4, 1, 1, 1)
    after = _by_id(dataset)
    assert {name: after[name] for name in ("r0", "r3", "r4", "r5")} == {
        name: before[name] for name in ("r0", "r3", "r4", "r5")
    }
    assert after["r1"] != before["r1"]
    rows = samples.listing(dataset.store).filter(dataset="set").sort("row_index")
    assert rows["source_id"].to_list() == ["r7", "r5", "r1", "r0", "r3", "r4"]
    assert json.loads(samples.rows(dataset.store, rows["sample_no"][3:4].to_list())["raw"][0])["source"] == "checked"
    progress = score_all(dataset, *METRICS)
    assert (progress.done, progress.failed) == (2, 0)  # the changed and the new sample, no picture
    assert checking.find(dataset, thorough=True) == ()
    event = history.newest(dataset)[0]
    assert (event.who, event.act) == ("ben", "re-import")
    assert "4 unchanged, 1 changed, 1 new, 1 gone" in event.detail
    assert Path(datasets.by_name(dataset.store, "set")["path"]).name == "v2.json"  # type: ignore[index]


def test_reimport__decisions_on_changed_samples__are_carried_over_and_asked_again(
    dataset: Workspace, llava: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = _by_id(dataset)["r1"]
    decision_log.decide(dataset, "ben", "tag", keys.tag(old, "odd"), "add")
    decision_log.decide(dataset, "ben", "note", old, "write", {"text": "look"})
    actions.edit(dataset, "ben", old, 0, "It is another.")
    actions.edit(dataset, "ben", old, 1, "That is all there is.")
    reimport(dataset, "set", llava(_corrected(), "v2.json"), who="cat")
    new = _by_id(dataset)["r1"]
    standing = decision_log.standing(dataset)
    carried = standing.filter(pl.col("key").str.starts_with(new))
    assert sorted(carried.select("subject", "who", "verdict").iter_rows()) == [
        ("note", "ben", "write"), ("sample", "ann", "approve"), ("tag", "ben", "add"), ("turn", "ben", "edit"),
    ]  # fmt: skip
    assert keys.turn(new, 1) in carried["key"]  # the turn whose text is another lost its edit
    assert standing.filter(key=old).height == 2  # the original log stays

    monkeypatch.setattr(Server, "score", lambda *_, **__: None)
    server = Server(dataset)
    try:
        assert "changed" in review.offered(server, "all")
        queue = Queue("changed")
        assert _waiting(server, queue) == [new]
        decision_log.decide(dataset, "ann", "sample", new, "reject")
        assert _waiting(server, queue) == []
    finally:
        server._closing.set()
        server._scoring.wait()
        server._jobs.close()


def _waiting(server: Server, queue: Queue) -> list[str]:
    _, order, left = review._queue(server, queue, "ann", None)
    listing = samples.listing(server.workspace.store)
    return [listing["key"][number] for number in order.tolist() if left[number]]


def test_reimport__gone_ones__can_be_brought_back_behind_the_others(dataset: Workspace, llava: Write) -> None:
    values = scores.flat(dataset.store, "response_length").filter(source_id="r2")["value"].to_list()
    gone = _by_id(dataset)["r2"]
    reimport(dataset, "set", llava(_corrected(), "v2.json"), who="ann")
    assert "r2" not in _by_id(dataset)
    assert removing.restore(dataset, "set", who="ann").samples == 1
    assert _by_id(dataset)["r2"] == gone
    assert samples.listing(dataset.store).filter(source_id="r2")["row_index"].to_list() == [6]
    assert scores.flat(dataset.store, "response_length").filter(source_id="r2")["value"].to_list() == values
    assert checking.find(dataset, thorough=True) == ()


def test_reimport__keep_gone__adds_rows(dataset: Workspace, llava: Write) -> None:
    report = reimport(dataset, "set", llava([_row(7), _row(8)], "more.json"), who="ann", keep_gone=True)
    assert _counts(report) == (0, 0, 2, 6)
    assert len(_by_id(dataset)) == 8
    assert score_all(dataset, *METRICS).done == 2
    assert removing.listing(dataset) == []
    assert checking.find(dataset, thorough=True) == ()


def test_reimport__ids_that_several_rows_have__match_nothing(dataset: Workspace, llava: Write) -> None:
    rows = [_row(number, id="same") for number in range(3)]
    import_file(dataset, llava(rows, "ids.json"))
    newer = [_row(0, id="same"), _row(1, "Another.", id="same"), _row(2, id="same")]
    report = reimport(dataset, "ids", llava(newer, "ids2.json"), who="ann")
    assert _counts(report) == (2, 0, 1, 1)


def test_reimport__the_same_rows_twice_in_the_file__each_has_its_own_sample(dataset: Workspace, llava: Write) -> None:
    report = reimport(dataset, "set", llava([_row(number) for number in (0, 0, 1, 2, 3, 4, 5)], "v2.json"), who="ann")
    assert _counts(report) == (6, 0, 1, 0)
    assert samples.listing(dataset.store)["key"].n_unique() == 8
    assert checking.find(dataset, thorough=True) == ()


def test_reimport__the_correction_is_taken_back__the_first_decisions_count_again(
    dataset: Workspace, llava: Write
) -> None:
    before = _by_id(dataset)
    reimport(dataset, "set", llava(_corrected(), "v2.json"), who="ann")
    report = reimport(dataset, "set", llava([_row(number) for number in range(6)], "v3.json"), who="ann")
    assert _counts(report) == (4, 1, 1, 1)
    assert _by_id(dataset) == before
    assert checking.find(dataset, thorough=True) == ()


def test_reimport__rows_that_are_none__are_counted(dataset: Workspace, llava: Write) -> None:
    report = reimport(dataset, "set", llava([*_corrected(), {"id": 1}], "v2.json"), who="ann")
    assert (report.rejected, report.rows) == (1, 7)
    assert checking.find(dataset) == ()


def test_reimport__file_that_cannot_be_read__changes_nothing(dataset: Workspace, tmp_path: Path) -> None:
    (tmp_path / "v2.json").write_text("hello")
    with pytest.raises(ImportFailedError):
        reimport(dataset, "set", tmp_path / "v2.json", who="ann")
    assert len(_by_id(dataset)) == 6


def test_reimport__pictures_inside_a_parquet_file__lie_in_the_newer_one(
    workspace: Workspace, photo: Write, tmp_path: Path
) -> None:
    def write(name: str, answers: list[str]) -> Path:
        data = [{"bytes": photo(f"{n}.png", seed=n).read_bytes(), "path": f"{n}.png"} for n in range(len(answers))]
        talks = [[{"from": "human", "value": "<image>\nWhat?"}, {"from": "gpt", "value": answer}] for answer in answers]
        frame = pl.DataFrame({"id": [str(n) for n in range(len(answers))], "image": data, "conversations": talks})
        frame.write_parquet(tmp_path / name)
        return tmp_path / name

    first = write("first.parquet", ["One.", "Two.", "Three."])
    import_file(workspace, first)
    second = write("second.parquet", ["One.", "Zwei.", "Three."])
    report = reimport(workspace, "first", second, who="ann")
    assert _counts(report) == (2, 1, 0, 0)
    first.unlink()
    assert checking.find(workspace, thorough=True) == ()
