"""The export page: quotas change what is taken; approval writes a split that can be downloaded."""

import zipfile

import orjson

from curation.views import export


def test_quota__limits_what_is_taken(filled, visit):
    app = visit("export")
    app.number_input(key="quota_total").set_value(2).run()
    assert app.session_state["recipe"].quota.total == 2
    assert any(button.label == "Approve and write 2 samples" for button in app.button)


def test_approve__writes_split_manifest_card_and_recipe(filled, visit, seen):
    app = visit("export")
    next(button for button in app.button if button.label.startswith("Approve and write")).click().run()
    assert 'href="/download/1"' in seen(app)
    with zipfile.ZipFile(export.archive(filled, 1)) as archive:
        names = sorted(name.split("/")[1] for name in archive.namelist())
        assert names == ["README.md", "curated.json", "images.txt", "manifest.json", "recipe.json"]
        manifest = orjson.loads(archive.read("curated/manifest.json"))
        rows = orjson.loads(archive.read("curated/curated.json"))
    assert manifest["status"] == "approved"
    assert manifest["samples"] == len(rows)


def test_name__that_cannot_be_a_file_is_refused(filled, visit):
    app = visit("export")
    app.text_input(key="export_name").set_value("../../etc").run()
    assert "is no name for a split" in app.error[0].value.replace("\\", "")
    assert app.session_state["recipe"].name == "curated"


def test_archive__of_an_unknown_export_is_none(filled):
    assert export.archive(filled, 7) is None


def test_indicators__diversity_is_computed_on_demand_only(scored, visit, seen):
    app = visit("export")
    assert "Instruction diversity (I)" not in seen(app)
    app.button(key="all_indicators").click().run()
    assert "Instruction diversity (I)" in seen(app)
    app.run()
    assert "Instruction diversity (I)" in seen(app)
    assert not [button for button in app.button if button.key == "all_indicators"]
