"""The list of slow tests is made from what pytest prints."""

from __future__ import annotations

from slow import LIST, slow_tests


def test_slow_tests__take_more_than_a_third_of_a_second_in_the_mean_of_their_cases() -> None:
    lines = [
        "2.00s call     tests/test_a.py::test_one",
        "0.25s setup    tests/test_a.py::test_two[a b]",
        "0.25s call     tests/test_a.py::test_two[a b]",
        "0.02s call     tests/test_a.py::test_two[c]",
        "slowest durations",
    ]
    assert slow_tests(lines) == ["tests/test_a.py::test_one"]


def test_list__names_files_that_are_there() -> None:
    root = LIST.parents[1]
    assert all((root / name.partition("::")[0]).is_file() for name in LIST.read_text().split())
