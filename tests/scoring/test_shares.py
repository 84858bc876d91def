from __future__ import annotations

import numpy as np
import pytest

from scoring.shares import entropy, variance


def test_variance_and_entropy__uniform_and_skewed() -> None:
    assert (variance(np.array([5, 5, 0, 5])), entropy(np.array([5, 5, 0, 5]))) == (0.0, pytest.approx(1.0))
    assert variance(np.array([90, 10])) == pytest.approx(1600.0)
    assert entropy(np.array([90, 10])) == pytest.approx(0.469, abs=0.001)
