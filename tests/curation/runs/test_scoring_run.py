from __future__ import annotations

import errno
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support import finish, row, score_all

from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.runs import scoring_run
from curation.runs.scoring_run import ScoringRun, recover
from curation.workspace import Workspace, score_columns
from scoring import shard, work
from scoring.shard import ShardError
from storage import failures, runs, scores

Write = Callable[..., Path]
ON_IMAGES = ("sharpness", "exposure")
_RUN = "import sys; from scoring import worker; sys.exit(worker.main(sys.argv[1:]))"


def _import_photos(workspace: Workspace, llava: Write, photo: Write, count: int = 4) -> None:
    for number in range(count):
        photo(f"{number}.png", seed=number)
    import_file(workspace, llava([row("q", f"a {n}", image=f"{n}.png") for n in range(count)]))


def _scored(workspace: Workspace) -> list[tuple[str, int, int]]:
    return workspace.store.rows(
        "SELECT metric, count(*), count(DISTINCT subject_no) FROM score GROUP BY 1 ORDER BY metric"
    )


def test_run__scores_everything_once(workspace: Workspace, llava: Write, photo: Write) -> None:
    _import_photos(workspace, llava, photo)
    progress = score_all(workspace, *ON_IMAGES, jobs=2)
    assert (progress.state, progress.done, progress.total, progress.failed) == ("done", 8, 8, 0)
    assert _scored(workspace) == [("exposure", 4, 4), ("sharpness", 4, 4)]
    assert runs.listing(workspace.store)["state"].to_list() == ["done"]


def test_run__nothing_missing__is_done_at_once(workspace: Workspace, llava: Write, photo: Write) -> None:
    _import_photos(workspace, llava, photo)
    score_all(workspace, *ON_IMAGES)
    assert score_all(workspace, *ON_IMAGES).total == 0
    assert runs.listing(workspace.store).height == 1


def test_run__new_samples__only_they_are_scored(workspace: Workspace, llava: Write, photo: Write) -> None:
    _import_photos(workspace, llava, photo)
    score_all(workspace, "sharpness")
    photo("new.png", seed=99)
    import_file(workspace, llava([row("q", "a", image="new.png")], "more.json"))
    assert score_all(workspace, "sharpness").total == 1


def test_run__image_that_vanished__is_a_failure_row_with_the_error(
    workspace: Workspace, llava: Write, photo: Write
) -> None:
    _import_photos(workspace, llava, photo)
    (photo("x.png").parent / "2.png").unlink()
    progress = score_all(workspace, "sharpness")
    assert (progress.state, progress.failed) == ("done", 1)
    found = failures.standing(workspace.store)
    assert found["metric"].to_list() == ["sharpness"]
    assert "FileNotFoundError" in found["error"][0]
    assert score_all(workspace, "sharpness").total == 0
    photo("2.png", seed=2)
    assert score_all(workspace, "sharpness", retry_failed=True).failed == 0
    assert failures.standing(workspace.store).is_empty()


def test_run__pause_and_resume(workspace: Workspace, llava: Write, photo: Write) -> None:
    _import_photos(workspace, llava, photo)
    run = ScoringRun(workspace, score_columns.named(ON_IMAGES), jobs=1)
    run.pause()
    deadline = time.monotonic() + 60
    while run.step().state != "paused":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert _scored(workspace) == []
    run.resume()
    assert finish(run).state == "done"
    assert _scored(workspace) == [("exposure", 4, 4), ("sharpness", 4, 4)]


def test_run__stopped__the_next_run_does_the_rest(workspace: Workspace, llava: Write, photo: Write) -> None:
    _import_photos(workspace, llava, photo)
    run = ScoringRun(workspace, score_columns.named(ON_IMAGES), jobs=1)
    run.pause()
    assert run.stop().state == "stopped"
    score_all(workspace, *ON_IMAGES)
    assert _scored(workspace) == [("exposure", 4, 4), ("sharpness", 4, 4)]
    assert sorted(runs.listing(workspace.store)["state"]) == ["done", "stopped"]


def test_run__worker_dies__run_fails_and_says_so(workspace: Workspace, llava: Write, photo: Write) -> None:
    _import_photos(workspace, llava, photo)
    run = ScoringRun(workspace, score_columns.named(ON_IMAGES), jobs=1)
    run.kill()
    assert finish(run).state == "failed"
    assert "exit code -9" in run.progress.detail
    score_all(workspace, *ON_IMAGES)
    assert _scored(workspace) == [("exposure", 4, 4), ("sharpness", 4, 4)]


def test_recover__whole_shard_of_a_dead_owner__is_stored_once(workspace: Workspace, llava: Write, photo: Write) -> None:
    _import_photos(workspace, llava, photo)
    run_no = runs.create(workspace.store, 4)
    folder = workspace.spool / f"run-{run_no:06d}"
    (folder / work.SHARDS).mkdir(parents=True)
    values = [("image", n, "sharpness", "1", 0.5, None, None, run_no) for n in range(4)]
    shard.write(folder / work.SHARDS, "00-000000", {shard.SCORES: values})
    assert recover(workspace) == 1
    assert _scored(workspace) == [("sharpness", 4, 4)]
    (folder / work.SHARDS).mkdir(parents=True)
    shard.write(folder / work.SHARDS, "00-000000", {shard.SCORES: values})
    assert recover(workspace) == 0
    assert _scored(workspace) == [("sharpness", 4, 4)]
    assert runs.listing(workspace.store)["state"].to_list() == ["stopped"]


def test_recover__worker_still_alive__can_write_nothing_more(workspace: Workspace) -> None:
    folder = workspace.spool / "run-000001" / work.SHARDS
    folder.mkdir(parents=True)
    recover(workspace)
    with pytest.raises(ShardError):
        shard.write(folder, "00-000001", {shard.SCORES: []})


def test_run__new_annotations__scores_that_use_them_are_computed_again(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path
) -> None:
    _import_photos(workspace, llava, photo)
    score_all(workspace, "hallucination", "sharpness")
    notes = tmp_path / "annotations.json"
    notes.write_text('{"images": [{"file_name": "1.png", "instances": ["dog"], "captions": []}]}')
    import_file(workspace, tmp_path / "set.json", ImportOptions(annotations=notes))
    columns = score_columns.named(["hallucination", "sharpness"])
    assert set(scoring_run.missing_now(workspace, columns)) == {"hallucination"}


def test_worker__disk_full__run_fails_with_a_sentence_and_keeps_what_was_stored(
    workspace: Workspace, llava: Write, photo: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker may write no file beyond a few bytes: what a full disk does to its shards."""
    _import_photos(workspace, llava, photo)
    score_all(workspace, "sharpness")
    small = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1200, 1200)); {_RUN}"
    monkeypatch.setattr(scoring_run, "WORKER", ("-c", small))
    progress = score_all(workspace, "exposure")
    assert progress.state == "failed"
    assert "Results could not be written" in progress.detail
    assert "free some space and resume" in progress.detail
    assert _scored(workspace) == [("sharpness", 4, 4)]
    monkeypatch.undo()
    assert score_all(workspace, "exposure").state == "done"


def test_shard__error_while_writing__leaves_nothing_under_its_name(tmp_path: Path) -> None:
    class Full:
        def write_parquet(self, *_: object, **__: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(ShardError, match="No space left"):
        shard.write(tmp_path, "00-000000", {shard.SCORES: Full()})  # type: ignore[dict-item]
    assert list(tmp_path.iterdir()) == []


def test_missing__feature_that_cannot_be_computed__its_metric_waits(
    workspace: Workspace, llava: Write, photo: Write
) -> None:
    _import_photos(workspace, llava, photo)
    columns = score_columns.named(["matching_degree", "sharpness"])
    del columns["clip_image"]  # as a server leaves out what the run before could not load
    assert list(scoring_run.missing_now(workspace, columns)) == ["sharpness"]
    assert finish(ScoringRun(workspace, columns, jobs=1)).done == 4


def test_run__tells_columns_and_workers(workspace: Workspace, llava: Write, photo: Write) -> None:
    _import_photos(workspace, llava, photo)
    (photo("x.png").parent / "2.png").unlink()
    progress = score_all(workspace, *ON_IMAGES)
    told = {one.name: (one.state, one.done, one.total, one.failed) for one in progress.columns}
    assert told == {"exposure": ("done", 4, 4, 1), "sharpness": ("done", 4, 4, 1)}
    assert all(one.rate > 0 for one in progress.columns)
    assert [(one.number, one.state, one.done) for one in progress.workers] == [(0, "done", 8)]


def test_run__again__computes_these_items_once_more(workspace: Workspace, llava: Write, photo: Write) -> None:
    _import_photos(workspace, llava, photo)
    score_all(workspace, *ON_IMAGES)
    progress = score_all(workspace, *ON_IMAGES, again={"sharpness": np.array([1, 3], dtype=np.int32)})
    assert [(one.name, one.done) for one in progress.columns] == [("sharpness", 2)]
    assert _scored(workspace) == [("exposure", 4, 4), ("sharpness", 6, 4)]


def test_workers__one_per_core_and_few_where_each_loads_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(32)), raising=False)
    monkeypatch.setattr("os.sysconf", {"SC_PHYS_PAGES": 64 << 20, "SC_PAGE_SIZE": 4096}.__getitem__)
    columns = score_columns.columns()
    builtin = {name: column for name, column in columns.items() if column.builtin}
    assert scoring_run.usual_jobs(builtin) == 32
    assert scoring_run.usual_jobs(columns) == 4
    monkeypatch.setattr("os.sysconf", {"SC_PHYS_PAGES": 2 << 20, "SC_PAGE_SIZE": 4096}.__getitem__)
    assert scoring_run.usual_jobs(builtin) == 8
    monkeypatch.setattr("os.sysconf", {"SC_PHYS_PAGES": 1 << 10, "SC_PAGE_SIZE": 4096}.__getitem__)
    assert scoring_run.usual_jobs(builtin) == 1


@pytest.mark.parametrize("jobs", [1, 3])
def test_run__any_number_of_workers__gives_the_same_values(workspace: Workspace, llava: Write, jobs: int) -> None:
    import_file(workspace, llava([row(f"What is {n}?", "word " * n) for n in range(40)]))
    run = ScoringRun(workspace, score_columns.named(["response_length"]), jobs=jobs)
    finish(run)
    assert (run.progress.done, len(run.progress.workers)) == (40, jobs)
    assert scores.flat(workspace.store, "response_length")["value"].to_list() == [float(n) for n in range(40)]
