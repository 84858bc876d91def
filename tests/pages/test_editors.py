"""What the editors accept from a browser."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.components import span_editor

PAGE = """
import streamlit as st
from pages.components import span_editor, text_editor
text_editor.show("A dog & a cat.", key="text", on_save=print)
span_editor.show("A dog & a cat.", 2, 5, key="span", on_save=print)
"""


@pytest.mark.parametrize(
    ("said", "places"),
    [
        ({"start": 2, "end": 5}, (2, 5)),
        ({"start": 5, "end": 5}, None),
        ({"start": 2, "end": 99}, None),
        ({"start": -1, "end": 3}, None),
        ({"start": "2", "end": 5}, None),
        ([2, 5], None),
        (None, None),
    ],
)
def test_within__takes_only_places_in_the_text(said, places):
    assert span_editor.within("A dog.", said) == places


def test_editors__are_drawn_without_an_error():
    app = AppTest.from_string(PAGE).run()
    assert not app.exception
    assert len(app.main.children) == 2
