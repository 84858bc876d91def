"""The share of bad samples by votes and audit together, against a known truth."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import estimates
from curation.review import predicted_audit


@pytest.mark.parametrize(("rate", "accuracy"), [(0.03, 0.8), (0.1, 0.5), (0.3, 0.95)])
def test_bad_share__its_interval_holds_the_truth_whatever_the_judge_is_worth(rate: float, accuracy: float) -> None:
    assert estimates.audit_coverage(300, rate, accuracy, audited=60)["held"] >= 0.93


def test_bad_share__of_a_good_judge__is_surer_than_the_audit_alone() -> None:
    figures = estimates.audit_coverage(100, 0.1, 0.95, audited=200)
    assert figures["width"] < 0.6 * figures["width of the audit alone"]


def test_bad_share__few_audited_samples_with_votes__is_none() -> None:
    votes = np.full(1000, np.nan)
    votes[:20] = 0.5
    drawn = np.arange(100)
    assert predicted_audit.bad_share(votes, drawn, np.zeros(100, dtype=bool)) is None


def test_bad_share__votes_that_never_differ__is_about_the_audit() -> None:
    bad = np.arange(100) < 30
    found = predicted_audit.bad_share(np.full(1000, 0.2), np.arange(100), bad)
    assert found is not None
    assert found.value == pytest.approx(0.3, abs=0.02)
