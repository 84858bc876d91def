"""Types of arrays by what they hold, for annotations; docstrings say the shapes."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Mask: TypeAlias = NDArray[np.bool_]
"""Which of some samples, turns or rows are meant."""
Numbers: TypeAlias = NDArray[np.integer]
"""Numbers of samples, turns, images or clusters, positions, counts: int32 as stored, int64 as computed."""
Floats: TypeAlias = NDArray[np.float64]
"""Measured values; NaN where there is none."""
Vectors: TypeAlias = NDArray[np.float32]
"""Embeddings, one a row, or one embedding."""
Bytes: TypeAlias = NDArray[np.uint8]
"""Pixels, or bytes of a hash."""
Bits: TypeAlias = NDArray[np.uint64]
"""A bit each for up to 64 filters, or a hash: what is compared bit by bit."""
