"""The flags page: the queue, what the inspector is given, decisions with undo, bulk, duplicates, precision."""

import json

import orjson
import polars as pl
from streamlit.testing.v1 import AppTest

from curation.decisions import decision_log, merging
from curation.flags import current_flags
from curation.views.flags import bulk_preview
from pages.components import flag_views
from scoring.shard import VOTE_SCHEMA
from storage import flags as stored
from storage.store import append_frame


def _status(owner):
    return dict(current_flags.every(owner).select("kind", "status").iter_rows())


def _data(app):
    """What the page hands to the inspector in the browser."""
    found = [one for one in app.main if one.type == "bidi_component"]
    return json.loads(found[0].proto.json) if found else None


def _current(app):
    data = _data(app)
    return next(item for item in data["items"] if item["id"] == data["current"])


def _block(app, sort):
    return next(block for block in _current(app)["blocks"] if block["type"] == sort)


def _spans(app):
    """(text, span) of every span of the present flag's sample."""
    return [
        (text, turn["spans"][at]) for turn in _block(app, "look")["turns"] for text, at in turn["pieces"] if at >= 0
    ]


def test_inspector__is_given_the_span_beside_its_picture_and_evidence(filled, visit, seen):
    app = visit("flags")
    (text, span), *_ = [one for one in _spans(app) if one[1]["now"]]
    assert (text, span["tone"]) == ("a dog", "unsupported")
    assert "No source names a dog." in span["why"]
    assert _block(app, "look")["pictures"][0]["src"] == "/image/0"
    assert "1 of 3 flags" in seen(app)
    assert [item["id"] for item in _data(app)["items"]] == current_flags.every(filled)["flag_id"].to_list()


def test_confirm__records_the_reviewer_and_moves_on(filled, visit, seen):
    app = visit("flags")
    app.text_input(key="person").set_value("ada").run()
    app.button(key="flag_confirm").click().run()
    assert _status(filled)["hallucination"] == "confirmed"
    assert decision_log.standing(filled.workspace, "flag")["who"].to_list() == ["ada"]
    assert "1 of 2 flags" in seen(app)
    assert _current(app)["title"] != "Hallucination"


def test_undo__brings_the_flag_back(filled, visit, seen):
    app = visit("flags")
    app.button(key="flag_dismiss").click().run()
    assert _status(filled)["hallucination"] == "dismissed"
    app.button(key="flag_undo").click().run()
    assert _status(filled)["hallucination"] == "open"
    assert _current(app)["title"] == "Hallucination"


def test_skip__decides_nothing(filled, visit):
    app = visit("flags")
    first = _data(app)["current"]
    app.button(key="flag_skip").click().run()
    assert _data(app)["current"] == _data(visit("flags"))["order"][1] != first
    assert set(_status(filled).values()) == {"open"}


def test_drop__takes_the_turn_out_and_confirms_with_one_undo(filled, visit):
    app = visit("flags")
    flag_id = _data(app)["current"]
    app.button(key="flag_drop").click().run()
    turns = decision_log.standing(filled.workspace, "turn")
    assert turns["verdict"].to_list() == ["drop"]
    assert turns["key"][0].endswith("@0")
    assert _status(filled)["hallucination"] == "confirmed"
    shown = visit("flags", flag=flag_id)
    assert _block(shown, "look")["turns"][0]["verdict"] == "drop"
    app.button(key="flag_undo").click().run()
    assert decision_log.standing(filled.workspace).is_empty()


HEAR = """
from pages.components import flag_actions
flag_actions.hear({entries})
"""


def _hear(entries):
    app = AppTest.from_string(HEAR.format(entries=entries))
    app.session_state["person"] = "ada"
    return app.run()


def test_hear__every_entry_once_and_nothing_else(filled):
    ids = current_flags.every(filled)["flag_id"].to_list()
    said = [
        {"id": "1", "act": "confirm", "flag": ids[0], "then": ids[1]},
        {"id": "2", "act": "dismiss", "flag": ids[1], "then": ids[2]},
        {"id": "2", "act": "dismiss", "flag": ids[1], "then": ids[2]},
    ]
    app = _hear(said)
    assert not app.exception
    state = app.session_state["flag_state"]
    assert (state.heard, state.to) == (["1", "2"], ids[2])
    app.run()
    log = [json.loads(line) for line in merging.log_lines(filled.workspace)]
    assert [(one["key"], one["verdict"], one["who"]) for one in log] == [
        (ids[0], "confirm", "ada"),
        (ids[1], "dismiss", "ada"),
    ]


def test_hear__again_in_another_session__is_not_done_twice(filled):
    ids = current_flags.every(filled)["flag_id"].to_list()
    entries = [
        {"id": "1", "act": "drop", "flag": ids[0]},
        {"id": "2", "act": "confirm", "flag": ids[1]},
        {"id": "3", "act": "undo"},
    ]
    for _ in range(2):
        assert not _hear(entries).exception
    log = [json.loads(line) for line in merging.log_lines(filled.workspace)]
    assert [event["verdict"] for event in log] == ["confirm", "drop", "confirm", "undo"]
    assert [log[position]["event_id"] for position in (0, 2, 3)] == ["1", "2", "3"]


def test_hear__nonsense_is_ignored(filled):
    app = _hear([None, {}, {"id": "1"}, {"id": 2, "act": "confirm"}, {"id": "3", "act": "confirm", "flag": "no such"}])
    assert not app.exception
    assert decision_log.standing(filled.workspace).is_empty()


def test_address__filters_the_queue_together_with_the_scope(filled, visit, seen):
    app = visit("flags", kind="empty_response")
    assert app.selectbox(key="filter_kind").value == "empty_response"
    assert "1 of 1 flag" in seen(app)
    assert "No flag passes these filters." in seen(visit("flags", kind="empty_response", words="cup"))
    assert "1 of 1 flag" in seen(visit("flags", words="cup"))
    app = visit("flags", source="lint")
    assert set(_data(app)["order"]) == set(current_flags.every(filled).filter(pl.col("metric") == "lint")["flag_id"])


def test_order__as_in_the_dataset(filled, visit):
    rows = current_flags.every(filled)
    ids = _data(visit("flags", order="place"))["order"]
    assert ids == rows.sort("row")["flag_id"].to_list()


def test_filter_dataset__is_the_scope(filled, visit):
    app = visit("flags")
    app.selectbox(key="filter_dataset").set_value("tiny").run()
    assert app.query_params["dataset"] in ("tiny", ["tiny"])
    app.selectbox(key="filter_dataset").set_value("any").run()
    assert "dataset" not in app.query_params


def test_bulk__states_the_count_spares_others_and_has_one_undo(filled, visit):
    others = current_flags.every(filled)["flag_id"][1]
    app = visit("flags")
    assert app.button(key="bulk_dismiss").label == "Dismiss 3"
    decision_log.decide(filled.workspace, "bob", "flag", others, "confirm")
    app.button(key="bulk_dismiss").click().run()
    assert sorted(current_flags.every(filled)["status"]) == ["confirmed", "dismissed", "dismissed"]
    app = visit("flags", status="any")
    app.button(key="flag_undo").click().run()
    assert sorted(current_flags.every(filled)["status"]) == ["confirmed", "open", "open"]


def test_bulk__before_it_some_are_drawn_and_the_precision_so_far_is_told(filled):
    every = current_flags.every(filled)
    before = bulk_preview.preview(filled, every)
    assert {flag.flag_id for flag in before.drawn} == set(every["flag_id"])
    assert (before.decided, before.interval) == (0, None)
    assert all(flag.image_no is not None or flag.dataset for flag in before.drawn)
    first, second, third = every["flag_id"]
    decision_log.decide(filled.workspace, "ann", "flag", first, "confirm")
    decision_log.decide(filled.workspace, "ann", "flag", second, "dismiss")
    decision_log.decide_all(filled.workspace, "ann", "flag", [third], "confirm")  # in bulk: it tells nothing
    after = bulk_preview.preview(filled, every.filter(pl.col("flag_id") == third))
    of_kind = every.filter(pl.col("kind") == every["kind"][2])["flag_id"]
    assert after.decided == len({first, second} & set(of_kind))
    assert [flag.flag_id for flag in after.drawn] == [third]


def test_list__shows_what_was_flagged(filled, visit):
    shown = pl.DataFrame(visit("flags").dataframe[0].value)
    assert shown["what"][0] == "▸ a dog"
    assert shown["state"].to_list() == ["✗", "!", "!"]
    assert shown["place"].to_list() == ["tiny · 0", "tiny · 3", "tiny · 4"]
    assert [bool(picture) for picture in shown["picture"]] == [True, True, False]
    assert shown["picture"][0].startswith("/thumb/")


def _vote(owner, said: dict[str, float | None], start=14, end=19, text="a dog") -> None:
    """Votes on "a dog" by the metric that flagged it."""
    rows = [(0, 0, 0, start, end, text, source, score, "", "object_mentions", "1", 0) for source, score in said.items()]
    with owner.workspace.store.transaction("scores") as cursor:
        append_frame(cursor, "vote", pl.DataFrame(rows, VOTE_SCHEMA, orient="row"))


def test_votes__every_source_and_person_side_by_side(filled, visit):
    _vote(filled, {"annotations": 0.0, "detector": 0.02, "llm": 1.0})
    _vote(filled, {"annotations": 1.0}, 2, 9, "red cup")
    flag_id = current_flags.every(filled)["flag_id"][0]
    decision_log.decide(filled.workspace, "bob", "flag", flag_id, "dismiss")
    decision_log.decide(filled.workspace, "ada", "flag", flag_id, "confirm")
    matrix = _block(visit("flags", flag=flag_id), "votes")
    assert matrix["columns"] == ["Annotated objects", "Object detector", "Language model"]
    cup, dog = matrix["rows"]
    assert (cup["text"], cup["flag"], cup["now"], cup["tone"]) == ("red cup", "", False, "supported")
    assert dog["now"]
    assert [(cell["verdict"], cell["score"]) for cell in dog["cells"]] == [
        ("unsupported", "0"),
        ("unsupported", "0.02"),
        ("supported", "1"),
    ]
    assert sorted(dog["people"]) == [["ada", "confirmed"], ["bob", "dismissed"]]


def test_supported_claims__are_shown_with_their_evidence_though_nobody_flagged_them(filled, visit):
    _vote(filled, {"annotations": 0.0})
    _vote(filled, {"annotations": 1.0, "captions": 1.0}, 2, 9, "red cup")
    text, span = _spans(visit("flags"))[0]
    assert (text, span["tone"], span["flag"]) == ("red cup", "supported", "")
    assert "Annotated objects: supported 1" in span["why"]


def test_supported_span__is_kept_but_not_open(filled, visit, seen):
    _vote(filled, {"annotations": 1.0, "llm": 0.0})
    assert _status(filled)["hallucination"] == "supported"
    assert "1 of 2 flags" in seen(visit("flags"))
    app = visit("flags", status="supported")
    assert "1 of 1 flag" in seen(app)
    assert [span["tone"] for _, span in _spans(app) if span["now"]] == ["supported"]
    app.button(key="flag_confirm").click().run()
    assert _status(filled)["hallucination"] == "confirmed"


def test_order__most_disputed_first(filled, visit):
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
    with filled.workspace.store.transaction("scores") as cursor:
        stored.append(cursor, pl.DataFrame(rows, schema=list(stored.COLUMNS), orient="row"))
        append_frame(cursor, "vote", pl.DataFrame(votes, VOTE_SCHEMA, orient="row"))
    app = visit("flags", kind="hallucination")
    assert pl.DataFrame(app.dataframe[0].value)["what"].to_list()[-1] == "table"
    app.selectbox(key="filter_order").set_value("disputed").run()
    assert app.query_params["order"] in ("disputed", ["disputed"])
    assert pl.DataFrame(app.dataframe[0].value)["what"][0] == "▸ table"
    app = visit("flags", kind="hallucination", source="llm")
    assert pl.DataFrame(app.dataframe[0].value).height == 2


def test_precision__of_each_source_follows_decisions(filled, visit, seen):
    assert "Nobody decided a span yet" in seen(visit("flags"))
    _vote(filled, {"annotations": 0.0, "detector": 0.9})
    app = visit("flags")
    app.button(key="flag_confirm").click().run()
    text = seen(app)
    assert '<td>Annotated objects</td><td class="w-right">1</td><td class="w-right">1</td>' in text
    assert "100% (21% to 100%)" in text
    assert "No threshold would move" in text


def test_views__one_file_per_kind_and_text_for_any_other():
    assert flag_views.of_kind("hallucination").name == "span"
    assert flag_views.of_kind("count").name == flag_views.of_kind("existence").name == "claim"
    assert flag_views.of_kind("duplicate").name == "duplicates"
    assert flag_views.of_kind("image_token_count").name == "lint"
    assert flag_views.of_kind("image_quality").name == "quality"
    assert flag_views.of_kind("never heard of").name == "text"


def test_lint__shows_the_row_as_imported_with_the_empty_response_marked(filled, visit):
    said = _block(visit("flags", kind="empty_response"), "messages")["messages"]
    assert [(one["role"], one["odd"]) for one in said] == [("user", ""), ("assistant", "Empty")]


def _grouped(owner) -> None:
    """Samples 0 and 2, and 1 and 5, as duplicates."""
    groups = {0: (0, 2), 1: (1, 5)}
    members = [(1, no, one, one == some[0], "cropped, reworded") for no, some in groups.items() for one in some]
    schema = {
        "run_no": pl.Int32,
        "group_no": pl.Int32,
        "sample_no": pl.Int32,
        "keep": pl.Boolean,
        "relation": pl.String,
    }
    rows = [
        (one, "sample", one, None, None, None, "", "duplicate", "keep" if one == some[0] else "copy", 1.0,
         orjson.dumps({"group": some, "kept": some[0], "relation": "near"}).decode(), "Copies.", "duplicates", "2", 1)
        for some in groups.values()
        for one in some
    ]  # fmt: skip
    with owner.workspace.store.transaction("scores") as cursor:
        append_frame(cursor, "duplicate_group", pl.DataFrame(members, schema, orient="row"))
        stored.append(cursor, pl.DataFrame(rows, schema=list(stored.COLUMNS), orient="row"))


def test_duplicates__members_side_by_side_and_the_best_of_all_groups_kept_with_one_undo(filled, visit):
    _grouped(filled)
    app = visit("flags", kind="duplicate")
    cards = _block(app, "cards")["cards"]
    assert [card["title"] for card in cards] == ["tiny, row 0", "tiny, row 2"]
    assert cards[1]["before"] == cards[0]["text"]
    assert [card["state"] for card in cards] == ["the machine keeps this one", "cropped, reworded"]
    assert app.button(key="here_group").label == "This group: keep 1, drop 1"
    assert app.button(key="here_groups").label == "All 2 groups: keep 2, drop 2"
    app.selectbox(key="duplicate_rule").set_value("longest").run()
    app.button(key="here_groups").click().run()
    found = dict(
        current_flags.every(filled).filter(pl.col("kind") == "duplicate").select("sample_no", "status").iter_rows()
    )
    assert found == {0: "confirmed", 2: "dismissed", 1: "dismissed", 5: "confirmed"}
    visit("flags", status="any").button(key="flag_undo").click().run()
    found = dict(
        current_flags.every(filled).filter(pl.col("kind") == "duplicate").select("sample_no", "status").iter_rows()
    )
    assert set(found.values()) == {"open"}


def test_quality__says_where_the_value_lies(scored, visit):
    rows = [
        (0, "image", 0, None, None, None, "", "image_quality", "", 0.1, "{}", "Blurred.", "image_readability", "1", 1)
    ]
    with scored.workspace.store.transaction("scores") as cursor:
        stored.append(cursor, pl.DataFrame(rows, schema=list(stored.COLUMNS), orient="row"))
    app = visit("flags", kind="image_quality", flag=_id(scored, "image_quality"))
    shown = _block(app, "histogram")
    assert 0 <= shown["at"] <= 1
    assert sum(shown["counts"]) == 4
    assert [one["row"] for one in shown["near"]]
    assert _block(app, "look")["large"]


def _id(owner, kind):
    return current_flags.every(owner).filter(pl.col("kind") == kind)["flag_id"][0]
