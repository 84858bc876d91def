"""What a recipe leaves: the number, the funnel, the tasks before and after."""

from __future__ import annotations

import polars as pl

from pages.components import markup


def show_number(remaining: int, total: int) -> None:
    """Draws how many samples remain, large, with their share.

    Args:
        remaining: Samples that remain.
        total: Samples in all.
    """
    share = remaining / max(total, 1)
    markup.show(
        f'<div><span class="w-big">{remaining:,}</span> of {total:,} samples remain ({100 * share:.1f} %)</div>'
        f"{markup.bar(share)}"
    )


def show_funnel(funnel: pl.DataFrame, total: int) -> None:
    """Draws filters in order: what each fails, drops after the ones before it, and drops all alone.

    Args:
        funnel: One row per filter with title, fails, drops, only and remaining.
        total: Samples before the first filter.
    """
    rows = [
        (
            markup.safe(row["title"][:1].upper() + row["title"][1:]),
            f"{row['fails']:,}",
            f"{row['drops']:,}",
            f"{row['only']:,}",
            markup.bar(row["remaining"] / max(total, 1), faint_share=row["drops"] / max(total, 1)),
            f"{row['remaining']:,}",
        )
        for row in funnel.iter_rows(named=True)
    ]
    head = ("Filter", "Fails", "Drops next", "Only this", "", "Remain")
    markup.show(markup.table(head, rows, right=(1, 2, 3, 5)))


def show_tasks(tasks: pl.DataFrame, most: int = 30) -> None:
    """Draws tasks before and after.

    Args:
        tasks: task, before and after.
        most: At most so many tasks.
    """
    largest = max([1, *tasks["before"].to_list()])
    rows = [
        (
            markup.safe(row["task"]),
            markup.bar(row["after"] / largest, faint_share=(row["before"] - row["after"]) / largest),
            f"{row['after']:,} of {row['before']:,}",
        )
        for row in tasks.head(most).iter_rows(named=True)
    ]
    markup.show(markup.table(("Task", "", "Remain"), rows, right=(2,)))
