"""The thresholds page: a move changes what remains, and can be taken back."""

from curation.recipe import Cut
from curation.views import board, thresholds


def _remaining(owner, recipe):
    return thresholds.view(owner, recipe).outcome.remaining


def test_nothing_scored__says_so(filled, visit, seen):
    assert "No metric has values yet" in seen(visit("thresholds"))


def test_moving_a_slider__changes_what_remains(scored, visit, seen):
    app = visit("thresholds")
    next(button for button in app.button if button.label == "No cuts").click().run()
    before = _remaining(scored, app.session_state["recipe"])
    slider = next(one for one in app.slider if one.key.startswith("cut-sharpness"))
    slider.set_range(slider.max - slider.step, slider.max).run()
    cut = next(cut for cut in app.session_state["recipe"].cuts if cut.metric == "sharpness")
    assert cut.high is None
    after = _remaining(scored, app.session_state["recipe"])
    assert after < before
    assert f'<span class="w-big">{after:,}</span>' in seen(app)
    next(button for button in app.button if button.label == "Undo the last move").click().run()
    assert _remaining(scored, app.session_state["recipe"]) == before
    assert board.draft(scored) == app.session_state["recipe"]


def test_flags__drop_their_samples_unless_dismissed(scored, visit):
    app = visit("thresholds")
    kinds = next(one for one in app.get("button_group") if one.key == "drop_flags")
    kinds.set_value(["empty_response"]).run()
    assert app.session_state["recipe"].drop_flags == ("empty_response",)


def test_slider_ends__cut_nothing(scored):
    row = thresholds.view(scored, board.suggested(scored)).metrics[0]
    assert thresholds.cut_between(row, row.lowest, row.highest) == Cut(row.name)
