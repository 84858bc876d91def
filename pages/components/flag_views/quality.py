"""A picture of poor quality: large, at its real resolution, and where its value lies among all."""

from __future__ import annotations

from curation.app.server import Server
from curation.common import display
from curation.views.flags.inspection import Look
from curation.views.thresholds import distribution
from curation.views.thresholds.distribution import Distribution
from pages.components import blocks as parts
from pages.components.blocks import Block
from pages.components.flag_views.contract import FlagView

KINDS = ("image_quality",)


def blocks(owner: Server, one: Look) -> list[Block]:
    """The picture, the distribution of the metric with this value marked, and the conversation."""
    found = distribution.of(owner, one.flag["metric"], one.still.sample_no)
    return parts.present([histogram(found) if found else None, parts.look(one, large=True)])


def histogram(found: Distribution) -> Block:
    """The metric's values as bars, with a marker, and the samples with the next values."""
    shown = display.quantity(found.value, found.unit)
    return {
        "type": "histogram",
        "title": found.title,
        "value": shown,
        "words": f"{found.title} {shown}, {display.rank(found.lower, found.higher)}.",
        "counts": list(found.counts),
        "at": _share(found.value, found),
        "cuts": [_share(edge, found) for edge in found.cut if edge is not None],
        "edges": [f"{found.low:.3g}", f"{found.high:.3g}"],
        "near": [
            {"value": f"{one.value:.3g}", "row": f"{one.dataset}, row {one.row}",
             "thumb": None if one.image_no is None else f"/thumb/{one.image_no}"}
            for one in found.neighbours
        ],
    }  # fmt: skip


def _share(value: float, found: Distribution) -> float:
    return max(0.0, min((value - found.low) / ((found.high - found.low) or 1.0), 1.0))


VIEW = FlagView(name="quality", kinds=KINDS, blocks=blocks)
