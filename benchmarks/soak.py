"""A long day of reviewing over websockets: what the server's memory and the time of a key press come to.

A real server is driven as browsers do, by Streamlit's own messages but without a browser (`_visitor.py`): what is drawn
and run in a browser is not in these figures. A key is pressed as soon as the server has stored the last one and sent
the next samples; between them people search, change pages and open the page anew. In the environment,
WINNOW_BENCH_PRESSES says how many presses (20,000 unless told) and WINNOW_BENCH_SEED which ones.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import Row
from benchmarks._visitor import NoAnswerError, Visitor

PRESSES = int(os.environ.get("WINNOW_BENCH_PRESSES", "20000"))
SEED = int(os.environ.get("WINNOW_BENCH_SEED", "11"))
WARM = 1000
"""Presses after which the first level is taken."""
LIMIT = 50 * 2**20
"""Bytes that the server may have grown by at the end since then."""
WINDOW = 100
"""A level is the lowest memory within so many presses: what is freed now and then is not counted."""
CHANGE_EVERY = 100
"""Presses between one search or change of the page and the next."""
KEYS = {"approve": 200, "reject": 100, "look": 60, "undo": 20, "later": 10, "turn": 8, "tag": 4, "note": 4, "send": 1}
"""How often each thing is done."""
WORDS = "dog cat table street man kite train boat pizza clock zebra bench".split()
PAGES = ("overview", "map", "thresholds", "flags", "runs")
ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Figures:
    """What was measured: bytes of the server after each press, seconds of each press, and of the whole."""

    memory: list[int] = field(default_factory=list)
    presses: list[float] = field(default_factory=list)
    without_effect: int = 0
    seconds: float = 0.0
    processor_seconds: float = 0.0

    def level(self, presses: int) -> int:
        """Bytes of the server after so many presses."""
        return min(self.memory[max(presses - WINDOW, 0) : presses])

    def times(self) -> str:
        """Milliseconds of a press until now."""
        times = sorted(1000 * seconds for seconds in self.presses)
        return f"{statistics.median(times):,.0f} ms ({times[int(0.95 * len(times))]:,.0f}, worst {times[-1]:,.0f})"


def run() -> Iterator[Row]:
    """Presses, and prints the memory at the first level and at the end."""
    warm = min(WARM, PRESSES // 2)
    with tempfile.TemporaryDirectory() as folder:
        figures = campaign(Path(folder), PRESSES, SEED)
    growth = figures.level(PRESSES) - figures.level(warm)
    for presses in (warm, PRESSES):
        yield f"memory of the server after {presses:,} presses", _megabytes(figures.level(presses)), ""
    yield "growth between them", _megabytes(growth), f"at most {_megabytes(LIMIT)}"
    yield "from a press to the next samples, median (95 %, worst)", figures.times(), ""
    each = 1000 * figures.processor_seconds / PRESSES
    yield "processor time of the server per press, all included", f"{each:,.0f} ms", ""
    yield "presses without effect", f"{figures.without_effect}", "0"
    yield f"{PRESSES:,} presses over websockets, seed {SEED}", f"{figures.seconds:,.0f} s", ""


def campaign(folder: Path, presses: int, seed: int) -> Figures:
    """Builds a workspace of as many samples, serves it and presses keys."""
    sys.path.insert(0, str(ROOT / "tests"))
    import generator
    import serving

    generator.build(folder / "workspace", max(presses, 2000), decided=False)
    figures, draw = Figures(), random.Random(seed)
    with serving.served(folder / "workspace") as address:
        server, started = _server(), time.perf_counter()
        tab = _opened(address)
        for number in range(1, presses + 1):
            try:
                figures.presses.append(tab.press(_act(tab, draw)))
            except NoAnswerError as error:
                figures.without_effect += 1
                print(f"  {error}", file=sys.stderr, flush=True)
                tab.close()
                tab = _opened(address)
            if number % CHANGE_EVERY == 0:
                tab = _changed(tab, address, draw)
            figures.memory.append(server.memory_info().rss)
            if number % max(presses // 20, WINDOW) == 0:
                print(
                    f"  {number:>7,} {_megabytes(figures.level(number))}, {figures.times()}",
                    file=sys.stderr,
                    flush=True,
                )
        tab.close()
        figures.seconds = time.perf_counter() - started
        figures.processor_seconds = sum(server.cpu_times()[:2])
    return figures


def _act(tab: Visitor, draw: random.Random) -> dict[str, Any]:
    """Something that a reviewer does with the sample on the table, as the deck in the browser says it."""
    do = draw.choices(list(KEYS), list(KEYS.values()))[0]
    table, *ahead = tab.deck["items"]
    following = next((item["no"] for item in ahead if item["open"]), None)
    if do == "undo":
        return {"do": do, "at": table["no"]}
    if do == "look":
        return {"do": do, "at": following}
    about = {"do": do, "key": table["key"], "no": table["no"], "at": table["no"], "turn": 0}
    if do == "turn":
        return about | {"verdict": draw.choice(["drop", "keep"])}
    if do in ("tag", "note", "send"):
        return about | {"text": draw.choice(WORDS)}
    return about | {"at": following}


def _changed(tab: Visitor, address: str, draw: random.Random) -> Visitor:
    """A search, whose words stay with the tab, or another page; then the whole queue again."""
    if draw.random() < 0.5:
        words = "+".join([*draw.sample(WORDS, 2), str(draw.randrange(10**6))])
        tab.visit("map", f"words={words}")
        tab.close()
        return _opened(address)
    tab.visit(draw.choice(PAGES))
    tab.visit("review")
    return tab


def _opened(address: str) -> Visitor:
    tab = Visitor(address)
    tab.visit("review")
    return tab


def _server() -> Any:
    """The process of the server that this one has started."""
    import psutil

    return next(child for child in psutil.Process().children() if "streamlit" in " ".join(child.cmdline()))


def _megabytes(size: int) -> str:
    return f"{size / 2**20:,.0f} MB"
