"""The report page: tables of sets, what is computed in the background, pictures and correlation."""

import csv
import time

import pytest
from support import row

from curation.app import board
from curation.common.counts import counted
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.recipes import saved_recipes
from curation.recipes.recipe import Quota, Recipe
from curation.reporting import tables
from curation.reporting.correlation import CorrelationError
from curation.views.report import report

GROUPS = list(report.GROUPS)


def _compute(app, owner):
    """Presses the button and waits until the values are there."""
    app.button(key="report_compute").click().run()
    deadline = time.monotonic() + 60
    while any(job.is_open for job in report.jobs(owner)) and time.monotonic() < deadline:
        time.sleep(0.05)
    app.run()
    assert not app.exception
    return report.jobs(owner)[0]


@pytest.fixture
def two(owner, two_folder):
    """The server over them."""
    return owner


def test_empty_workspace__a_way_to_start_and_the_papers_correlation(owner, visit, seen):
    assert owner
    shown = seen(visit("report"))
    assert "This workspace is empty" in shown
    assert "Do indicators tell how well a model does?" in shown
    assert "0.8083" in shown


def test_tables__rows_sizes_and_reasons(two, visit, seen):
    shown = seen(visit("report"))
    for title in ("Table 3: instructions, responses and the whole", "Table 4: pictures", "Further indicators"):
        assert title in shown
    for name in ("raw", "tiny", "other", "draft recipe", "filtered", "without usability", "without balance"):
        assert f">{name}</td>" in shown
    assert "run matching\\_degree" in shown
    assert "Every row rests on" in shown
    assert "How fluent the responses are: mean readability" in shown
    assert "<script>" not in shown


def test_compute__values_arrive_and_are_kept(two, visit, seen):
    app = visit("report")
    waiting = app.button(key="report_compute").label
    assert waiting.startswith("Compute ")
    assert waiting.endswith(" values")
    job = _compute(app, two)
    assert job.state == "done", job.message
    assert "Everything that can be computed is computed." in seen(app)
    again = visit("report")
    assert "Everything that can be computed is computed." in seen(again)


def test_equal_size__is_switched_off_and_on(two, visit, seen):
    app = visit("report")
    app.toggle(key="report_equal").set_value(False).run()
    assert "Every set counts with all of its samples" in seen(app)
    assert app.number_input(key="report_seed").disabled


def test_groups_and_rows__are_left_out(two, visit, seen):
    app = visit("report")
    app.pills(key="report_groups").set_value(["dataset"]).run()
    assert ">without usability</td>" not in seen(app)
    assert ">other</td>" in seen(app)
    app.multiselect(key="report_left_out").set_value(["other"]).run()
    assert ">other</td>" not in seen(app)
    app.multiselect(key="report_left_out").set_value(["raw", "tiny", "other"]).run()
    assert "Every row is left out." in seen(app)
    assert not app.exception


def test_tiny_set__is_left_out_and_named_until_someone_takes_it_in(two, visit, seen, llava):
    large = llava([row("What is it?", f"{n} kites.") for n in range(120)], "large.json")
    import_file(two.workspace, large)
    app = visit("report")
    app.pills(key="report_groups").set_value(["dataset"]).run()
    assert ">tiny</td>" not in seen(app)
    assert "tiny is left out" in seen(app)
    app.multiselect(key="report_left_out").set_value([]).run()
    assert ">tiny</td>" in seen(app)
    assert "tiny is left out" not in seen(app)


def test_sets__named_recipes_exports_and_what_cannot_be_shown(two, visit, seen):
    saved_recipes.save(two.workspace, "small", Recipe(quota=Quota(total=4)), "ann")
    saved_recipes.save(two.workspace, "nothing", Recipe(quota=Quota(total=0)), "ann")
    known = report.sets(two, board.draft(two))
    sizes = {one.name: one.size for one in known.all}
    assert sizes["recipe small"] == 4
    assert "recipe nothing holds no sample and is not shown." in known.notes
    shown = seen(visit("report"))
    assert ">recipe small</td>" in shown
    least = min(known.of(GROUPS), key=lambda one: one.size)
    assert f"Every row rests on {counted(least.size, 'sample')}, the size of “{least.name}”" in shown


def test_sets__of_one_name_are_told_apart(scored, dataset):
    for name in ("draft recipe", "filtered"):
        other = dataset.parent / f"{name}.json"
        other.write_text(dataset.read_text().replace("on the table?", f"on the {name}?"))
        import_file(scored.workspace, other, ImportOptions(name=name))
    names = [one.name for one in report.sets(scored, board.draft(scored)).all]
    assert len(names) == len(set(names))
    assert {"draft recipe", "draft recipe (recipe)", "filtered", "filtered (ablation)"} <= set(names)


def test_sets__are_kept_until_something_changes(two):
    draft = board.draft(two)
    first = report.sets(two, draft)
    assert report.sets(two, draft) is first
    assert report.sets(two, Recipe(quota=Quota(total=1))) is not first


def test_pictures__every_kind_is_drawn(two, visit):
    app = visit("report")
    for kind in ("radar", "parallel", "heat"):
        app.segmented_control(key="report_profile").set_value(kind).run()
        assert not app.exception
    app.toggle(key="report_spread_ablations").set_value(True).run()
    for metric in app.selectbox(key="report_metric").options[:3]:
        assert metric
    app.selectbox(key="report_tasks_of").set_value("other").run()
    assert not app.exception


def test_ablations__of_a_named_recipe(two, visit, seen):
    saved_recipes.save(two.workspace, "small", Recipe(quota=Quota(total=4)), "ann")
    app = visit("report")
    app.selectbox(key="report_ablated").set_value("small").run()
    shown = seen(app)
    assert "by the recipe small" in shown
    assert "left out: the quota" in shown


def test_own_tables__correlated_or_a_sentence():
    indicators = b"dataset,x\na,1\nb,2\nc,4\n"
    found = report.correlate(indicators, b"model,dataset,s\nm,a,1\nm,b,2\nm,c,3\n")
    assert found.pairs[0].r == pytest.approx(0.982, abs=0.001)
    with pytest.raises(CorrelationError, match="The dataset 'b' has no scores"):
        report.correlate(indicators, b"model,dataset,s\nm,a,1\n")
    with pytest.raises(CorrelationError, match="not a CSV file in UTF-8"):
        report.correlate(indicators, b"\xff\xfe")


def test_csv__holds_the_numbers_of_the_table(two):
    known = report.sets(two, board.draft(two))
    chosen = known.of(GROUPS)
    shown = report.table(two, known, chosen, equal=False)
    rows = list(csv.DictReader(tables.as_csv(shown.lines).splitlines()))
    assert [row["dataset"] for row in rows] == [one.name for one in chosen]
    value = shown.lines[0].by_name["text_readability"].value
    assert float(rows[0]["TR"]) == value
    assert [row["drawn"] for row in rows] == [row["samples"] for row in rows]
    equal = report.table(two, known, chosen, equal=True)
    assert {line.drawn for line in equal.lines} == {min(one.size for one in chosen)}
