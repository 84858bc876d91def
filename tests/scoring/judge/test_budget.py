from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scoring.judge.budget import Budget
from scoring.metric import Postponed

_TAKE = """
import sys
from pathlib import Path
from scoring.judge.budget import Budget
from scoring.metric import Postponed
budget, taken = Budget(requests=300, file=Path(sys.argv[1])), 0
try:
    while True:
        budget.reserve()
        taken += 1
except Postponed:
    print(taken)
"""


def test_budget__processes_together_take_exactly_the_limit(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _TAKE, str(tmp_path / "run" / "budget")]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert sum(int(worker.communicate(timeout=60)[0]) for worker in workers) == 300


def test_budget__no_limits__counts_nothing_and_writes_nothing(tmp_path: Path) -> None:
    budget = Budget(file=tmp_path / "budget")
    for _ in range(50):
        budget.reserve()
        budget.spend(10_000)
    assert list(tmp_path.iterdir()) == []


def test_budget__a_new_file_is_a_new_budget(tmp_path: Path) -> None:
    Budget(requests=1, file=tmp_path / "one").reserve()
    with pytest.raises(Postponed):
        Budget(requests=1, file=tmp_path / "one").reserve()
    Budget(requests=1, file=tmp_path / "two").reserve()
