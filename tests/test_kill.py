"""kill -9 of server, worker and command line at random moments: nothing lost, nothing doubled, the run completes."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from support import row, score_all

from curation.importing.importer import import_file
from curation.workspace import Workspace, open_workspace
from storage.connecting import owner

ROOT = Path(__file__).resolve().parents[1]
FILES, ROWS = 6, 2500
KILLS = {"import": 3, "score": 3, "worker": 3, "server": 3}
"""How often each must be killed while it is at work; a kill that comes too late is tried again."""
MOST_KILLS = 40
METRICS = ("response_length", "repetition", "text_readability", "duplicates")

IMPORT = """
import sys
from pathlib import Path
from curation import workspace
from curation.importing import importer
importer.BATCH_ROWS = 200
importer.import_file(workspace.open_workspace(Path(sys.argv[1])), Path(sys.argv[2]))
"""

SERVER = """
import sys, time
from pathlib import Path
from curation.app import server
from curation.importing import importer
from curation.workspace import metric_settings, score_columns
importer.BATCH_ROWS = 200
columns = score_columns.named(sys.argv[3].split(","))
metric_settings.active = lambda _: columns
running = server.start(Path(sys.argv[1]))
running.import_file(Path(sys.argv[2]))
running.score()
time.sleep(60)
"""


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Data sets of rows of different length, enough for an import and a run to last a while."""
    draw = random.Random(1)
    words = "a dog and the cat sit near some tree while people walk along".split()
    paths = []
    for number in range(FILES):
        rows = [
            row(f"Question {number} {n}?", " ".join(draw.choices(words, k=draw.randint(5, 120)))) for n in range(ROWS)
        ]
        paths.append(tmp_path / f"set{number}.json")
        paths[-1].write_text(json.dumps(rows))
    return paths


def _start(*arguments: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _workers(parent: int) -> list[psutil.Process]:
    return [child for child in psutil.Process(parent).children(recursive=True) if _is_worker(child)]


def _is_worker(child: psutil.Process) -> bool:
    try:
        return "scoring.worker" in child.cmdline()
    except psutil.NoSuchProcess:  # it ended between the list and the look
        return False


def _kill(process: subprocess.Popen[bytes], folder: Path, seconds: float, what: str) -> bool:
    """Kills the owner of the workspace, or its worker, a moment after it began; True when it was still at work."""
    while process.poll() is None and owner(folder).get("pid") != process.pid:
        time.sleep(0.005)
    while what == "worker" and process.poll() is None and not _workers(process.pid):
        time.sleep(0.005)
    time.sleep(seconds)
    at_work = process.poll() is None
    if at_work and what == "worker":
        for worker in _workers(process.pid)[:1]:
            worker.kill()
        process.wait(60)
    process.kill()
    process.wait()
    return at_work


def _check(workspace: Workspace) -> None:
    """No row, turn or score is there twice."""
    store = workspace.store
    for identity in ("(dataset_no, row_index)", "sample_no"):
        assert store.one(f"SELECT count(*) - count(DISTINCT {identity}) FROM sample") == 0
    assert store.one("SELECT count(*) - count(DISTINCT turn_no) FROM turn") == 0
    assert store.one("SELECT count(*) FROM turn") == store.one("SELECT count(*) FROM sample")
    in_two_runs = "SELECT metric, subject_no FROM score WHERE metric <> 'duplicates' GROUP BY ALL HAVING count(*) > 1"
    assert store.rows(in_two_runs) == []


@pytest.mark.timeout(900)
def test_kill__at_random_moments__no_row_lost_none_doubled(files: list[Path], tmp_path: Path) -> None:
    folder, draw = tmp_path / "w", random.Random(20)
    score = ["-m", "curation", "score", "--metrics", ",".join(METRICS), "--workspace", str(folder)]
    hits = dict.fromkeys(KILLS, 0)
    for number in range(MOST_KILLS):
        what = "import" if number == 0 else draw.choice([one for one in KILLS if hits[one] < KILLS[one]])
        file = str(files[number % FILES])
        commands = {
            "import": ["-c", IMPORT, str(folder), file],
            "server": ["-c", SERVER, str(folder), file, ",".join(METRICS)],
        }
        process = _start(*commands.get(what, score))
        hits[what] += _kill(process, folder, draw.uniform(0.0, 0.5 if what == "import" else 1.5), what)
        workspace = open_workspace(folder)
        _check(workspace)
        workspace.close()
        if hits == KILLS:
            break
    assert sum(hits.values()) >= 9, hits

    workspace = open_workspace(folder)
    for file in files:
        assert import_file(workspace, file).imported == ROWS
    assert score_all(workspace, *METRICS).state == "done"
    _check(workspace)
    counts = dict(workspace.store.rows("SELECT metric, count(DISTINCT subject_no) FROM score GROUP BY 1"))
    assert counts == dict.fromkeys(METRICS, FILES * ROWS)
    assert workspace.store.one("SELECT count(*) FROM score WHERE error IS NOT NULL") == 0
    workspace.close()
