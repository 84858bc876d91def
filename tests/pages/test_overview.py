"""The overview: what is in, what is scored, what needs a person, what is kept, and how to start."""

import contextlib
import re

import polars as pl

from curation.app import board, server
from curation.decisions import decision_log
from curation.recipes.recipe import Limit, Quota, Recipe
from curation.review import team
from curation.views import warmup
from curation.views.map import map_picture
from curation.views.overview import feed, needs, overview, principles
from curation.workspace import metric_settings
from storage import exports, projection, runs, samples, settings


def _keys(owner):
    return samples.listing(owner.workspace.store)["key"].to_list()


def _titles(owner, who="ann", draft=None):
    return {one.title: one.count for one in overview.work(owner, who, draft or Recipe()).needs}


def test_empty_workspace__offers_the_demo_set(owner, visit, seen):
    app = visit("overview")
    assert "This workspace is empty" in seen(app)
    assert [button.label for button in app.main.get("button")] == ["Try the demo set"]


def test_first_steps__tick_themselves_and_the_next_one_is_the_button(scored, visit, seen):
    def done(app):
        return list(dict.fromkeys(re.findall(r"<b>(\w+)</b><span class=\"w-hidden\"> \(done\)", seen(app))))

    app = visit("overview")
    assert done(app) == ["Import", "Score"]
    assert app.button(key="first_step").label == "Review the 5 flagged samples"
    decision_log.decide(scored.workspace, "ann", "sample", _keys(scored)[0], "approve")
    app = visit("overview")
    assert done(app) == ["Import", "Score", "Review"]
    assert app.button(key="first_step").label == "Export"
    exports.add(scored.workspace.store, "ann", "curated", "{}", '{"samples": 5}')
    assert "First steps" not in seen(visit("overview"))


def test_demo_button__starts_an_import(owner, visit, monkeypatch):
    started = []
    monkeypatch.setattr(server.Server, "import_demo", lambda self: started.append(self))
    visit("overview").main.get("button")[0].click().run()
    assert started == [owner]


def test_filled__shows_what_is_in_and_what_waits(filled, visit, seen):
    text = seen(visit("overview"))
    for words in (
        '<div class="w-soft">Samples</div><div class="w-figure">6</div>',
        "tiny", "in 1 dataset", "4 can be opened",
        "Hallucination", "Empty response", "Image missing", "Open flags on 1 sample", "Random audit: not started",
        "Too few decisions one after the other", "Empty response",
    ):  # fmt: skip
        assert words in text
    assert "tiny was imported: 7 rows" in text.replace("\\", "")


def test_no_workspace__says_why_and_nothing_else(tmp_path, visit_nothing):
    (tmp_path / "file").write_text("")
    assert server.start(tmp_path / "file") is None
    app = visit_nothing()
    assert app.error[0].value.startswith("Cannot make the workspace folder")
    assert not app.title


def test_unavailable__is_folded_with_the_reason(filled, visit, seen):
    metric_settings.activate(filled.workspace, "correctness", True)
    store = filled.workspace.store
    runs.finish(store, runs.create(store, 0), "done", "", {"correctness": "No language model is set up <b>here</b>."})
    app = visit("overview")
    assert [one.label for one in app.expander] == ["1 metric cannot run here: why, and what to do"]
    assert "6 unavailable" in seen(app)
    assert "No language model is set up &lt;b&gt;here&lt;/b&gt;." in seen(app)


def test_principles__are_the_papers_ten_and_add_up(scored):
    found = {one.name: one for one in principles.table(scored)}
    assert len(found) == 12
    assert found["task diversity"].done == found["task diversity"].total == 6
    assert found["balance"].total == 0
    assert "Map of images" in found["visual diversity"].off


def test_needs__each_queue_with_its_count_and_address(filled):
    keys, workspace = _keys(filled), filled.workspace
    decision_log.decide(workspace, "ann", "sample", keys[0], "approve")
    decision_log.decide(workspace, "ben", "sample", keys[0], "reject")
    decision_log.decide(workspace, "ben", "sample", keys[1], "later")
    decision_log.decide(workspace, "ben", "request", keys[2], "ask", {"to": "ann"})
    decision_log.decide(workspace, "ben", "request", keys[3], "ask", {"to": "cem"})
    found = {one.title: one for one in overview.work(filled, "ann", Recipe()).needs}
    told = {title: (one.count, one.page, dict(one.params)) for title, one in found.items()}
    assert told["Sent to review"] == (1, "review.py", {"queue": "assigned"})
    assert told["Reviewers disagree"] == (1, "review.py", {"queue": "disagreed"})
    assert told["Left for later"] == (1, "review.py", {"queue": "unsure"})
    assert told["Hallucination"] == (1, "flags.py", {"kind": "hallucination"})
    decision_log.decide(workspace, "ann", "sample", keys[2], "approve")
    assert "Sent to review" not in _titles(filled)


def test_needs__second_reviewer__only_for_those_who_have_not_decided(filled):
    team.set_policy(filled.workspace, overlap=1.0)
    decision_log.decide(filled.workspace, "ann", "sample", _keys(filled)[0], "approve")
    assert "Waits for a second reviewer" not in _titles(filled, "ann")
    assert _titles(filled, "ben")["Waits for a second reviewer"] == 1


def test_needs__floors_that_cannot_be_met(filled):
    draft = Recipe(quota=Quota(axes=("dataset",), limits=(Limit("dataset", "tiny", at_least=50),)))
    found = next(one for one in overview.work(filled, "ann", draft).needs if one.title.startswith("Floors"))
    assert (found.count, found.note) == (1, "tiny: 6 of 50.")


def test_last_queue__what_is_left_of_it_and_how_long_it_takes(filled):
    assert overview.work(filled, "ann", Recipe()).last is None
    for key in _keys(filled)[:2]:
        decision_log.decide(filled.workspace, "ann", "sample", key, "approve", {"queue": "all"})
    last = overview.work(filled, "ann", Recipe()).last
    assert (last.title, last.left, dict(last.params)) == ("All samples", 4, {"queue": "all"})
    assert last.seconds is None  # two decisions are too few to tell


def test_feed__acts_in_words__taken_back_ones_say_so(filled, visit, seen):
    keys, workspace = _keys(filled), filled.workspace
    decision_log.decide_all(workspace, "ann", "sample", keys[:4], "reject")
    decision_log.undo(workspace, "ann")
    decision_log.decide(workspace, "ben", "sample", keys[0], "approve")
    decision_log.decide(workspace, "ben", "sample", keys[1], "approve")
    found = [(one.words, one.undone) for one in feed.newest(filled)]
    assert found == [
        ("ben approved 2 samples", False),
        ("ann rejected 4 samples", True),
        ("tiny was imported: 7 rows", False),
    ]
    assert "~~ann rejected 4 samples~~ · taken back" in seen(visit("overview"))


def test_keeps__counts_and_the_largest_reason(filled):
    found = overview.keeps(filled, Recipe(drop_flags=("empty_response", "image_missing")))
    assert (found.remaining, found.total) == (4, 6)
    assert set(found.reasons) == {("Empty response", 1), ("Image missing", 1)}


def test_map__small_picture_in_cluster_colours(filled, visit, seen):
    version = metric_settings.columns(filled.workspace)["map_images"].version
    rows = [("map_images", version, n, float(n % 3), float(n), n % 2 if n < 4 else -1, 1) for n in range(6)]
    types = (pl.String, pl.String, pl.Int32, pl.Float32, pl.Float32, pl.Int32, pl.Int32)
    schema = dict(zip(projection.COLUMNS, types, strict=True))
    projection.append(filled.workspace.store, pl.DataFrame(rows, schema=schema, orient="row"))
    assert "/map-small/map_images/1" in seen(visit("overview"))
    drawn = map_picture.png(filled, "map_images")
    assert drawn is not None
    assert drawn.startswith(b"\x89PNG")
    assert map_picture.png(filled, "map_responses") is None


def test_warmth__reads_what_changed_and_only_then(filled):
    assert not board.ready(filled)
    warmup.once(filled)
    assert board.ready(filled)
    before = board.current(filled)
    warmup.once(filled)
    assert board.current(filled) is before
    metric_settings.activate(filled.workspace, "sharpness", False)
    assert not board.ready(filled)


def test_loading__says_how_long_it_took_last_time(filled, visit, monkeypatch):
    said = []
    monkeypatch.setattr("streamlit.spinner", _spinner(said))
    settings.write(filled.workspace.store, "snapshot seconds", 12.4)
    visit("overview")
    assert said == ["Reading 6 samples and their scores into memory; last time that took 12 s …"]


def _spinner(said):
    @contextlib.contextmanager
    def spinner(text, **_):
        said.append(text)
        yield

    return spinner


def test_needs__kinds_beyond_the_largest_share_a_line(filled, monkeypatch):
    monkeypatch.setattr(needs, "KINDS", 1)
    assert _titles(filled)["2 more kinds of flags"] == 2
