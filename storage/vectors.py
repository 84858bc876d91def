"""Vectors of samples: the means of what features stored for their turns or images."""

from __future__ import annotations

import numpy as np

from storage.store import Store

_OWNERS = {
    "image": "SELECT sample_no, image_no AS subject_no FROM sample_image WHERE image_no IS NOT NULL AND {range}",
    "turn": "SELECT sample_no, turn_no AS subject_no FROM turn WHERE {range}",
}


def of_samples(
    store: Store, feature: str, version: str, subject: str, first: int, end: int
) -> tuple[np.ndarray, np.ndarray]:
    """Reads the vectors of a range of samples.

    Args:
        store: The workspace's store.
        feature: The feature's name.
        version: Its version.
        subject: What the feature is about: image or turn.
        first: The first sample number.
        end: The number behind the last sample.

    Returns:
        Sample numbers that have vectors, ascending, and each one's mean, (N, D) float32.
    """
    owners = _OWNERS[subject].format(range="sample_no >= $first AND sample_no < $end")
    rows = store.frame(
        f"""WITH owner AS ({owners})
            SELECT sample_no, vector FROM embedding JOIN owner USING (subject_no)
            WHERE feature = $feature AND version = $version ORDER BY sample_no""",
        {"feature": feature, "version": version, "first": first, "end": end},
    )
    if rows.is_empty():
        return np.empty(0, dtype=np.int64), np.empty((0, 0), dtype=np.float32)
    vectors = np.array(rows["vector"].to_list(), dtype=np.float32)
    numbers, starts = np.unique(rows["sample_no"].to_numpy(), return_index=True)
    counts = np.diff(np.append(starts, len(vectors)))[:, None]
    return numbers, np.add.reduceat(vectors, starts, axis=0) / counts.astype(np.float32)
