"""Marked spans and small markup: cut at the right characters, and always escaped."""

import pytest

from curation.images.coordinates import Geometry
from curation.views.sample.content import MarkedSpan, TurnView, boxes
from curation.views.sample.sample import pieces
from pages.components import conversation, markup


def _span(start, end, flag_id="f"):
    return MarkedSpan(start, end, "unsure", 'say "why"', flag_id)


def test_pieces__join_to_the_text_and_skip_overlaps():
    text = "a red dog on a mat"
    cut = pieces(text, [_span(2, 9), _span(6, 9), _span(15, 40)])
    assert "".join(part for part, _ in cut) == text
    assert [part for part, span in cut if span] == ["red dog", "mat"]


def test_conversation__prefers_the_present_flag_among_overlaps():
    turn = TurnView("Q", "a red dog", (_span(2, 9, "wide"), _span(6, 9, "now")))
    assert 'w-mark-now" title="say &quot;why&quot;">dog</mark>' in conversation.html([turn], current="now")


def test_boxes__in_pixels_and_as_corners():
    pixels = boxes('[{"category": "cup", "bbox": [10, 20, 30, 40]}]', Geometry(100, 200))[0]
    assert (pixels.x, pixels.y, pixels.width, pixels.height) == pytest.approx((0.1, 0.1, 0.3, 0.2))
    corners = boxes('[{"category": "cup", "bbox": [0.1, 0.2, 0.5, 0.6]}]', Geometry(100, 200))[0]
    assert (corners.x, corners.width) == (0.1, 0.4)
    assert boxes('[{"category": "cup", "bbox": []}]', Geometry(100, 200)) == []


def test_plain__escapes_what_streamlit_would_draw():
    assert markup.plain("*a* :red[b] <i>$x$") == r"\*a\* \:red\[b\] \<i\>\$x\$"
