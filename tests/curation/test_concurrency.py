"""Two things at once in one workspace: every row and every decision is there exactly once."""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from support import row

from curation.app.server import Server
from curation.balancing import export_plan
from curation.checks import checking
from curation.decisions import decision_log
from curation.exporting import export
from curation.filtering.snapshot import build
from curation.filtering.thresholds import Board
from curation.importing import importer, packages, uploads
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.recipes.recipe import Recipe
from curation.runs.scoring_run import ScoringRun
from curation.views.ingest import ingest
from curation.workspace import Workspace, score_columns
from storage import datasets, samples

Write = Callable[..., Path]
ROWS = 1_500


def _rows(name: str, count: int = ROWS) -> list[dict[str, object]]:
    return [row(f"What is {name} {n}?", f"It is {name} number {n}.", tag=n) for n in range(count)]


def _together(*works: Callable[[], object]) -> list[BaseException]:
    """Starts all at the same moment; returns what they raised."""
    start, raised = threading.Barrier(len(works)), []

    def perform(work: Callable[[], object]) -> None:
        start.wait()
        try:
            work()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=perform, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def _exported(workspace: Workspace, out: Path) -> int:
    snapshot = build(workspace)
    whole = export_plan.complete_recipe(workspace, snapshot, Recipe("all"))
    export.write(workspace, export_plan.make_plan(workspace, whole, Board(snapshot)), out, approved=False)
    return sum(len(orjson.loads(path.read_bytes())) for path in (out / "data").glob("*.json"))


def test_import__two_files_at_once__every_sample_has_a_number_of_its_own(
    workspace: Workspace, llava: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "BATCH_ROWS", 200)
    one, two = llava(_rows("one"), "one.json"), llava(_rows("two"), "two.json")
    assert _together(lambda: import_file(workspace, one), lambda: import_file(workspace, two)) == []
    assert checking.find(workspace) == ()
    assert workspace.store.one("SELECT count(DISTINCT sample_no) FROM sample") == 2 * ROWS
    assert _exported(workspace, tmp_path / "out") == 2 * ROWS


def test_import__the_same_file_twice_at_once__comes_in_once(workspace: Workspace, llava: Write, tmp_path: Path) -> None:
    path = llava(_rows("one"))
    assert _together(*[lambda: import_file(workspace, path)] * 4) == []
    assert datasets.listing(workspace.store).height == 1
    assert workspace.store.one("SELECT count(*) FROM sample") == ROWS


def test_import__two_datasets_on_the_same_pictures_at_once__share_them(
    workspace: Workspace, llava: Write, photo: Write
) -> None:
    for number in range(6):
        photo(f"{number}.png", seed=number)
    files = [
        llava([row(f"{name} {n}?", "That.", image=f"{n}.png") for n in range(6)], f"{name}.json") for name in "abc"
    ]
    assert _together(*[lambda path=path: import_file(workspace, path) for path in files]) == []
    assert samples.images(workspace.store).height == 6
    assert checking.find(workspace) == ()


def test_schema__a_number_that_is_taken__is_refused(workspace: Workspace, llava: Write) -> None:
    import_file(workspace, llava(_rows("one", 3)))
    taken = {
        "sample": "SELECT sample_no, 9, 99, NULL, 'h', 0, '{}', 'k', 'i' FROM sample LIMIT 1",
        "turn": "SELECT turn_no, 0, 5, '', '' FROM turn LIMIT 1",
        "dataset": "SELECT * FROM dataset",
    }
    for table, rows in taken.items():
        with pytest.raises(Exception, match="onstraint"), workspace.store.transaction() as cursor:
            cursor.execute(f"INSERT INTO {table} {rows}")


@pytest.fixture
def server(workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    """A server that scores nothing by itself."""
    monkeypatch.setattr(Server, "score", lambda *_, **__: None)
    opened = Server(workspace)
    yield opened
    opened._closing.set()
    opened._scoring.wait()
    opened._jobs.close()


def _wait(server: Server) -> None:
    ended = threading.Event()
    while any(job.is_open for job in server.jobs):
        ended.wait(0.02)


def test_import__second_click__starts_nothing(server: Server, llava: Write) -> None:
    path = llava(_rows("one"))
    jobs = [ingest.start(server, str(path)) for _ in range(3)]
    assert jobs[0] is jobs[1] is jobs[2]
    _wait(server)
    assert [job.state for job in server.jobs] == ["done"]
    assert server.workspace.store.one("SELECT count(*) FROM sample") == ROWS


def test_import__several_files__wait_for_each_other_and_say_so(server: Server, llava: Write) -> None:
    with server.workspace.store.adding:
        jobs = [ingest.start(server, str(llava(_rows(name), f"{name}.json"))) for name in ("one", "two", "three")]
        while jobs[0].state == "waiting":
            threading.Event().wait(0.01)
        assert [job.state for job in jobs] == ["running", "waiting", "waiting"]
    _wait(server)
    assert [job.state for job in jobs] == ["done"] * 3
    assert datasets.listing(server.workspace.store)["name"].to_list() == ["one", "two", "three"]


def test_upload__the_same_file_twice__comes_in_once(server: Server, llava: Write) -> None:
    path = llava(_rows("one", 20))

    def upload() -> None:
        with path.open("rb") as file:
            ingest.start_upload(server, "set.json", file)

    assert _together(upload, upload, upload) == []
    _wait(server)
    upload()
    _wait(server)
    assert server.workspace.store.one("SELECT count(*) FROM sample") == 20
    assert len(list((server.workspace.folder / "uploads").iterdir())) == 1


def test_keep__an_upload_that_is_refused__leaves_nothing(tmp_path: Path, llava: Write) -> None:
    with llava([], "a.json").open("rb") as file, pytest.raises(packages.UploadError):
        uploads.keep(file, "set.zip", tmp_path / "up" / uploads.folder_name(file, "set.zip"))
    assert list((tmp_path / "up").iterdir()) == []


class _Acts:
    """What people and programs do to a workspace, each a few times; counts what has to be there afterwards."""

    def __init__(self, workspace: Workspace, folder: Path, llava: Write) -> None:
        self.workspace, self.folder, self.llava = workspace, folder, llava
        self.numbers = itertools.count()
        self.lock = threading.Lock()
        self.rows = self.decisions = 0

    def _next(self) -> int:
        with self.lock:
            return next(self.numbers)

    def imports(self) -> None:
        for _ in range(2):
            number = self._next()
            import_file(self.workspace, self.llava(_rows(f"set {number}", 120), f"{number}.json"))
            with self.lock:
                self.rows += 120

    def scoring(self) -> None:
        run = ScoringRun(self.workspace, score_columns.named(("response_length",)), jobs=1)
        while not run.ended:
            run.step()
            threading.Event().wait(0.05)

    def exports(self) -> None:
        for _ in range(2):
            snapshot = build(self.workspace)
            whole = export_plan.complete_recipe(self.workspace, snapshot, Recipe("all"))
            planned = export_plan.make_plan(self.workspace, whole, Board(snapshot))
            export.write(self.workspace, planned, self.folder / f"out{self._next()}", approved=True, who="ann")

    def decisions_(self) -> None:
        keys = samples.listing(self.workspace.store)["key"].to_list()
        draw = random.Random(self._next())
        for _ in range(15):
            decision_log.decide(self.workspace, "ann", "sample", draw.choice(keys), "approve")
            with self.lock:
                self.decisions += 1

    def generation(self) -> None:
        number = self._next()
        rows = [row(f"Made {number} {n}?", "Yes.", tag=n) for n in range(30)]
        path = self.workspace.folder / "generated" / f"made-{number}.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in rows))
        import_file(self.workspace, path, ImportOptions(format_name="llava", name=path.stem))
        with self.lock:
            self.rows += 30


KINDS = ("imports", "scoring", "exports", "decisions_", "generation")


@pytest.mark.parametrize(("one", "other"), itertools.combinations_with_replacement(KINDS, 2))
def test_any_two_at_once__nothing_is_lost_or_doubled(
    workspace: Workspace, llava: Write, tmp_path: Path, one: str, other: str
) -> None:
    if one == other == "scoring":
        pytest.skip("one server follows one run at a time")
    import_file(workspace, llava(_rows("first", 60), "first.json"))
    acts = _Acts(workspace, tmp_path, llava)
    assert _together(getattr(acts, one), getattr(acts, other)) == []
    assert workspace.store.one("SELECT count(*) FROM sample") == 60 + acts.rows
    assert workspace.store.one("SELECT count(*) FROM decision") == acts.decisions
    assert checking.find(workspace, thorough=True) == ()
