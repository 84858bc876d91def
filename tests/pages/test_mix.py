"""Several datasets in one workspace: tags on Ingest, overlap on Overview, weights and the flow of rows on Export."""

import orjson
import polars as pl
import pytest
from support import row

from curation.flags import duplicates
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.workspace import tags
from curation.workspace.tags import Tags
from storage import flags
from storage.store import append_frame

HOSTILE = "two <b>*set*</b>"


@pytest.fixture
def mixed(owner, tmp_path):
    """Twelve rows in one dataset, and four in another whose name is markup; a row is in both, another is broken."""
    rows = [row(f"What is {n}?", f"The number {n}.") for n in range(12)]
    (tmp_path / "one.json").write_bytes(orjson.dumps(rows))
    (tmp_path / "svit.json").write_bytes(orjson.dumps([*rows[:4], {"id": "broken"}]))
    import_file(owner.workspace, tmp_path / "one.json", ImportOptions(name="one"))
    import_file(owner.workspace, tmp_path / "svit.json", ImportOptions(name=HOSTILE))
    members = pl.DataFrame(
        {"run_no": 1, "group_no": 0, "sample_no": [0, 12], "keep": [True, False], "relation": "exact"},
        schema_overrides={"run_no": pl.Int32, "group_no": pl.Int32, "sample_no": pl.Int32},
    )
    raised = [
        (no, "sample", no, None, None, None, "", "duplicate", verdict, 1.0, "{}", "Same.", "duplicates", "2", 1)
        for no, verdict in ((0, "keep"), (12, "copy"))
    ]
    with owner.workspace.store.transaction("scores") as cursor:
        append_frame(cursor, "duplicate_group", members)
        flags.append(cursor, pl.DataFrame(raised, schema=list(flags.COLUMNS), orient="row"))
    return owner


def _tags(owner, name=HOSTILE):
    return tags.of(owner.workspace, name).tags


def test_weights__change_the_mix_at_once_and_are_undone(mixed, visit, seen):
    app = visit("export")
    app.segmented_control(key="export_view").set_value("Mix").run()
    assert "15 samples pass the filters" in seen(app)  # the copy of a row does not
    app.number_input(key="weight of one").set_value(2.0).run()
    assert app.session_state["recipe"].quota.weights == {"one": 2.0}
    assert "6 of 12 that pass" in seen(app)
    assert "3 of 3 that pass" in seen(app)
    assert "two &lt;b&gt;*set*&lt;/b&gt;" in seen(app)
    assert "<b>*set*" not in seen(app)
    assert "has no more to give, so the mix is 9 samples" in app.info[0].value.replace("\\", "")
    app.number_input(key=f"weight of {HOSTILE}").set_value(0.0).run()
    assert "12 of 12 that pass" in seen(app)
    app.button(key="quota_undo").click().run()
    assert app.session_state["recipe"].quota.weights == {"one": 2.0}
    assert app.number_input(key=f"weight of {HOSTILE}").value is None
    assert app.button(key="mix_equal").label == "Equal shares keep 6 of 15"
    assert app.button(key="mix_equal").icon == ":material/warning:"
    app.button(key="mix_equal").click().run()
    assert "3 of 12 that pass" in seen(app)
    app.button(key="mix_none").click().run()
    assert app.session_state["recipe"].quota.weights == {}


def test_balance__that_changes_nothing__says_so_and_evens_out(mixed, visit, seen):
    app = visit("export")
    app.button_group(key="quota_axes").set_value(["dataset"]).run()
    assert "Balancing changes nothing yet" in seen(app)
    assert app.button(key="quota_even").label == "Even out: 6 of 15"
    app.button(key="quota_even").click().run()
    (limit,) = app.session_state["recipe"].quota.limits
    assert (limit.axis, limit.at_most) == ("dataset", 3)
    assert app.button(key="approve").label.startswith("Approve and write 6 samples as ")
    assert "Balancing changes nothing yet" not in seen(app)


def test_weights__share_that_cannot_be_met__is_relaxed_by_a_click(mixed, visit, seen):
    app = visit("export")
    app.segmented_control(key="export_view").set_value("Mix").run()
    app.number_input(key=f"weight of {HOSTILE}").set_value(3.0).run()
    app.number_input(key="quota_total").set_value(8).run()
    assert "1 share cannot be met" in seen(app)
    app.button(key="relax_0_0").click().run()
    assert app.session_state["recipe"].quota.weights == {HOSTILE: 0.6}
    assert "cannot be met" not in seen(app)


def test_rows__add_up_per_dataset(mixed, visit, seen):
    app = visit("export")
    app.number_input(key="quota_total").set_value(5).run()
    app.segmented_control(key="export_view").set_value("Rows").run()
    text = seen(app)
    assert "every line adds up" in text
    cells = [cell.split("<")[0] for cell in text.split('<b>All</b></td><td class="w-right">')[1].split('">')[:5]]
    assert cells[:2] == ["17", "1"]  # rows in the files, rejected
    assert "alert" not in text


def test_tags__suggested_taken_and_set(mixed, visit, seen):
    app = visit("ingest")
    assert "Perhaps **Self\\-Instruct · object\\- or task\\-specific**" in seen(app)
    assert _tags(mixed) == Tags()
    app.button(key=f"take suggestion {HOSTILE}").click().run()
    assert _tags(mixed) == Tags(("self-instruct",), ("region",))
    assert "Perhaps" not in seen(app)
    app.pills(key=f"tendency of {HOSTILE}").set_value(["region", "none"]).run()
    assert _tags(mixed).tendency == ("none",)
    app.pills(key=f"tendency of {HOSTILE}").set_value(["none", "domain"]).run()
    app.text_input(key=f"domain of {HOSTILE}").set_value("street <i>signs</i>").run()
    assert _tags(mixed) == Tags(("self-instruct",), ("domain",), "street <i>signs</i>")
    text = seen(visit("overview"))
    assert "Self-Instruct · domain-specific (street &lt;i&gt;signs&lt;/i&gt;) · single turn, 1.0 each" in text


def test_overview__shows_what_datasets_have_in_common(mixed, visit, seen):
    text = seen(visit("overview"))
    assert "The same in several datasets" in text
    assert "1 · 8%" in text
    assert "1 · 25%" in text
    assert "<b>*set*" not in text


def test_duplicates__first_of_a_dataset__is_kept(mixed, visit):
    app = visit("flags", kind="duplicate")
    app.multiselect(key="duplicate_prefer").set_value([HOSTILE]).run()
    app.button(key="here_groups").click().run()
    status = dict(duplicates.groups(mixed).select("sample_no", "status").iter_rows())
    assert status == {0: "confirmed", 12: "dismissed"}
