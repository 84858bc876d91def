"""Do dataset indicators tell how well a tuned model does? Pearson r of each against each score, and the models' ICC.

Li et al., TMLR 2024, section 5.1.4, Figure 5 and Table 20: r over datasets, of an indicator and the mean score of the
models that were tuned on the dataset. The intra-class correlation says how far the models agree about a dataset:
one-way random effects, targets are the scores and raters the models, ICC(1) for one model, ICC(1,k) for their mean
(Shrout and Fleiss, 1979; Koo and Li, 2016).
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from curation.common import program, spreadsheets
from curation.common.errors import WinnowError
from scoring.arrays import Floats
from scoring.plain_files import plain

PAPER = program.ROOT / "assets" / "paper"
INDICATORS, PERFORMANCE = PAPER / "table3.csv", PAPER / "table2.csv"
PAPER_DATASETS = ("LLaVA", "MIMIC-IT", "Ours", "Ours(QC)")
"""The rows of the paper's tables that its Table 20 rests on; the others are ablations."""
LEAST = 3
"""Two points always lie on a line: fewer datasets say nothing."""
LEVELS = ((0.01, "***"), (0.05, "**"), (0.1, "*"))
_DATASET = ("dataset", "data", "vlit data")
_MODEL = ("model", "mllm")


class CorrelationError(WinnowError):
    """The tables cannot be correlated; the message says why."""


@dataclass(frozen=True)
class Indicators:
    """Numbers about datasets: one row per dataset, one column per indicator; `dropped` names the empty columns."""

    names: tuple[str, ...]
    rows: Mapping[str, tuple[float, ...]]
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True)
class Performance:
    """Scores of models by dataset and model; `decimals` is the precision in which they are given."""

    names: tuple[str, ...]
    rows: Mapping[str, Mapping[str, tuple[float, ...]]]
    decimals: int


@dataclass(frozen=True)
class Correlation:
    """One indicator against one score. r and p are None where either is the same for all datasets; `why` says so.

    `p_holm` is p adjusted for all pairs so that any false find has the probability p_holm (Holm, 1979), `p_bh` so that
    a share p_bh of the finds is false (Benjamini and Hochberg, 1995). `stars` are those of the unadjusted p.
    """

    indicator: str
    score: str
    r: float | None
    p: float | None
    n: int
    why: str = ""
    p_holm: float | None = None
    p_bh: float | None = None

    @property
    def stars(self) -> str:
        """Significance as the paper marks it: *** 1 %, ** 5 %, * 10 %."""
        return next((mark for level, mark in LEVELS if self.p is not None and self.p < level), "")


@dataclass(frozen=True)
class ModelAgreement:
    """How far the models agree about one dataset; None where that is not defined, and `why` says so."""

    dataset: str
    models: int
    scores: int
    single: float | None
    average: float | None
    why: str = ""


@dataclass(frozen=True)
class Correlations:
    """All pairs, indicator by indicator, over `datasets`; the agreement of every dataset that has scores."""

    datasets: tuple[str, ...]
    indicators: tuple[str, ...]
    scores: tuple[str, ...]
    pairs: tuple[Correlation, ...]
    agreement: tuple[ModelAgreement, ...]
    notes: tuple[str, ...] = ()


def of_paper() -> Correlations:
    """The paper's Table 20 and the ICC columns of its Table 3, computed from its Tables 3 and 2."""
    return correlate(read_indicators(INDICATORS), read_performance(PERFORMANCE), PAPER_DATASETS, as_printed=True)


def correlate(
    indicators: Indicators, performance: Performance, datasets: Sequence[str] = (), *, as_printed: bool = False
) -> Correlations:
    """Correlates every indicator with every score, and measures how far the models agree.

    A score is the mean over the models.

    Args:
        indicators: Numbers about datasets.
        performance: Scores of models that were tuned on the datasets.
        datasets: Names of three or more; empty for all.
        as_printed: Whether the means are rounded to as many decimals as the scores have, as in the paper's tables.

    Returns:
        All pairs over the datasets; the agreement for every dataset that has scores.

    Raises:
        CorrelationError: A dataset is on one side only, or there are fewer than three.
    """
    names = _common(indicators, performance, datasets)
    points = np.array([indicators.rows[name] for name in names], dtype=np.float64)
    means = np.array([np.mean(list(performance.rows[name].values()), axis=0) for name in names])
    scores = np.round(means, performance.decimals) if as_printed else means
    pairs = _adjusted(
        _pair(name, score, points[:, row], scores[:, column])
        for row, name in enumerate(indicators.names)
        for column, score in enumerate(performance.names)
    )
    notes = tuple(f"The indicator {name} has no values and was left out." for name in indicators.dropped)
    agreement = tuple(_agreement(name, of_models) for name, of_models in performance.rows.items())
    return Correlations(tuple(names), indicators.names, performance.names, pairs, agreement, notes)


def icc(ratings: Floats) -> tuple[float, float] | None:
    """ICC(1) and ICC(1,k) of (targets, raters) by one-way random effects; None where no number varies."""
    targets, raters = ratings.shape
    between = raters * float(np.var(ratings.mean(axis=1), ddof=1))
    within = float(((ratings - ratings.mean(axis=1, keepdims=True)) ** 2).sum()) / (targets * (raters - 1))
    if between == 0 or between + (raters - 1) * within == 0:
        return None
    return (between - within) / (between + (raters - 1) * within), (between - within) / between


def read_indicators(source: Path | str) -> Indicators:
    """A CSV with a column `dataset` and one column per indicator: a file, or its text. Raises CorrelationError."""
    head, lines, title = _read(source)
    dataset_column = _column_of(head, _DATASET, title)
    filled = [column for column in range(len(head)) if column != dataset_column and any(line[column] for line in lines)]
    rows: dict[str, tuple[float, ...]] = {}
    for number, line in enumerate(lines, start=2):
        if line[dataset_column] in rows:
            raise CorrelationError(f"{title}, line {number}: the dataset {line[dataset_column]!r} comes twice.")
        rows[line[dataset_column]] = tuple(_number(line[column], head[column], number, title) for column in filled)
    if not filled:
        raise CorrelationError(f"{title} has no column with numbers beside the dataset's name.")
    dropped = tuple(name for column, name in enumerate(head) if column != dataset_column and column not in filled)
    return Indicators(tuple(head[column] for column in filled), rows, dropped)


def read_performance(source: Path | str) -> Performance:
    """A CSV with columns `model` and `dataset` and one per score: a file, or its text. Raises CorrelationError."""
    head, lines, title = _read(source)
    dataset = _column_of(head, _DATASET, title)
    model = next((column for column, name in enumerate(head) if name.casefold() in _MODEL), None)
    used = [column for column in range(len(head)) if column not in (dataset, model)]
    if not used:
        raise CorrelationError(f"{title} has no column with scores beside the names of models and datasets.")
    rows: dict[str, dict[str, tuple[float, ...]]] = {}
    for number, line in enumerate(lines, start=2):
        of_models = rows.setdefault(line[dataset], {})
        name = "" if model is None else line[model]
        if name in of_models:
            subject = f"the model {name!r} on the dataset" if name else "the dataset"
            raise CorrelationError(f"{title}, line {number}: {subject} {line[dataset]!r} comes twice.")
        of_models[name] = tuple(_number(line[column], head[column], number, title) for column in used)
    _check_complete(rows, title)
    decimals = max((_decimals(line[column]) for line in lines for column in used), default=0)
    return Performance(tuple(head[column] for column in used), rows, decimals)


def _common(indicators: Indicators, performance: Performance, datasets: Sequence[str]) -> list[str]:
    names = list(dict.fromkeys(datasets or [*indicators.rows, *performance.rows]))
    for name in names:
        if name not in indicators.rows:
            raise CorrelationError(f"The dataset {name!r} has no indicators.{_list_of(indicators.rows)}")
        if name not in performance.rows:
            raise CorrelationError(f"The dataset {name!r} has no scores.{_list_of(performance.rows)}")
    if len(names) < LEAST:
        raise CorrelationError(f"A correlation needs at least {LEAST} datasets, and here are {len(names)}.")
    return names


def _list_of(rows: Mapping[str, object]) -> str:
    return f" There are: {', '.join(rows)}." if rows else " There are none."


def _pair(indicator: str, score: str, values: Floats, scores: Floats) -> Correlation:
    from scipy import stats

    for name, numbers in ((indicator, values), (score, scores)):
        if np.ptp(numbers) == 0:
            return Correlation(indicator, score, None, None, len(values), f"{name} is the same for all datasets")
    fit = stats.pearsonr(values, scores)
    return Correlation(indicator, score, float(fit.statistic), float(fit.pvalue), len(values))


def _adjusted(pairs: Iterable[Correlation]) -> tuple[Correlation, ...]:
    """The pairs with p adjusted for how many of them have one."""
    from scipy import stats

    all_pairs = list(pairs)
    tested = [index for index, pair in enumerate(all_pairs) if pair.p is not None]
    values = np.array([all_pairs[index].p for index in tested], dtype=np.float64)
    if tested:
        for index, by_holm, by_bh in zip(tested, holm(values), stats.false_discovery_control(values), strict=True):
            all_pairs[index] = replace(all_pairs[index], p_holm=float(by_holm), p_bh=float(by_bh))
    return tuple(all_pairs)


def holm(values: Floats) -> Floats:
    """Adjusts p values step by step: the smallest counts as often as there are tests, the next one less, never falling.

    Args:
        values: p of each test, (N,).

    Returns:
        Adjusted p, at most 1, (N,).
    """
    order = np.argsort(values)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1)), 1.0)
    return adjusted


def _agreement(dataset: str, of_models: Mapping[str, tuple[float, ...]]) -> ModelAgreement:
    ratings = np.array(list(of_models.values())).T
    scores, models = ratings.shape
    if models < 2 or scores < 2:
        short = "only one model" if models < 2 else "only one score"
        return ModelAgreement(dataset, models, scores, None, None, f"{short}: nothing to agree about")
    coefficients = icc(ratings)
    if coefficients is None:
        return ModelAgreement(dataset, models, scores, None, None, "the scores do not vary")
    return ModelAgreement(dataset, models, scores, *coefficients)


def _check_complete(rows: Mapping[str, Mapping[str, object]], title: str) -> None:
    models = dict.fromkeys(name for of_models in rows.values() for name in of_models)
    for dataset, of_models in rows.items():
        missing = [name for name in models if name not in of_models]
        if missing:
            raise CorrelationError(f"{title}: the model {missing[0]!r} has no scores on the dataset {dataset!r}.")


def _read(source: Path | str) -> tuple[list[str], list[list[str]], str]:
    """Head, lines (as long as the head) and what the table is called in messages."""
    title = source.name if isinstance(source, Path) else "The table"
    try:
        text = plain(source).read_text(encoding="utf-8-sig") if isinstance(source, Path) else source
        lines = [
            [spreadsheets.original(cell.strip()) for cell in line]
            for line in csv.reader(text.splitlines())
            if any(line)
        ]
    except OSError as error:
        raise CorrelationError(f"Cannot read {source}: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise CorrelationError(f"{title} is not a CSV file in UTF-8: {error}.") from error
    if len(lines) < 2:
        raise CorrelationError(f"{title} has no rows: a CSV table with a head line is wanted.")
    head = lines[0]
    doubled = next((name for name in head if head.count(name) > 1), None)
    if doubled is not None:
        raise CorrelationError(f"{title} has two columns called {doubled!r}.")
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(head):
            raise CorrelationError(f"{title}, line {number}: {len(line)} cells, and the head line has {len(head)}.")
    return head, lines[1:], title


def _column_of(head: list[str], names: tuple[str, ...], title: str) -> int:
    index = next((column for column, name in enumerate(head) if name.casefold() in names), None)
    if index is None:
        raise CorrelationError(f"{title} has no column {names[0]!r}. Its columns are: {', '.join(head)}.")
    return index


def _number(cell: str, column: str, line: int, title: str) -> float:
    try:
        number = float(cell)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        content = repr(cell) if cell else "an empty cell"
        raise CorrelationError(f"{title}, line {line}, column {column}: {content} is no number.")
    return number


def _decimals(cell: str) -> int:
    """Digits after the point; many for numbers with an exponent."""
    return 15 if "e" in cell.casefold() else len(cell.partition(".")[2])
