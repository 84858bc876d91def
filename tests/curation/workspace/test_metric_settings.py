from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support import finish, row

from curation.__main__ import main
from curation.importing.importer import import_file
from curation.runs.scoring_run import ScoringRun
from curation.workspace import Workspace, metric_settings, open_workspace
from curation.workspace.metric_settings import ConfigurationError
from storage import scores


def test_set_params__only_that_column_gets_another_version(workspace: Workspace) -> None:
    before = metric_settings.columns(workspace)
    metric_settings.set_params(workspace, "duplicates", {"similarity": 0.5})
    after = metric_settings.columns(workspace)
    changed = {name for name in before if before[name].version != after[name].version}
    assert changed == {"duplicates"}
    metric_settings.set_params(workspace, "duplicates", {"similarity": 0.85})
    assert metric_settings.columns(workspace)["duplicates"].version == before["duplicates"].version


def test_set_params__model_of_a_feature__reaches_the_metrics_that_need_it(workspace: Workspace) -> None:
    before = metric_settings.columns(workspace)["matching_degree"]
    metric_settings.set_params(workspace, "clip_image", {"model": "ViT-L-14"})
    after = metric_settings.columns(workspace)["matching_degree"]
    assert after.params["model"] == "ViT-L-14"
    assert after.version != before.version


def test_set_params__device__changes_no_version(workspace: Workspace) -> None:
    before = metric_settings.columns(workspace)["clip_image"].version
    metric_settings.set_params(workspace, "clip_image", {"device": "cpu"})
    assert metric_settings.columns(workspace)["clip_image"].version == before


def test_set_params__unknown_or_of_another_type__one_sentence(workspace: Workspace) -> None:
    with pytest.raises(ConfigurationError, match=r"duplicates: There is no parameter 'colour'\. Known: similarity"):
        metric_settings.set_params(workspace, "duplicates", {"colour": 1})
    with pytest.raises(ConfigurationError, match="similarity of duplicates is a float, not 'much'"):
        metric_settings.set_params(workspace, "duplicates", {"similarity": "much"})
    with pytest.raises(ConfigurationError, match="no metric 'beauty'"):
        metric_settings.activate(workspace, "beauty", True)


def test_activate__model_metric__brings_its_feature(workspace: Workspace) -> None:
    assert "matching_degree" not in metric_settings.active(workspace)
    metric_settings.activate(workspace, "matching_degree", True)
    assert {"matching_degree", "clip_image"} <= metric_settings.active(workspace).keys()


def test_run__changed_parameter__old_values_stay_for_comparison(
    workspace: Workspace, llava: Callable[..., Path]
) -> None:
    import_file(workspace, llava([row("q", "a dog"), row("q", "a cat")]))
    for similarity in (0.85, 0.5):
        metric_settings.set_params(workspace, "duplicates", {"similarity": similarity})
        finish(ScoringRun(workspace, metric_settings.named(workspace, ["duplicates"]), jobs=1))
    assert scores.versions(workspace.store, "duplicates")["values"].to_list() == [2, 2]


def test_score__set__is_kept_in_the_workspace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--workspace", str(tmp_path / "w")]
    assert main(["score", *where, "--metrics", "duplicates", "--set", "duplicates.similarity=0.7"]) == 0
    workspace = open_workspace(tmp_path / "w")
    assert metric_settings.columns(workspace)["duplicates"].params["similarity"] == 0.7
    workspace.close()
    assert main(["score", *where, "--set", "nonsense"]) == 2
    assert "metric.parameter=value" in capsys.readouterr().err
