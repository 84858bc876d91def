"""The browse page: what the browser gets and asks for, acts on a selection, saved views, and the address."""

import json

import orjson
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from support import lay_out

from curation.app import board
from curation.app.scope import Scope
from curation.decisions import decision_log
from curation.views.browse import browse, saved_views
from curation.views.browse.saved_views import SavedView, ViewError
from pages.components import browse_state
from pages.components.browse_state import BrowseState, ListSelection
from pages.routes import ROUTES

QUESTION = {"scope": {}, "query": "", "sort": "", "open": [], "table": False, "edit": None}
EDIT = {"included": [], "excluded": [], "every": False, "low": None, "high": None}


@pytest.fixture
def client():
    return TestClient(Starlette(routes=list(ROUTES)))


def _sent(app):
    found = [one for one in app.main if one.type == "bidi_component" and one.proto.component_name == "winnow_browse"]
    assert len(found) == 1
    return json.loads(found[0].proto.json)


def _counts(look, field):
    facet = next(facet for facet in look["facets"] if facet["field"] == field)
    return {value["label"]: value["count"] for value in facet["values"]}


def _look(client, **changed):
    answer = client.post("/browse/look", content=orjson.dumps(QUESTION | changed))
    assert answer.status_code == 200, answer.text
    return answer.json()


def _selected(owner, *spans, query="", sort=""):
    rev = browse.order(owner, Scope(query=query), sort).rev
    return BrowseState(selected=ListSelection(rev, query, sort, spans))


def test_empty_workspace__offers_data(owner, visit, seen):
    assert "This workspace is empty" in seen(visit("browse"))


def test_page__lists_every_sample_with_its_texts_as_they_are(filled, visit):
    look = _sent(visit("browse"))["look"]
    assert (look["total"], look["every"], look["problem"]) == (6, 6, "")
    rows = look["first"]["rows"]
    assert [row["sample"] for row in rows] == list(range(6))
    assert "<script>" in rows[2]["asked"]
    assert rows[0]["flags"] == 1
    assert [row["image"] is None for row in rows] == [False, False, False, False, True, True]
    assert _counts(look, "flag")["hallucination"] == 1
    assert _counts(look, "decision") == {"undecided": 6, "approved": 0, "rejected": 0, "later": 0}


def test_address__has_query_order_view_and_opened_samples(filled, visit):
    sent = _sent(visit("browse", query="describe", sort="-turns", view="table", size="9999", sample="3,4,x"))
    assert sent["look"]["total"] == 2
    assert (sent["view"], sent["size"], sent["opened"]) == ("table", browse_state.MOST_SIZE, [3, 4])
    assert sent["look"]["sort"] == "-turns"
    assert sent["look"]["first"]["rows"][0]["values"] == {}


def test_broken_query__is_said_and_shows_nothing(filled, visit):
    look = _sent(visit("browse", query="(dog"))["look"]
    assert "not closed" in look["problem"]
    assert (look["total"], look["first"]["rows"]) == (0, [])
    assert _counts(look, "dataset") == {"tiny": 0}


def test_counts__follow_every_filter_but_the_own_one(scored, client):
    look = _look(client, query="decision:undecided flag:* task:nothing")
    assert look["total"] == 0
    assert sum(_counts(look, "task").values()) > 0
    assert sum(_counts(look, "dataset").values()) == 0


def test_edit__changes_one_filter_of_the_query(filled, client):
    look = _look(client, query="describe (dog or street)", edit=EDIT | {"field": "dataset", "excluded": ["tiny"]})
    assert look["query"] == "describe (dog or street) -dataset:tiny"
    assert look["total"] == 0
    look = _look(client, query=look["query"], edit=EDIT | {"field": "dataset"})
    assert look["query"] == "describe (dog or street)"
    assert look["total"] == 1


def test_metric__has_its_histogram_and_range_where_it_is_open(scored, client):
    metric = "response_length"
    look = _look(client, open=[metric], edit=EDIT | {"field": metric, "low": 4.0})
    shown = next(shown for shown in look["metrics"] if shown["field"] == metric)
    assert (shown["low"], shown["high"]) == (4.0, None)
    assert sum(shown["counts"]) > look["total"] > 0
    assert len(shown["edges"]) == len(shown["counts"]) + 1
    assert all(not other["counts"] for other in look["metrics"] if other["field"] != metric)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b'{"scope": 3}', orjson.dumps(QUESTION | {"edit": {"field": "a"}}),
        *(orjson.dumps(QUESTION | {"edit": EDIT | {"field": "a", edge: number}})
          for edge in ("low", "high") for number in ("1e999", "nan", "-inf")),
    ],
)  # fmt: skip
def test_question__that_cannot_be_read__is_refused(filled, client, body):
    answer = client.post("/browse/look", content=body)
    assert (answer.status_code, answer.text) == (400, "The question cannot be read.")


def test_question__that_is_too_long__is_refused(filled, client):
    assert client.post("/browse/look", content=b" " * 300_000).status_code == 413


def test_rows__of_any_part_of_the_list(scored, client):
    answer = client.get("/browse/rows", params={"sort": "-response_length", "start": "4", "count": "99", "table": "1"})
    rows = answer.json()["rows"]
    assert [row["sample"] for row in rows][-1] in (2, 3)
    assert len(rows) == 2
    assert rows[0]["values"]["response_length"] == rows[0]["value"]
    assert client.get("/browse/rows", params={"start": "99999999999999999999999"}).status_code == 200
    assert client.get("/browse/rows", params={"start": "6"}).json()["rows"] == []


def test_order__by_names_and_counts_with_missing_values_last(scored, client):
    def numbers(sort):
        return [row["sample"] for row in _look(client, sort=sort)["first"]["rows"]]

    assert numbers("") == numbers("row-that-is-none") == numbers("row") == list(range(6))
    assert numbers("-flags")[0] == 0
    assert numbers("sharpness")[-2:] == numbers("-sharpness")[-2:] == [4, 5]


def test_addresses__with_numbers_and_orders_that_mean_nothing__are_answered(filled, client):
    assert client.get("/browse/sample/999999999999").status_code == 404
    rows = client.get("/browse/rows?start=0&count=9&sort=no_such_metric").json()["rows"]
    assert [row["sample"] for row in rows] == [0, 1, 2, 3, 4, 5]
    assert _look(client, sort="-no_such_metric")["sort"] == ""


def test_sample__with_marked_words_and_pictures_that_are_missing(filled, client):
    opened = client.get("/browse/sample/0").json()
    assert [part["tone"] for part in opened["turns"][0]["parts"]] == ["", "unsupported", ""]
    assert opened["flags"][0]["status"] == "open"
    assert "No file stands behind" in client.get("/browse/sample/4").json()["pictures"][0]["why"]
    assert client.get("/browse/sample/99").status_code == 404


def test_selection__is_approved_and_one_undo_takes_it_back(filled, visit, seen):
    app = visit("browse")
    assert "Select samples to act on them" in seen(app)
    app.session_state["browse_state"] = _selected(filled, (1, 3), (5, 6))
    app.run()
    assert "Approve **3 samples**" in seen(app)
    app.button(key="browse_do_sample_approve").click().run()
    standing = decision_log.standing(filled.workspace, "sample")
    keys = board.current(filled).snapshot.samples["key"].to_list()
    assert set(standing["key"]) == {keys[1], keys[2], keys[5]}
    assert standing["payload"].str.contains('"origin":"bulk"', literal=True).all()
    assert {row["sample"]: row["decision"] for row in _sent(app)["look"]["first"]["rows"]}[1] == "approved"
    app.button(key="browse_undo").click().run()
    assert not decision_log.standing(filled.workspace, "sample").height


def test_selection__of_a_list_that_changed__is_no_selection(filled, visit, seen):
    app = visit("browse", query="decision:undecided")
    app.session_state["browse_state"] = _selected(filled, (0, 2), query="decision:undecided")
    app.run()
    app.button(key="browse_do_sample_reject").click().run()
    assert decision_log.standing(filled.workspace, "sample").height == 2
    assert "Select samples to act on them" in seen(app)


def test_selection__goes_to_the_export_with_the_query_in_words(filled, visit):
    app = visit("browse", query="describe")
    app.session_state["browse_state"] = _selected(filled, (0, 1), query="describe")
    app.run()
    app.button(key="browse_export").click().run()
    selection = app.session_state["recipe"].selection
    assert len(selection.keys) == 1
    assert "selected on the browse page: query: describe" in selection.words


def test_view__is_saved_opened_and_deleted(filled, visit, seen):
    app = visit("browse", query="describe", sort="-turns")
    app.text_input(key="browse_view_name").set_value("Long  ones").run()
    app.button(key="browse_view_save").click().run()
    (view,) = saved_views.listing(filled)
    assert (view.name, view.params, view.sort) == ("Long ones", {"query": "describe"}, "-turns")
    other = visit("browse")
    assert _sent(other)["look"]["total"] == 6
    other.button(key="browse_view_Long ones").click().run()
    assert (_sent(other)["look"]["total"], _sent(other)["look"]["sort"]) == (2, "-turns")
    assert other.query_params["query"] == "describe"
    other.button(key="browse_delete_Long ones").click().run()
    assert saved_views.listing(filled) == []


def test_view__without_a_name_or_too_many__is_refused(filled):
    with pytest.raises(ViewError, match="Enter a name"):
        saved_views.save(filled, SavedView("  "))
    for number in range(saved_views.MOST_VIEWS):
        saved_views.save(filled, SavedView(f"view {number}"))
    saved_views.save(filled, SavedView("view 1", sort="turns"))
    with pytest.raises(ViewError, match="There are 100 views"):
        saved_views.save(filled, SavedView("one more"))


def test_like__asks_the_map_or_says_what_is_missing(filled):
    assert "nothing can be compared" in browse.like(filled, 0)
    lay_out(filled.workspace, "map_images", [(0.0, 0.0)] * 6, [0] * 6, {0: "all"})
    assert isinstance(browse.like(filled, 0), str | Scope)


def test_message__of_the_browser_is_kept_within_bounds():
    message = {"seq": 3, "sort": "x" * 999, "view": "heap", "size": 5, "open": ["a"], "opened": [1, -2, 3, 4, 5, 6, 7]}
    state = browse_state.changed(BrowseState(), message)
    assert (state.seq, len(state.sort), state.view, state.size) == (3, 200, "grid", browse_state.LEAST_SIZE)
    assert state.opened == (1, 3, 4, 5)
    spans = [[2 * place, 2 * place + 1] for place in range(browse_state.MOST_SPANS + 1)]
    assert browse_state.selection({"rev": "r", "query": "", "sort": "", "spans": spans}) == ListSelection()
