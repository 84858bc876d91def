"""References to images in the ways in which rows hold them."""

from __future__ import annotations

import math

import pytest

from curation.formats.conversation import RejectedRowError, names_of


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (None, ()), ("", ()), ([], ()), ([""], ()), ([None, ""], ()), (math.nan, ()),
        ("a.jpg", ("a.jpg",)),
        (["a.jpg", "", "b.jpg"], ("a.jpg", "b.jpg")),
        ("x/0.jpg,x/1.jpg", ("x/0.jpg", "x/1.jpg")),
        ("x/0.JPG, x/1.png ,v.mp4", ("x/0.JPG", "x/1.png", "v.mp4")),
        ('["a.jpg", "b.jpg"]', ("a.jpg", "b.jpg")),
        ("Paris, France.jpg", ("Paris, France.jpg",)),
        ("a,b.jpg", ("a,b.jpg",)),
        ("[draft].jpg", ("[draft].jpg",)),
        ("https://x.org/a.jpg,w_200.jpg", ("https://x.org/a.jpg,w_200.jpg",)),
        ("https://x.org/a.jpg,https://x.org/b.jpg", ("https://x.org/a.jpg", "https://x.org/b.jpg")),
        ("data:image/png;base64,iVBORw0KGgo", ("data:image/png;base64,iVBORw0KGgo",)),
    ],
)  # fmt: skip
def test_names__are_read_in_order(value: object, names: tuple[str, ...]) -> None:
    assert names_of(value) == names


@pytest.mark.parametrize("value", [{"a": 1}, True, 3, ["a.jpg", 3]])
def test_names__other_values_are_rejected(value: object) -> None:
    with pytest.raises(RejectedRowError, match="neither a name nor a list"):
        names_of(value)
