"""Correlation of indicators and scores: the paper's Table 20 and ICC columns from its Tables 3 and 2, cell by cell."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from curation.reporting import correlation
from curation.reporting.correlation import CorrelationError

with (correlation.PAPER / "table20.csv").open() as file:
    TABLE_20 = [(row["indicator"], row["score"], float(row["r"]), float(row["p"])) for row in csv.DictReader(file)]
with (correlation.PAPER / "table3_icc.csv").open() as file:
    ICC = {row["dataset"]: (float(row["SM"]), float(row["AM"])) for row in csv.DictReader(file)}

OTHER_NUMBERS = ("VR", "TR")
"""Scores whose cells rest on other numbers of MIMIC-IT than the paper prints; see assets/paper/README.md."""
OTHER_ICC = ("Ours", "Ours(QC) w/o diversity")
HALF = 0.0005 + 1e-9


@pytest.fixture(scope="module")
def paper() -> correlation.Correlations:
    return correlation.of_paper()


def test_paper__has_seventy_cells_of_which_56_come_out() -> None:
    assert len(TABLE_20) == 70
    assert sum(score not in OTHER_NUMBERS for _, score, _, _ in TABLE_20) == 56


@pytest.mark.parametrize(("indicator", "score", "r", "p"), TABLE_20)
def test_paper__cell_of_table_20(
    paper: correlation.Correlations, indicator: str, score: str, r: float, p: float
) -> None:
    pair = next(one for one in paper.pairs if (one.indicator, one.score) == (indicator, score))
    assert pair.n == 4
    assert pair.r is not None
    assert pair.p is not None
    if score in OTHER_NUMBERS:
        assert max(abs(pair.r - r), abs(pair.p - p)) > HALF, "comes out after all: mend assets/paper/README.md"
        assert abs(pair.r - r) < 0.111
    else:
        assert abs(pair.r - r) <= HALF
        assert abs(pair.p - p) <= HALF


def test_paper__vr_and_tr__come_out_with_other_means_of_mimic_it() -> None:
    indicators = correlation.read_indicators(correlation.INDICATORS)
    performance = correlation.read_performance(correlation.PERFORMANCE)
    for score, other in (("VR", 12.0), ("TR", 16.5)):
        at = performance.names.index(score)
        of_models = [performance.rows[name].values() for name in correlation.PAPER_DATASETS]
        means = [round(float(np.mean([values[at] for values in one])), 1) for one in of_models]
        means[correlation.PAPER_DATASETS.index("MIMIC-IT")] = other
        for name, column, r, _ in TABLE_20:
            if column == score:
                place = indicators.names.index(name)
                values = [indicators.rows[d][place] for d in correlation.PAPER_DATASETS]
                assert abs(stats.pearsonr(values, means).statistic - r) <= HALF


@pytest.mark.parametrize("dataset", list(ICC))
def test_paper__icc(paper: correlation.Correlations, dataset: str) -> None:
    found = next(one for one in paper.agreement if one.dataset == dataset)
    assert found.single is not None
    assert found.average is not None
    single, average = ICC[dataset]
    assert (found.models, found.scores) == (3, 10)
    if dataset in OTHER_ICC:
        assert 0.003 < abs(found.single - single) < 0.012
    else:
        assert abs(found.single - single) <= 0.00015  # a unit of the last digit: the scores are rounded too
        assert abs(found.average - average) <= 0.00005


def test_paper__significance_is_marked_as_printed(paper: correlation.Correlations) -> None:
    stars = {(one.indicator, one.score): one.stars for one in paper.pairs}
    assert [stars["MD", score] for score in ("Overall", "IL", "SU")] == ["**", "*", ""]


def test_icc__worked_example__of_shrout_and_fleiss() -> None:
    ratings = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float)
    found = correlation.icc(ratings)
    assert found is not None
    assert np.round(found, 2).tolist() == [0.17, 0.44]
    assert correlation.icc(np.ones((3, 2))) is None


THREE = "dataset,x,y,z\na,1,5,\nb,2,5,\nc,4,5,\n"
SCORES = "model,dataset,s\nm,a,1.04\nn,a,1.00\nm,b,2.00\nn,b,2.00\nm,c,3.00\nn,c,3.00\n"


def test_correlate__constant_and_empty_columns_are_said() -> None:
    found = correlation.correlate(correlation.read_indicators(THREE), correlation.read_performance(SCORES))
    assert found.indicators == ("x", "y")
    assert found.notes == ("The indicator z has no values and was left out.",)
    constant = found.pairs[1]
    assert (constant.r, constant.p, constant.why) == (None, None, "y is the same for all datasets")
    assert found.agreement[0].single is None
    assert "only one score" in found.agreement[0].why


def test_correlate__mean_is_exact_unless_as_printed() -> None:
    coarse = correlation.read_performance("model,dataset,s\nm,a,1\nn,a,2\nm,b,2\nn,b,2\nm,c,5\nn,c,5\n")
    indicators = correlation.read_indicators(THREE)
    exact = correlation.correlate(indicators, coarse).pairs[0].r
    rounded = correlation.correlate(indicators, coarse, as_printed=True).pairs[0].r
    assert rounded == pytest.approx(stats.pearsonr([1, 2, 4], [2, 2, 5]).statistic)
    assert exact == pytest.approx(stats.pearsonr([1, 2, 4], [1.5, 2, 5]).statistic)


def test_correlate__accuracies_between_0_and_1__keep_their_digits() -> None:
    scores = "dataset,s\na,0.5\nb,0.6\nc,0.6\nd,0.7\n"
    two_models = (
        "model,dataset,s\nm,a,0.5\nn,a,0.6\nm,b,0.6\nn,b,0.6\nm,c,0.6\nn,c,0.7\nm,d,0.7\nn,d,0.7\n"  # means 0.55 to 0.7
    )
    indicators = correlation.read_indicators("dataset,x\na,1\nb,2\nc,3\nd,4\n")
    assert correlation.correlate(indicators, correlation.read_performance(two_models)).pairs[0].r == pytest.approx(1)
    assert correlation.correlate(indicators, correlation.read_performance(scores)).pairs[0].r == pytest.approx(0.948683)


def test_correlate__p_is_adjusted_for_all_pairs_that_have_one() -> None:
    draw = np.random.default_rng(5)
    head = ",".join(f"x{number}" for number in range(6))
    lines = [f"d{row},{','.join(f'{value:.4f}' for value in draw.normal(size=6))},1" for row in range(8)]
    indicators = correlation.read_indicators(f"dataset,{head},same\n" + "\n".join(lines))
    scores = "\n".join(f"d{row},{draw.normal():.4f},{draw.normal():.4f}" for row in range(8))
    pairs = correlation.correlate(indicators, correlation.read_performance(f"dataset,s,t\n{scores}")).pairs
    tested = [pair for pair in pairs if pair.p is not None]
    assert (len(tested), len(pairs)) == (12, 14)
    p = np.array([pair.p for pair in tested])
    for pair in tested:  # by their definitions, pair by pair
        assert pair.p_holm == pytest.approx(max(min(1.0, q * int((p >= q).sum())) for q in p if q <= (pair.p or 0)))
        assert pair.p_bh == pytest.approx(min(min(1.0, q * 12 / int((p <= q).sum())) for q in p if q >= (pair.p or 0)))
    assert {(pair.p_holm, pair.p_bh) for pair in pairs if pair.p is None} == {(None, None)}


def test_holm__worked_example() -> None:
    """As `p.adjust(c(0.01, 0.02, 0.03, 0.005), "holm")` in R."""
    assert correlation.holm(np.array([0.01, 0.02, 0.03, 0.005])).tolist() == pytest.approx([0.03, 0.04, 0.04, 0.02])


@pytest.mark.parametrize(
    ("indicators", "scores", "said"),
    [
        ("dataset,x\na,1\nb,2\n", "dataset,s\na,1\nb,2\n", "at least 3 datasets, and here are 2"),
        ("dataset,x\na,1\nb,2\nc,3\n", "dataset,s\na,1\nb,2\n", "The dataset 'c' has no scores. There are: a, b."),
        ("dataset,x\na,1\nb,2\n", "dataset,s\na,1\nb,2\nc,3\n", "The dataset 'c' has no indicators."),
        ("dataset,x\na,1\nb,many\nc,3\n", SCORES, "line 3, column x: 'many' is no number"),
        ("dataset,x\na,1\nb,\nc,3\n", SCORES, "line 3, column x: an empty cell is no number"),
        ("dataset,x\na,1\nb,inf\nc,3\n", SCORES, "'inf' is no number"),
        ("set,x\na,1\n", SCORES, "no column 'dataset'. Its columns are: set, x."),
        ("dataset,x\n", SCORES, "has no rows"),
        ("dataset,x\na,1,2\n", SCORES, "line 2: 3 cells, and the head line has 2"),
        ("dataset,x\na,1\na,1\n", SCORES, "line 3: the dataset 'a' comes twice"),
        ("dataset,x,x\na,1,2\n", SCORES, "two columns called 'x'"),
        ("dataset\na\nb\nc\n", SCORES, "no column with numbers"),
        (THREE, "model,dataset,s\nm,a,1\nm,b,1\nm,c,1\nn,a,1\n", "the model 'n' has no scores on the dataset 'b'"),
        (THREE, SCORES + "m,a,1\n", "the model 'm' on the dataset 'a' comes twice"),
    ],
)
def test_correlate__bad_tables__say_what_is_wrong(indicators: str, scores: str, said: str) -> None:
    with pytest.raises(CorrelationError) as error:
        correlation.correlate(correlation.read_indicators(indicators), correlation.read_performance(scores))
    assert said in str(error.value)


def test_read__files__names_them(tmp_path: Path) -> None:
    with pytest.raises(CorrelationError, match=r"Cannot read .*none\.csv: No such file"):
        correlation.read_indicators(tmp_path / "none.csv")
    (tmp_path / "bad.csv").write_bytes(b"dataset,x\n\xff\xfe\n")
    with pytest.raises(CorrelationError, match=r"bad\.csv is not a CSV file in UTF-8"):
        correlation.read_performance(tmp_path / "bad.csv")
