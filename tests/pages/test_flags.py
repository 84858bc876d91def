"""The flags page: the queue, the inspector, decisions with undo, and text that stays text."""

import polars as pl

from curation.views import flags
from scoring.shard import VOTE_SCHEMA
from storage import flags as stored
from storage.store import append_frame


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


def _vote(owner, said: dict[str, float | None]) -> None:
    """Votes on "a dog" by the metric that flagged it."""
    rows = [(0, 0, 0, 14, 19, "a dog", source, score, "", "object_mentions", "1", 0) for source, score in said.items()]
    with owner.workspace.store.transaction("scores") as cursor:
        append_frame(cursor, "vote", pl.DataFrame(rows, VOTE_SCHEMA, orient="row"))


def test_evidence__every_source_with_its_score_and_verdict(filled, visit, seen):
    _vote(filled, {"annotations": 0.0, "detector": 0.02, "llm": 1.0})
    text = seen(visit("flags"))
    for name, verdict, score in (
        ("Annotated objects", "unsupported", "0"),
        ("Object detector", "unsupported", "0.02"),
        ("Language model", "supported", "1"),
    ):
        said = f'<span class="w-said"><span class="w-dot w-{verdict}"></span>{verdict}</span>'
        assert f"<td>{name}</td><td>{said}</td>" in text
        assert f'<td class="w-right">{score}</td>' in text


def test_supported_span__is_kept_but_not_open(filled, visit, seen):
    _vote(filled, {"annotations": 1.0, "llm": 0.0})
    assert _status(filled)["hallucination"] == "supported"
    assert "1 of 2 flags" in seen(visit("flags"))
    app = visit("flags", status="supported")
    assert "1 of 1 flags" in seen(app)
    assert 'class="w-mark w-supported w-mark-now"' in seen(app)
    app.button(key="flag_confirm").click().run()
    assert _status(filled)["hallucination"] == "confirmed"


def test_order__most_disputed_first_by_toggle_and_by_address(filled, visit):
    rows = [
        (0, "sample", 0, 0, start, end, text, "hallucination", "unsure", 0.5, "{}", "Votes differ.", "eye", "1", 0)
        for start, end, text in ((2, 9, "red cup"), (33, 38, "table"))
    ]
    votes = [
        (0, 0, 0, start, end, text, source, score, "", "eye", "1", 0)
        for start, end, text, said in (
            (2, 9, "red cup", {"detector": 0.0, "llm": 0.0}),
            (33, 38, "table", {"detector": 0.9, "llm": 0.0}),
        )
        for source, score in said.items()
    ]
    assert "filter_order" not in [one.key for one in visit("flags").toggle]
    with filled.workspace.store.transaction("scores") as cursor:
        stored.append(cursor, pl.DataFrame(rows, schema=list(stored.COLUMNS), orient="row"))
        append_frame(cursor, "vote", pl.DataFrame(votes, VOTE_SCHEMA, orient="row"))
    app = visit("flags", kind="hallucination")
    assert pl.DataFrame(app.dataframe[0].value)["what"].to_list()[-1] == "table"
    app.toggle(key="filter_order").set_value(True).run()
    assert app.query_params["order"] in ("disputed", ["disputed"])
    assert pl.DataFrame(app.dataframe[0].value)["what"][0] == "▸ table"
    app = visit("flags", kind="hallucination", order="disputed")
    assert pl.DataFrame(app.dataframe[0].value)["what"][0] == "▸ table"
