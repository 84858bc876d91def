from __future__ import annotations

import concurrent.futures
import contextlib
import ctypes
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

from storage import migrations
from storage.errors import WorkspaceDamagedError, WorkspaceError, WorkspaceInUseError, WorkspaceNewerError
from storage.store import DATABASE, QUERIES, Store, open_store

HOLD = """
import sys, time
from pathlib import Path
from storage.store import open_store
store = open_store(Path(sys.argv[1]), sys.argv[2])
print("open", flush=True)
time.sleep(60)
"""


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(tmp_path / "w")
    yield opened
    opened.close()


def _held_by_another(folder: Path, address: str) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(folder), address], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "open"
    return process


def test_open__another_server_owns_it__names_its_address(tmp_path: Path) -> None:
    process = _held_by_another(tmp_path, "http://localhost:8501")
    try:
        with pytest.raises(WorkspaceInUseError, match=r"open in a Winnow server at http://localhost:8501"):
            open_store(tmp_path)
    finally:
        process.kill()
        process.wait()


def test_open__another_command_owns_it__names_its_process(tmp_path: Path) -> None:
    process = _held_by_another(tmp_path, "")
    try:
        with pytest.raises(WorkspaceInUseError, match=rf"process {process.pid}"):
            open_store(tmp_path)
    finally:
        process.kill()
        process.wait()


def test_open__owner_was_killed__opens_again(tmp_path: Path) -> None:
    process = _held_by_another(tmp_path, "")
    process.kill()
    process.wait()
    open_store(tmp_path).close()


def test_open__written_by_a_newer_program__says_so(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    with duckdb.connect(str(tmp_path / DATABASE)) as connection:
        connection.execute("INSERT INTO migration VALUES (9999, now()::TIMESTAMP)")
    with pytest.raises(WorkspaceNewerError, match="schema 9999"):
        open_store(tmp_path)


def test_open__not_a_database__says_damaged(tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_bytes(b"no database at all" * 1000)
    with pytest.raises(WorkspaceDamagedError, match="damaged or not a Winnow workspace"):
        open_store(tmp_path)


def test_open__truncated_file__says_damaged(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.transaction() as cursor:
        cursor.execute("CREATE TABLE big AS SELECT range AS a, md5(range::VARCHAR) AS b FROM range(200000)")
    store.close()
    path = tmp_path / DATABASE
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(WorkspaceDamagedError):
        open_store(tmp_path).rows("SELECT sum(a), max(b) FROM big")


def test_open__folder_cannot_be_made__one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match="Cannot make the workspace folder"):
        open_store(tmp_path / "file" / "w")


def test_transaction__error__rolls_back_everything(store: Store) -> None:
    def fail() -> None:
        with store.transaction() as cursor:
            cursor.execute("INSERT INTO setting VALUES ('a', '1', now()::TIMESTAMP, 1)")
            raise KeyError("stop")

    with pytest.raises(KeyError):
        fail()
    assert store.one("SELECT count(*) FROM setting") == 0


def test_revision__grows_only_for_the_topic_that_was_touched(store: Store) -> None:
    with store.transaction("scores"):
        pass
    assert (store.revision("scores"), store.revision("samples")) == (1, 0)


def test_reading__many_threads__every_answer_is_right(store: Store) -> None:
    wrong: list[int] = []

    def read(number: int) -> None:
        for _ in range(100):
            if store.one("SELECT $n::INTEGER", {"n": number}) != number:
                wrong.append(number)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_migrate__failing_step__leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = migrations.available()
    broken = [*steps, (steps[-1][0] + 1, "CREATE TABLE half (a INTEGER); SELECT * FROM nowhere")]
    monkeypatch.setattr(migrations, "available", lambda: broken)
    with pytest.raises(duckdb.Error):
        open_store(tmp_path)
    monkeypatch.undo()
    store = open_store(tmp_path)
    assert store.one("SELECT max(number) FROM migration") == steps[-1][0]
    assert store.one("SELECT count(*) FROM information_schema.tables WHERE table_name = 'half'") == 0
    store.close()


def test_migrate__existing_workspace__is_copied_aside_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(tmp_path).close()
    steps = migrations.available()
    more = [*steps, (steps[-1][0] + 1, "CREATE TABLE added (a INTEGER)")]
    monkeypatch.setattr(migrations, "available", lambda: more)
    store = open_store(tmp_path)
    assert store.one("SELECT count(*) FROM added") == 0
    store.close()
    assert list(tmp_path.glob("winnow.before-*.duckdb"))


def test_migrate__step_by_step__equals_a_fresh_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = migrations.available()
    for count in range(1, len(steps) + 1):
        monkeypatch.setattr(migrations, "available", lambda count=count: steps[:count])
        open_store(tmp_path / "replayed").close()
    sql = """SELECT table_name, column_name, data_type FROM information_schema.columns ORDER BY ALL"""
    replayed, fresh = open_store(tmp_path / "replayed"), open_store(tmp_path / "fresh")
    assert replayed.rows(sql) == fresh.rows(sql)
    replayed.close()
    fresh.close()


def test_migrate__newer_one_was_applied_first__the_older_is_made_up_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = migrations.available()
    monkeypatch.setattr(migrations, "available", lambda: [one for one in steps if one[0] < 9 and one[0] != 7])
    open_store(tmp_path / "w").close()
    monkeypatch.undo()
    store = open_store(tmp_path / "w")
    assert store.one("SELECT count(*) FROM dataset_tag") == 0
    assert store.rows("SELECT number FROM migration ORDER BY 1") == [(number,) for number, _ in steps]
    store.close()


def test_store__many_threads_read_while_it_is_closed__closing_never_fails(tmp_path: Path) -> None:
    for attempt in range(20):
        store = open_store(tmp_path / str(attempt))
        going = threading.Event()

        def read(store: Store = store, going: threading.Event = going) -> None:
            with contextlib.suppress(duckdb.Error):
                while True:
                    store.one("SELECT 1")
                    going.set()

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        going.wait()
        store.close()
        for thread in threads:
            thread.join()


def test_tidy__after_many_queries__their_memory_is_free_again(store: Store) -> None:
    _tidy(store)
    before = _bytes_in_use()
    _join(store, 1500)
    left = _bytes_in_use() - before
    remaining = []
    while len(remaining) < 5 and min(remaining, default=left) >= left / 2:  # other threads of this process allocate too
        _tidy(store)
        remaining.append(_bytes_in_use() - before)
    assert left > 2**20
    assert min(remaining) < left / 2


def test_tidy__while_others_read__no_query_meets_the_low_limit(store: Store) -> None:
    with store.transaction() as cursor:
        cursor.execute("CREATE TABLE number AS SELECT range AS a FROM range(200_000)")
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        sums = [pool.submit(store.one, "SELECT sum(a + b.a) FROM number JOIN number AS b USING (a)") for _ in range(60)]
        while not all(one.done() for one in sums):
            _tidy(store, times=1)
    assert {one.result() for one in sums} == {2 * sum(range(200_000))}
    assert store.one("SELECT current_setting('memory_limit')") == "953.6 MiB"


def test_tidy__a_query_is_at_work__nothing_is_done(store: Store) -> None:
    store._opened = QUERIES
    with store.transaction():
        assert store.tidy(seconds=0.01) is False
    assert store.tidy() is True
    assert store.tidy() is False


def _join(store: Store, times: int) -> None:
    for _ in range(times):
        store.one("SELECT count(*) FROM range(50) AS a WHERE a.range NOT IN (SELECT range FROM range(9))")


def _tidy(store: Store, times: int = 3) -> None:
    """One of these calls may have nothing to free but blocks of the file."""
    for _ in range(times):
        _join(store, 3)
        store._opened = QUERIES
        store.tidy()


def _bytes_in_use() -> int:
    """What this process has allocated."""
    library = ctypes.CDLL(None)
    if not hasattr(library, "mallinfo2"):
        pytest.skip("only glibc says how much memory is in use")
    names = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()
    kind = type("Info", (ctypes.Structure,), {"_fields_": [(name, ctypes.c_size_t) for name in names]})
    library.mallinfo2.restype = kind
    return int(library.mallinfo2().uordblks)
