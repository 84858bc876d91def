"""The flags page: the queue, the inspector, decisions with undo, and text that stays text."""

import polars as pl

from curation.views import flags


def _status(owner):
    return dict(flags.every(owner).select("kind", "status").iter_rows())


def test_inspector__marks_the_span_beside_its_picture_and_evidence(filled, visit, seen):
    text = seen(visit("flags"))
    assert 'w-mark-now" title="No source names a dog.">a dog</mark>' in text
    assert 'src="/image/0"' in text
    assert "objects: cup" in text
    assert "1 of 3 flags" in text


def test_confirm__records_the_reviewer_and_moves_on(filled, visit, seen):
    app = visit("flags")
    app.text_input(key="person").set_value("ada").run()
    app.button(key="flag_confirm").click().run()
    assert _status(filled)["hallucination"] == "confirmed"
    assert "1 of 2 flags" in seen(app)
    assert "a dog" not in seen(app)


def test_undo__brings_the_flag_back(filled, visit, seen):
    app = visit("flags")
    app.button(key="flag_dismiss").click().run()
    assert _status(filled)["hallucination"] == "dismissed"
    app.button(key="flag_undo").click().run()
    assert _status(filled)["hallucination"] == "open"
    assert "w-mark-now" in seen(app)


def test_address__filters_the_queue(filled, visit, seen):
    app = visit("flags", kind="empty_response")
    assert app.selectbox(key="filter_kind").value == "empty_response"
    assert "1 of 1 flags" in seen(app)


def test_bulk__states_the_count_and_decides_all(filled, visit):
    app = visit("flags")
    assert app.button(key="bulk_dismiss").label == "Dismiss 3"
    app.button(key="bulk_dismiss").click().run()
    assert set(_status(filled).values()) == {"dismissed"}


def test_list__shows_what_was_flagged(filled, visit):
    shown = pl.DataFrame(visit("flags").dataframe[0].value)
    assert shown["what"][0] == "▸ a dog"
