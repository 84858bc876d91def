"""The fuzz campaign on a few thousand inputs of all targets, and that it sees what it looks for."""

from __future__ import annotations

import inspect
import time
from pathlib import Path

import pytest

from benchmarks import _fuzz_app, _fuzz_targets, fuzz
from benchmarks.__main__ import main
from benchmarks._fuzz_inputs import draw_of
from benchmarks._fuzz_targets import Target

PAGES = Path(__file__).parents[2] / "pages"


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
            begun = time.process_time()
            while time.process_time() - begun < 0.02:
                pass

    bad = Target(1, lambda draw: str(draw.randrange(10)).encode(), feed, (ValueError,))
    monkeypatch.setattr(_fuzz_targets, "targets", lambda: {"bad": bad})
    monkeypatch.setattr(fuzz, "SLOWEST_SECONDS", 0.01)
    monkeypatch.setattr(fuzz.signal, "setitimer", lambda *_: None)
    tally = fuzz._fed(("bad", 0, 60), _At(), 1, tmp_path / "failures", tmp_path)
    kept = {path.read_bytes() for path in (tmp_path / "failures").glob("*.bin")}
    assert kept == {b"3", b"5"}
    assert tally.failed == len(list((tmp_path / "failures").glob("*.txt"))) >= 2
    assert tally.refused >= 1


def test_failing_campaign__exits_with_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tallies = [fuzz.Tally("bad", inputs=9, failed=2)]
    monkeypatch.setattr(fuzz, "campaign", lambda *_: tallies)
    assert main(["fuzz", "--failures", str(tmp_path)]) == 1
    assert "failed: 2 inputs" in capsys.readouterr().out
    tallies[0].failed = 0
    assert main(["fuzz"]) == 0


def test_names_in_addresses__are_found_in_the_pages() -> None:
    assert {
        "queue",
        "of",
        "sample",
        "flag",
        "kind",
        "order",
        "verdict",
        "status",
        "source",
        "map",
        "by",
        "lasso",
    } <= set(_fuzz_app.names())
    assert set(_fuzz_app.pages()) == {path.stem for path in PAGES.glob("*.py") if "st.title(" in path.read_text()}


def test_every_reader_of_addresses__is_fed() -> None:
    fed = inspect.getsource(_fuzz_app.feed_filters)
    readers = [path.stem for path in (PAGES / "components").glob("*.py") if "query_params.get(" in path.read_text()]
    assert [name for name in readers if f"{name}." not in fed] == []
