"""The overview: what is here, what needs attention, and how to start."""

from curation import server


def test_empty_workspace__offers_the_demo_set(owner, visit, seen):
    app = visit("overview")
    assert "This workspace is empty" in seen(app)
    assert [button.label for button in app.main.get("button")] == ["Try the demo set"]


def test_demo_button__starts_an_import(owner, visit, monkeypatch):
    started = []
    monkeypatch.setattr(server.Server, "import_demo", lambda self: started.append(self))
    visit("overview").main.get("button")[0].click().run()
    assert started == [owner]


def test_filled__shows_counts_and_kinds(filled, visit, seen):
    app = visit("overview")
    figures = {metric.label: metric.value for metric in app.metric}
    assert figures == {"Samples": "6", "Turns": "6", "Images": "4", "Open flags": "3", "Samples decided": "0"}
    text = seen(app)
    for word in ("Hallucination", "Empty response", "Image missing", "a dog", "/thumb/0"):
        assert word in text


def test_no_workspace__says_why_and_nothing_else(tmp_path, visit_nothing):
    (tmp_path / "file").write_text("")
    assert server.start(tmp_path / "file") is None
    app = visit_nothing()
    assert app.error[0].value.startswith("Cannot make the workspace folder")
    assert not app.title
