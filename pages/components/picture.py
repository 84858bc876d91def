"""A picture of a sample with its annotated objects drawn over it; a click opens it in full."""

from __future__ import annotations

from collections.abc import Sequence

from curation.common.counts import counted
from curation.views.sample import content, marks
from curation.views.sample.content import ObjectBox, SampleContent, SampleImage
from curation.views.sample.marks import Mark
from pages.components import markup

_COLOURS = ("#2dd4bf", "#fbbf24", "#60a5fa", "#f472b6", "#a3e635", "#fb923c", "#c084fc", "#f87171")
MOST = 24
"""Pictures of one sample that are drawn."""


def every(sample: SampleContent, *, high: int, most: int = MOST, marked: bool = True) -> str:
    """Returns the markup of a sample's pictures, with what each is called.

    Args:
        sample: The sample.
        high: Largest height of a picture in pixels.
        most: At most so many pictures; the others are counted.
        marked: True draws the boxes of the row.
    """
    count = len(sample.pictures)
    if not count:
        return '<div class="w-none"><b>Text only.</b> This sample has no picture; only its texts are judged.</div>'
    drawn = []
    for position, picture in enumerate(sample.pictures[:most]):
        regions = [mark for mark in sample.marks if marked and mark.picture == position]
        caption = markup.safe(marks.caption(picture.ref, picture.found_by, position, count))
        drawn.append(
            f'<figure class="w-figured">{html(picture, regions=regions, high=high)}'
            f'<figcaption class="w-soft">{caption}</figcaption></figure>'
        )
    more = f'<div class="w-soft">and {counted(count - most, "more picture")}</div>' if count > most else ""
    return "".join(drawn) + more


def html(picture: SampleImage, *, boxes: bool = False, regions: Sequence[Mark] = (), high: int = 520) -> str:
    """Returns the markup of one picture.

    Args:
        picture: The picture; one without a file gets a sentence in its place.
        boxes: True draws the annotated objects.
        regions: Numbered boxes of the row to draw.
        high: Largest height in pixels.
    """
    if picture.image_no is None:
        why = content.why(picture.outcome)
        return f'<div class="w-none"><b>No picture.</b> {why}<br><code>{markup.safe(picture.ref)}</code></div>'
    number = int(picture.image_no)
    overlay = (_boxes(picture.boxes) if boxes else "") + _regions(regions)
    return (
        f'<a class="w-picture" href="/image/{number}" target="_blank" style="--w-high:{int(high)}px">'
        f'<img src="/image/{number}" alt="{markup.safe(picture.ref)}" data-thumb="/thumb/{number}" '
        f'data-width="{picture.width or 0}" data-height="{picture.height or 0}" '
        f'style="background-image:url(/thumb/{number})">'
        f"{overlay}</a>"
    )


def thumbnail(image_no: int | None, alt: str = "") -> str:
    """Returns the markup of a thumbnail.

    Args:
        image_no: Number of the picture; None gives a grey field.
        alt: What a screen reader says, plain text.
    """
    if image_no is None:
        return '<div class="w-thumb"></div>'
    return f'<img class="w-thumb" loading="lazy" src="/thumb/{int(image_no)}" alt="{markup.safe(alt)}">'


def _boxes(boxes: Sequence[ObjectBox]) -> str:
    labels = [box.label for box in boxes]
    names = list(dict.fromkeys(labels))
    drawn = []
    named = set()
    for box in sorted(boxes, key=lambda box: -box.width * box.height):
        colour = _COLOURS[names.index(box.label) % len(_COLOURS)]
        corner = f"left:{100 * box.x:.2f}%;top:{100 * box.y:.2f}%"
        size = f"width:{100 * box.width:.2f}%;height:{100 * box.height:.2f}%"
        drawn.append(
            f'<span class="w-box" style="{corner};{size};border-color:{colour}">'
            f"{'' if box.label in named else _tag(box.label, labels.count(box.label))}</span>"
        )
        named.add(box.label)
    return "".join(drawn)


def _regions(drawn: Sequence[Mark]) -> str:
    """Numbered shapes, the largest first, so that a small one is not covered."""
    return "".join(
        f'<span class="w-box w-region w-{mark.kind}" style="left:{100 * mark.x:.2f}%;top:{100 * mark.y:.2f}%;'
        f"width:{100 * mark.width:.2f}%;height:{100 * mark.height:.2f}%;"
        f'border-color:{_COLOURS[(mark.number - 1) % len(_COLOURS)]}">{_outline(mark)}'
        f'<span class="w-tag">{markup.safe(mark.title)}</span></span>'
        for mark in sorted(drawn, key=lambda mark: -mark.width * mark.height)
    )


def _outline(mark: Mark) -> str:
    if not mark.outline:
        return ""
    corners = ",".join(
        f"{across:.2f}% {down:.2f}%" for across, down in zip(mark.corners[::2], mark.corners[1::2], strict=True)
    )
    colour = _COLOURS[(mark.number - 1) % len(_COLOURS)]
    return f'<span class="w-inside" style="background:{colour};clip-path:polygon({corners})"></span>'


def _tag(label: str, number: int) -> str:
    """The name on the largest box of an object, with how many there are."""
    return f'<span class="w-tag">{markup.safe(label)}{f" ×{number}" if number > 1 else ""}</span>'
