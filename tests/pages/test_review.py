"""The review page: one sample at a time, one key per decision, history, and text that stays text."""

from curation.views import review


def test_decisions__move_on_and_are_counted(filled, visit, seen):
    app = visit("review")
    assert "tiny, row 0" in seen(app)
    app.button(key="sample_approve").click().run()
    assert "tiny, row 1" in seen(app)
    app.button(key="sample_reject").click().run()
    assert "tiny, row 2" in seen(app)
    shown = review.view(filled, review.Queue())
    assert (shown.decided, shown.order.height) == (2, 6)
    assert [row["verdict"] for row in shown.history] == ["reject", "approve"]


def test_undo__returns_to_the_sample(filled, visit, seen):
    app = visit("review")
    app.button(key="sample_reject").click().run()
    app.button(key="sample_undo").click().run()
    assert "tiny, row 0" in seen(app)
    assert review.view(filled, review.Queue()).decided == 0


def test_later__goes_to_the_end_of_the_queue(filled, visit):
    visit("review").button(key="sample_later").click().run()
    assert review.view(filled, review.Queue()).left["sample_no"].to_list() == [1, 2, 3, 4, 5, 0]


def test_flagged_first__holds_only_flagged_samples(filled, visit, seen):
    app = visit("review", queue="flagged")
    assert "a dog</mark>" in seen(app)
    assert review.view(filled, review.Queue(review.FLAGGED)).order.height == 3


def test_markup_in_a_conversation__is_shown_as_text(filled, visit):
    app = visit("review", sample="2")
    text = "\n".join(one.proto.body for one in app.main.get("html"))
    assert "&lt;script&gt;document.title=&#x27;run&#x27;&lt;/script&gt;" in text
    assert "&lt;img src=x onerror=alert(1)&gt; **bold** :red[red]" in text
    assert "<script>" not in text
    assert "<img src=x" not in text
    assert not any("onerror" in one.value for one in [*app.markdown, *app.caption])


def test_a_number_that_is_no_sample__is_no_error(filled, visit):
    assert visit("review", sample="999").title[0].value == "Review"
