"""A picture of poor quality: large, at its real resolution, and where its value lies among all."""

from __future__ import annotations

from curation.app.server import Server
from curation.common import display
from curation.views.flags.inspection import FlagInspection
from curation.views.messages.flags import Block, HistogramBlock
from curation.views.thresholds import distribution
from curation.views.thresholds.distribution import Distribution
from pages.components import blocks as parts
from pages.components.flag_views.contract import FlagView

KINDS = ("image_quality",)


def blocks(owner: Server, flag_look: FlagInspection) -> list[Block]:
    """Returns the picture, the distribution of the metric with this value marked, and the conversation.

    Args:
        owner: The server.
        flag_look: The flag; its metric gives the distribution.
    """
    spread = distribution.of(owner, flag_look.flag["metric"], flag_look.sample.sample_no)
    return parts.present([histogram(spread) if spread else None, parts.look(flag_look, large=True)])


def histogram(spread: Distribution) -> HistogramBlock:
    """The metric's values as bars, with a marker, and the samples with the next values."""
    value = display.quantity(spread.value, spread.unit)
    return {
        "type": "histogram",
        "words": f"{spread.title} {value}, {display.rank(spread.lower, spread.higher)}.",
        "counts": list(spread.counts),
        "at": _share(spread.value, spread),
        "cuts": [_share(edge, spread) for edge in spread.cut if edge is not None],
        "edges": [f"{spread.low:.3g}", f"{spread.high:.3g}"],
        "near": [
            {"value": f"{neighbour.value:.3g}", "row": f"{neighbour.dataset}, row {neighbour.row}",
             "thumb": None if neighbour.image_no is None else f"/thumb/{neighbour.image_no}"}
            for neighbour in spread.neighbours
        ],
    }  # fmt: skip


def _share(value: float, spread: Distribution) -> float:
    return max(0.0, min((value - spread.low) / ((spread.high - spread.low) or 1.0), 1.0))


VIEW = FlagView(name="quality", kinds=KINDS, blocks=blocks)
