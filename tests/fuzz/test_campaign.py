"""The fuzz campaign on a few thousand inputs of all targets, and that it sees what it looks for."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from benchmarks import _fuzz_targets, fuzz
from benchmarks._fuzz_inputs import draw_of
from benchmarks._fuzz_targets import Target


def test_campaign__named_outcomes_only(tmp_path: Path) -> None:
    tallies = fuzz.campaign(3000, 1, 120, tmp_path / "failures", workers=2)
    kept = sorted(path.read_text()[-2000:] for path in (tmp_path / "failures").glob("*.txt"))
    assert kept == []
    assert sum(one.inputs for one in tallies) >= 2990
    assert {one.target for one in tallies if one.inputs} == set(_fuzz_targets.targets())
    assert max(one.slowest for one in tallies) < fuzz.SLOWEST_SECONDS
    assert max(one.bytes for one in tallies) < fuzz.MOST_BYTES
    assert all(one.refused < one.inputs for one in tallies)


@pytest.mark.parametrize("name", _fuzz_targets.targets())
def test_input__is_made_again_by_its_number(name: str) -> None:
    make = _fuzz_targets.targets()[name].make
    made = [make(draw_of(5, name, number)) for number in range(20)]
    assert made == [make(draw_of(5, name, number)) for number in range(20)]
    assert len(set(made)) > 10


class _At:
    value = 0


def test_failure__other_error__is_kept_with_its_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def feed(data: bytes, _: Path) -> None:
        if data == b"3":
            raise KeyError("not named")
        if data == b"4":
            raise ValueError("named")
        if data == b"5":
            time.sleep(0.02)

    bad = Target(1, lambda draw: str(draw.randrange(10)).encode(), feed, (ValueError,))
    monkeypatch.setattr(_fuzz_targets, "targets", lambda: {"bad": bad})
    monkeypatch.setattr(fuzz, "SLOWEST_SECONDS", 0.01)
    monkeypatch.setattr(fuzz.signal, "setitimer", lambda *_: None)
    tally = fuzz._fed(("bad", 0, 60), _At(), 1, tmp_path / "failures", tmp_path)
    kept = {path.read_bytes() for path in (tmp_path / "failures").glob("*.bin")}
    assert kept == {b"3", b"5"}
    assert tally.failed == len(list((tmp_path / "failures").glob("*.txt"))) >= 2
    assert tally.refused >= 1
