"""The review page: queues, what the deck is given, and text that stays text."""

import re

import orjson

from curation.decisions import actions
from curation.decisions import decision_log as decisions
from curation.decisions import keys as decision_keys
from curation.recipes.recipe import Recipe
from curation.review.queues import Queue
from curation.views.review import review
from curation.views.sample import sample
from curation.workspace import metric_settings
from pages.components import history, review_card


def _view(owner, kind="all", at=None):
    return review.view(owner, Queue(kind), "ann", "tab", Recipe(), sample_no=at)


def test_view__says_how_far_the_queue_is(filled):
    assert (_view(filled).done, _view(filled).position) == (0, 0)
    decisions.decide(filled.workspace, "ann", "sample", _view(filled).items[0].sample.key, "approve")
    shown = _view(filled)
    assert (shown.done, shown.size, shown.position, shown.before) == (1, 6, 1, 0)


def test_page__remembers_the_queue_in_the_address(filled, visit):
    app = visit("review")
    app.selectbox(key="queue_kind").set_value("flagged").run()
    assert app.query_params["queue"] == "flagged"
    assert not app.exception
    assert visit("review", queue="flagged").selectbox(key="queue_kind").value == "flagged"


def test_flagged_first__holds_only_flagged_samples(filled):
    shown = _view(filled, "flagged")
    assert shown.size == 3
    assert "a dog</mark>" in review_card.html(shown.items[0])


def test_scope__narrows_the_queue_and_can_be_taken_off(filled, visit, seen):
    app = visit("review", words="CAT")
    assert "<b>1</b> sample" in seen(app)
    app.button(key="scope_clear").click().run()
    assert "sample</span>" not in seen(app)
    assert "words" not in app.query_params


def test_markup_in_a_conversation__is_shown_as_text(filled):
    text = review_card.html(_view(filled, at=2).items[0])
    assert "&lt;script&gt;document.title=&#x27;run&#x27;&lt;/script&gt;" in text
    assert "&lt;img src=x onerror=alert(1)&gt; **bold** :red[red]" in text
    assert "<script>" not in text
    assert "<img src=x" not in text


def test_edited_turn__is_shown_as_a_difference(filled):
    key = _view(filled, at=0).items[0].sample.key
    new = {"response": "A red cup stands on the <i>table</i>."}
    decisions.decide(filled.workspace, "ann", "turn", decision_keys.turn(key, 0), "edit", new)
    text = review_card.html(_view(filled, at=0).items[0])
    gone, new = (re.findall(rf'<{tag} class="w-\w+">(.*?)</{tag}>', text) for tag in ("del", "ins"))
    assert "dog" in "".join(gone)
    assert "stands" in "".join(new)
    assert "<i>" not in text


def test_history__takes_one_act_back(filled, visit):
    decisions.decide(
        filled.workspace, decisions.default_person(), "sample", _view(filled).items[0].sample.key, "reject"
    )
    app = visit("review")
    app.button(key="back-0").click().run()
    assert decisions.standing(filled.workspace).is_empty()


def test_history__many_acts__keys_are_few_and_stay_with_their_act_while_it_is_listed() -> None:
    slots: dict[str, int] = {}
    before: dict[str, int] = {}
    for newest in range(500):
        listed = {str(number): history.slot(slots, str(number)) for number in range(newest, max(newest - 12, -1), -1)}
        assert len(set(listed.values())) == len(listed)
        assert all(listed[name] == before[name] for name in listed.keys() & before.keys())
        before = listed
    assert set(slots.values()) == set(range(history.SLOTS))


def test_rejection__its_reason_is_stored_and_shown_to_others_and_in_the_history(filled, visit, seen):
    key = _view(filled).items[0].sample.key
    act = {"id": "one", "do": "reject", "key": key, "text": "Wrong <b>answer</b>"}
    actions.apply(filled.workspace, decisions.default_person(), act, "all")
    (stored,) = decisions.standing(filled.workspace, "sample")["payload"]
    assert orjson.loads(stored)["reason"] == "Wrong <b>answer</b>"
    assert "(Wrong &lt;b&gt;answer&lt;/b&gt;)" in review_card.html(_view(filled, at=0).items[0])
    app = visit("review")
    assert "Wrong" in app.button(key="again-0").label
    assert 'class="w-thumb w-thumb-small" src="/thumb/' in seen(app)


def test_approval__with_a_text__has_no_reason(filled):
    key = _view(filled).items[0].sample.key
    actions.apply(filled.workspace, "ann", {"id": "one", "do": "approve", "key": key, "text": "nice"})
    assert "reason" not in orjson.loads(decisions.standing(filled.workspace, "sample")["payload"][0])


def test_team__policy_is_kept(filled, visit):
    from curation.review import team

    team.set_policy(filled.workspace, overlap=0.25, reviewers=3, blind=False)
    assert team.policy(filled.workspace) == team.Policy(0.25, 3, False)
    assert not visit("review").exception


def test_a_number_that_is_no_sample__is_no_error(filled, visit):
    assert visit("review", sample="999").title[0].value == "Review"


def test_sample__is_remembered_and_still_follows_decisions_and_scores(filled):
    before = sample.view(filled, 0)
    flag = before.flags[0]
    decisions.decide(filled.workspace, "ann", "flag", flag["flag_id"], "dismiss")
    decisions.decide(filled.workspace, "ann", "sample", before.key, "approve")
    shown = sample.view(filled, 0)
    assert (shown.verdict, shown.flags[0]["status"], shown.turns[0].spans[0].tone) == (
        "approve",
        "dismissed",
        "dismissed",
    )
    assert (before.flags[0]["status"], before.turns[0].spans[0].tone) == ("open", "unsupported")
    version = metric_settings.columns(filled.workspace)["response_length"].version
    with filled.workspace.store.transaction("scores") as cursor:
        cursor.execute(f"INSERT INTO score SELECT 'turn', 0, 'response_length', '{version}', 77, NULL, NULL, 1")
    assert "77" in [one.text for one in sample.view(filled, 0).scores]


def test_export_these__lets_nothing_but_the_queue_go_out(filled, visit, seen):
    app = visit("review", queue="flagged")
    app.button(key="review_export").click().run()
    selection = app.session_state["recipe"].selection
    assert selection.words == "queue “Most flagged first”"
    assert f"Only **{len(selection.keys)} samples** may go out: queue “Most flagged first”." in seen(app)


def test_query__narrows_the_queue_and_what_is_wrong_is_said(filled, visit, seen):
    app = visit("review")
    app.text_input(key="review_query").set_value('describe or "two and two"').run()
    assert app.query_params["query"] == 'describe or "two and two"'
    assert "<b>3</b> samples" in seen(app)
    app.text_input(key="review_query").set_value("turns:many").run()
    assert "no number" in app.warning[0].value
