"""Which tests take more than a third of a second, for `make test-fast` to leave out.

    python -m pytest --durations=0 --ignore tests/browser | python tests/slow.py

writes their names into `slow.txt`, which `conftest.py` reads.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

LIST = Path(__file__).with_name("slow.txt")
SECONDS = 0.3
_DURATION = re.compile(r"([\d.]+)s (?:call|setup|teardown) +(\S+?)(?:\[.*)?$")


def slow_tests(lines: Iterable[str]) -> list[str]:
    """Finds the tests whose cases take more than SECONDS in the mean, in the lines that `--durations=0` prints."""
    seconds: dict[str, float] = defaultdict(float)
    cases: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        if match := _DURATION.match(line.strip()):
            seconds[match[2]] += float(match[1])
            cases[match[2]].add(line.split(maxsplit=2)[2])
    return sorted(name for name, total in seconds.items() if total / len(cases[name]) > SECONDS)


if __name__ == "__main__":
    LIST.write_text("\n".join(slow_tests(sys.stdin)) + "\n", encoding="utf-8")
