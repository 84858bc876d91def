"""What is scored, by the paper's principles: how far each is, how fast it goes, and what cannot run and why."""

from __future__ import annotations

from dataclasses import dataclass

from curation.app.server import Server
from curation.runs.run_progress import ColumnProgress
from curation.views.runs import columns
from scoring.metric import PRINCIPLES

BALANCE = "balance"
EXTRA = {"hallucination": "beside the paper's ten", "structure": "beside the paper's ten"}


@dataclass(frozen=True)
class UnavailableColumn:
    """A column that cannot run here, and why."""

    name: str
    title: str
    why: str
    missing: int


@dataclass(frozen=True)
class Principle:
    """One principle over its active columns, counted in values; rate in values per second while it is scored now.

    `done`, `failed`, `missing` and `unavailable` add up to `total`; `off` names columns that are not switched on.
    """

    name: str
    note: str
    columns: tuple[str, ...]
    done: int
    failed: int
    missing: int
    unavailable: int
    rate: float
    eta_seconds: float | None
    off: tuple[str, ...]
    why: tuple[UnavailableColumn, ...]

    @property
    def total(self) -> int:
        """Values that there are to be."""
        return self.done + self.failed + self.missing + self.unavailable


def table(server: Server) -> list[Principle]:
    """Every principle in the paper's order, then what comes beside them."""
    rows = columns.table(server).to_dicts()
    progress = server.progress if server.scoring else None
    now = {column.name: column for column in (progress.columns if progress else ()) if column.state == "now"}
    order = [name for name in PRINCIPLES if name not in EXTRA] + list(EXTRA)
    return [_principle(name, [row for row in rows if row["principle"] == name], now) for name in order]


def _principle(name: str, rows: list[dict[str, object]], now: dict[str, ColumnProgress]) -> Principle:
    active = [row for row in rows if row["active"]]
    listed = active + [
        row for row in rows if not row["active"] and row["done"]
    ]  # switched off, with values from before
    absent = [row for row in active if row["state"] == "unavailable"]
    running = [now[str(row["name"])] for row in active if row["name"] in now]
    left = [column.eta_seconds for column in running if column.eta_seconds is not None]
    missing, unavailable = _sum(active, "missing"), _sum(absent, "missing")
    return Principle(
        name=name,
        note=EXTRA.get(name, ""),
        columns=tuple(str(row["title"]) for row in listed),
        done=_sum(listed, "done"),
        failed=_sum(listed, "failed"),
        missing=missing - unavailable,
        unavailable=unavailable,
        rate=sum(column.rate for column in running),
        eta_seconds=max(left) if left else None,
        off=tuple(str(row["title"]) for row in rows if not row["active"] and not row["done"]),
        why=tuple(
            UnavailableColumn(str(r["name"]), str(r["title"]), str(r["why"]), _sum([r], "missing")) for r in absent
        ),
    )


def _sum(rows: list[dict[str, object]], column: str) -> int:
    return sum(int(str(row[column])) for row in rows)
