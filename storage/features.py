"""Stored features: embeddings and other intermediates, by feature and version."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from storage.store import Store

_VECTORS = """
    SELECT subject_no, vector FROM embedding WHERE feature = $feature AND version = $version
    QUALIFY run_no = max(run_no) OVER (PARTITION BY subject_no)"""

_VALUES = """
    SELECT subject_no, value FROM feature_value WHERE feature = $feature AND version = $version
    QUALIFY run_no = max(run_no) OVER (PARTITION BY subject_no)"""


def write(store: Store, feature: str, version: str, stored: str, path: Path) -> None:
    """Writes all values of a feature to a Parquet file for the worker.

    Args:
        store: The workspace's store.
        feature: The feature's name.
        version: Its version.
        stored: "vector" or "json".
        path: The file.
    """
    sql = _VECTORS if stored == "vector" else _VALUES
    read(store, sql, feature, version).write_parquet(path)


def vectors(store: Store, feature: str, version: str) -> pl.DataFrame:
    """Reads the vectors of a feature.

    Args:
        store: The workspace's store.
        feature: The feature's name.
        version: Its version.

    Returns:
        subject_no and vector of every item that has one, from its newest run.
    """
    return read(store, _VECTORS, feature, version)


def values(store: Store, feature: str, version: str) -> pl.DataFrame:
    """Reads the plain data of a feature.

    Args:
        store: The workspace's store.
        feature: The feature's name.
        version: Its version.

    Returns:
        subject_no and value (JSON) of every item that has one, from its newest run.
    """
    return read(store, _VALUES, feature, version)


def read(store: Store, sql: str, feature: str, version: str) -> pl.DataFrame:
    """Runs one of the two queries above.

    Args:
        store: The workspace's store.
        sql: The query.
        feature: The feature's name.
        version: Its version.

    Returns:
        subject_no and vector or value.
    """
    return store.frame(sql, {"feature": feature, "version": version})
