"""Correlate dataset indicators with the scores of models tuned on the datasets, and say how far the models agree.

examples:
  python -m curation correlate
  python -m curation correlate --indicators indicators.csv --performance scores.csv
  python -m curation correlate --indicators indicators.csv --performance scores.csv --datasets raw,curated,other
  python -m curation correlate --json

Without files, the tables of "Vision-Language Instruction Tuning: A Review and Analysis" (Li et al., TMLR 2024) are
taken: its Tables 3 and 2 give its Table 20. The indicators' file has a column "dataset" and one per indicator, the
performance file "model", "dataset" and one per score. *** ** * mark p below 1, 5 and 10 %, unadjusted; a list of the
pairs with p below 10 % adds p adjusted for all pairs (Holm; Benjamini-Hochberg, BH). ICC(1) is for a single model,
ICC(1,k) for the mean of all: one-way random effects over the scores.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from curation.commands import naming, terminal
from curation.common import names
from curation.reporting import correlation
from curation.reporting.correlation import Correlation, Correlations


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    files = {"type": Path, "metavar": "FILE.csv"}
    parser.add_argument("--indicators", **files, help="numbers per dataset; default: the paper's Table 3")  # type: ignore[arg-type]
    parser.add_argument("--performance", **files, help="scores per model and dataset; default: the paper's Table 2")  # type: ignore[arg-type]
    parser.add_argument("--datasets", metavar="A,B", help="only these; default: all, and of the paper's its four")
    parser.add_argument(
        "--as-printed", action="store_true", help="round the models' mean to the scores' decimals; the paper's are so"
    )
    parser.add_argument("--exact", action="store_true", help="do not round, not even for the paper's tables")
    parser.add_argument("--json", action="store_true", help="print all numbers unrounded as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Reads both tables and prints r (p) of every pair, and the agreement of the models."""
    indicators = correlation.read_indicators(arguments.indicators or correlation.INDICATORS)
    performance = correlation.read_performance(arguments.performance or correlation.PERFORMANCE)
    papers = arguments.indicators is None and arguments.performance is None
    requested = naming.listed(arguments.datasets)
    names.check("dataset", requested, [*indicators.rows, *performance.rows])
    dataset_names = requested or (correlation.PAPER_DATASETS if papers else ())
    as_printed = arguments.as_printed or (papers and not arguments.exact)
    correlations = correlation.correlate(indicators, performance, dataset_names, as_printed=as_printed)
    if arguments.json:
        pairs = [asdict(pair) | {"stars": pair.stars} for pair in correlations.pairs]
        terminal.json_line(asdict(correlations) | {"pairs": pairs})
    else:
        _print(correlations)
    return 0


def _print(correlations: Correlations) -> None:
    pairs = {(pair.indicator, pair.score): pair for pair in correlations.pairs}
    rows = [(name, *(_cell(pairs[name, score]) for score in correlations.scores)) for name in correlations.indicators]
    print(f"Pearson r (p) over {len(correlations.datasets)} datasets: {', '.join(correlations.datasets)}\n")
    terminal.table(("", *correlations.scores), rows)
    _print_adjusted(correlations)
    print("\nAgreement of the models\n")
    agreement_rows = [
        (agreement.dataset, agreement.models, agreement.scores, _four(agreement.single), _four(agreement.average))
        for agreement in correlations.agreement
    ]
    terminal.table(("dataset", "models", "scores", "ICC(1)", "ICC(1,k)"), agreement_rows)
    whys = {row.why for row in correlations.pairs} | {row.why for row in correlations.agreement}
    for line in (*correlations.notes, *sorted(whys - {""})):
        terminal.say(line)


def _print_adjusted(correlations: Correlations) -> None:
    """The pairs with stars, the smallest p first: with many pairs some are small by chance."""
    tested = [pair for pair in correlations.pairs if pair.p is not None]
    starred = sorted((pair for pair in tested if pair.stars), key=lambda pair: pair.p or 0.0)
    print(f"\np adjusted for {len(tested)} pairs\n")
    rows = [
        (pair.indicator, pair.score, _three(pair.r), _small(pair.p), _small(pair.p_holm), _small(pair.p_bh))
        for pair in starred
    ]
    if rows:
        terminal.table(("indicator", "score", "r", "p", "p (Holm)", "p (BH)"), rows)
    else:
        print("No pair has p below 10 %.")


def _three(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _small(value: float | None) -> str:
    return "-" if value is None else f"{value:.2g}"


def _cell(pair: Correlation) -> str:
    return "-" if pair.r is None or pair.p is None else f"{pair.r:.3f} ({pair.p:.3f}{pair.stars})"


def _four(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
