"""The map page: a map that is missing, what the browser gets, the scope in the address, and acts on a selection."""

import json

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from support import lay_out

from curation.app import board, scope
from curation.app.scope import Lasso, Scope
from curation.decisions import decision_log
from curation.maps import layouts
from curation.views.map import map as map_view
from curation.views.map import map_colours, map_points
from pages.components import map_canvas
from pages.routes import ROUTES

PLACES = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (8.0, 8.0), (9.0, 8.0), (20.0, 1.0)]
CLUSTERS = [0, 0, 0, 1, 1, -1]
NAMES = {0: "dog, table", 1: "street"}
SQUARE = "map_images:-1,-1;2,-1;2,2;-1,2"


@pytest.fixture
def mapped(filled):
    lay_out(filled.workspace, "map_images", PLACES, CLUSTERS, NAMES)
    return filled


@pytest.fixture
def client():
    return TestClient(Starlette(routes=list(ROUTES)))


def _component(app, name):
    """What a component of the page was given."""
    found = [one for one in app.main if one.type == "bidi_component" and one.proto.component_name == name]
    assert len(found) == 1
    return json.loads(found[0].proto.json)


def test_empty_workspace__offers_data(owner, visit, seen):
    assert "This workspace is empty" in seen(visit("map"))


def test_missing_map__says_what_it_needs_and_is_switched_on(filled, visit, seen, monkeypatch):
    app = visit("map")
    assert "The map of images is not computed yet" in seen(app)
    assert "It needs Image vectors" in seen(app)
    asked = []
    monkeypatch.setattr(filled, "score", lambda *_: asked.append(True))
    next(one for one in app.button if one.label == "Compute this map").click().run()
    assert asked == [True]
    assert board.current(filled).snapshot.columns["map_images"].active


def test_page__sends_addresses_and_names_but_no_points(mapped, visit):
    data = _component(visit("map"), "winnow_map")
    assert data["points"].startswith("/points/map_images?rev=")
    assert data["members"] == ""
    assert [one["name"] for one in data["labels"]] == ["dog, table", "street"]
    assert data["legend"]["entries"][0] == {"code": 0, "label": "dog, table", "count": 3, "tone": ""}
    listed = _component(visit("map"), "winnow_clusters")["clusters"]
    assert [(one["name"], one["size"]) for one in listed] == [("dog, table", 3), ("street", 2), ("In no cluster", 1)]
    assert listed[0]["flagged"] == pytest.approx(1 / 3)
    assert len(listed[0]["images"]) == 3


def test_points__are_typed_arrays_that_may_be_kept_for_ever(mapped, visit, client):
    answer = client.get(_component(visit("map"), "winnow_map")["points"])
    assert "immutable" in answer.headers["cache-control"]
    assert np.frombuffer(answer.content, "<f4", 12).reshape(2, 6).T.tolist() == [list(place) for place in PLACES]
    assert np.frombuffer(answer.content, "<u4", 6, offset=48).tolist() == list(range(6))


@pytest.mark.parametrize("kind", ["points", "colours", "members"])
def test_bytes__of_another_revision_are_not_kept_and_unknown_maps_not_found(mapped, client, kind):
    assert client.get(f"/{kind}/map_images?rev=old").headers["cache-control"] == "no-store"
    assert client.get(f"/{kind}/map_responses").status_code == 404
    assert client.get(f"/{kind}/winnow.duckdb").status_code == 404


def test_members__tell_filtered_outside_and_inside_apart(mapped, client):
    answer = client.get("/members/map_images", params={"words": "it", "lasso": SQUARE})
    assert list(answer.content) == [0, 0, 2, 1, 1, 0]


def test_about__gives_words_as_data(mapped, client):
    told = client.get("/about/2").json()
    assert told["image"] == 2
    assert told["asked"].startswith("<script>")
    assert client.get("/about/99").status_code == 404


def test_lasso_in_the_address__selects_and_says_how_many(mapped, visit, seen):
    app = visit("map", lasso=SQUARE)
    assert "<b>3</b> samples" in seen(app)
    data = _component(app, "winnow_map")
    assert data["area"] == [[-1, -1], [2, -1], [2, 2], [-1, 2]]
    assert [one["sample"] for one in _component(app, "winnow_strip")["samples"]] == [0, 1, 2]


def test_approve_selection__spares_others_and_one_undo_takes_all_back(mapped, visit, seen):
    decision_log.decide(mapped.workspace, "ben", "sample", board.current(mapped).snapshot.samples["key"][1], "reject")
    app = visit("map", lasso=SQUARE)
    assert "Approve **2 samples**; **1 decided by others** stay as they are" in seen(app)
    app.button(key="map_do_sample_approve").click().run()
    assert decision_log.standing(mapped.workspace, "sample").group_by("verdict").len().sort("verdict").rows() == [
        ("approve", 2),
        ("reject", 1),
    ]
    app.button(key="map_undo").click().run()
    assert decision_log.standing(mapped.workspace, "sample")["verdict"].to_list() == ["reject"]


def test_tag__is_named_first_and_filters_afterwards(mapped, visit):
    app = visit("map", cluster="map_images:1")
    assert app.button(key="map_tag_add").disabled
    app.text_input(key="map_tag").set_value("street @ night").run()
    app.button(key="map_tag_add").click().run()
    assert scope.tags(mapped) == {"street night": 2}
    assert np.flatnonzero(scope.members(mapped, Scope(tag="street night"))).tolist() == [3, 4]


def test_flags_of_a_selection__are_dismissed_together(mapped, visit, seen):
    app = visit("map", cluster="map_images:0")
    assert "1 open flag" in seen(app)
    app.button(key="map_flags_dismiss").click().run()
    assert decision_log.standing(mapped.workspace, "flag")["verdict"].to_list() == ["dismiss"]


def test_send_to_review__asks_for_every_sample(mapped, visit):
    app = visit("map", cluster="map_images:0")
    app.text_input(key="map_to").set_value("ben").run()
    app.button(key="map_do_request_ask").click().run()
    asked = decision_log.standing(mapped.workspace, "request")
    assert asked["payload"].str.json_path_match("$.to").to_list() == ["ben"] * 3


def test_search_words__becomes_the_scope(mapped, visit, seen):
    app = visit("map")
    app.text_input(key="map_search").set_value("CAT").run()
    assert app.query_params["query"] == "CAT"
    assert "<b>1</b> sample<" in seen(app)
    app.text_input(key="map_search").set_value("CAT turns>1").run()
    assert "<b>0</b> samples<" in seen(app)


def test_search__that_cannot_be_read__is_said_below_the_box(mapped, visit):
    app = visit("map")
    app.text_input(key="map_search").set_value("(cat").run()
    assert "not closed" in app.warning[0].value


def test_open_sample__stands_beside_the_map_as_text(mapped, visit, seen):
    app = visit("map", sample="2")
    assert "&lt;script&gt;" in seen(app)
    assert not [one for one in app.main if getattr(one.proto, "component_name", "") == "winnow_clusters"]
    app.button(key="map_close").click().run()
    assert "sample" not in app.query_params


@pytest.mark.parametrize("number", ["999", "-1", "x"])
def test_a_number_that_is_no_sample__shows_the_clusters(mapped, visit, number):
    assert _component(visit("map", sample=number), "winnow_clusters")["clusters"]


def test_nothing_selected__says_so_instead_of_buttons(mapped, visit, seen):
    app = visit("map", words="unheard of")
    assert "No sample is in this selection" in seen(app)
    assert not [one for one in app.button if one.label.startswith("Approve")]


@pytest.mark.parametrize(
    "points", [None, "text", [[1, 2]], [[1, 2], [3], ["x", 1], [1, None]], [{"x": 1}, [1, 2], [1, 2, 3]]]
)
def test_corners__what_is_no_polygon_is_left_out(points):
    assert len(map_canvas.corners(points)) < 3


def test_colouring__flags_decisions_and_scales(mapped):
    plane = layouts.plane(mapped.workspace, "map_images")
    flagged = map_colours.colouring(mapped, plane, "flag")
    assert flagged.codes[0] != map_colours.MISSING
    assert flagged.entries[-1].label == "no flag"
    decision_log.decide(mapped.workspace, "ana", "sample", board.current(mapped).snapshot.samples["key"][4], "reject")
    said = map_colours.colouring(mapped, plane, "decision")
    assert [(one.label, one.count, one.tone) for one in said.entries] == [
        ("Rejected", 1, "bad"),
        ("undecided", 5, "none"),
    ]
    assert said.codes.tolist() == [255, 255, 255, 255, 1, 255]
    assert map_colours.colouring(mapped, plane, "nonsense").by == "cluster"
    names = map_colours.colouring(mapped, plane, "dataset")
    assert (names.entries[0].label, names.entries[0].count) == ("tiny", 6)


def test_colouring__by_metric_has_range_and_what_has_no_value(scored):
    lay_out(scored.workspace, "map_images", PLACES, CLUSTERS, NAMES)
    plane = layouts.plane(scored.workspace, "map_images")
    found = map_colours.colouring(scored, plane, "metric:sharpness")
    values = board.current(scored).snapshot.values["sharpness"].worst
    assert (found.codes == map_colours.MISSING).tolist() == np.isnan(values).tolist()
    there = np.flatnonzero(~np.isnan(values))
    assert there[np.argmax(values[there])] in np.flatnonzero(found.codes == map_colours.STEPS)
    assert found.low < found.high
    assert "metric:sharpness" in map_colours.choices(board.current(scored).snapshot)


def test_colours__change_their_address_with_a_decision(mapped):
    before = map_points.addresses(mapped, "map_images", "decision", Scope())
    assert before == map_points.addresses(mapped, "map_images", "decision", Scope())
    decision_log.decide(mapped.workspace, "ana", "sample", board.current(mapped).snapshot.samples["key"][4], "reject")
    after = map_points.addresses(mapped, "map_images", "decision", Scope())
    assert after["colours"] != before["colours"]
    assert after["points"] == before["points"]


def test_view__a_lasso_of_another_map_selects_but_draws_no_outline(mapped):
    lay_out(mapped.workspace, "map_responses", PLACES, CLUSTERS, NAMES)
    wanted = Scope(lasso=Lasso("map_images", ((7.0, 7.0), (10.0, 7.0), (10.0, 9.0), (7.0, 9.0))))
    shown = map_view.view(mapped, "map_responses", "cluster", wanted)
    assert shown.canvas["area"] is None
    assert np.flatnonzero(shown.members).tolist() == [3, 4]


def test_export_these__goes_to_the_export_page_with_what_is_selected(mapped, visit, seen):
    app = visit("map", lasso=SQUARE)
    keys = board.current(mapped).snapshot.samples["key"].to_list()
    app.button(key="map_export").click().run()
    assert app.session_state["recipe"].selection.keys == tuple(keys[:3])
    assert "Only **3 samples** may go out: selected on the map: an area of the map of images." in seen(app).replace(
        "\\", ""
    )
