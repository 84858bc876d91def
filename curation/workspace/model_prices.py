"""What language models cost per million tokens: a table that users keep, as prices change and differ by endpoint."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeAlias

from curation.common.errors import WinnowError
from curation.workspace.cache import MODEL_PRICES
from curation.workspace.workspace import Workspace
from scoring.json_types import JsonObject, Params
from storage import settings

PriceTable: TypeAlias = Mapping[str, tuple[float, float]]
"""By model, what a million tokens sent and a million received cost."""


class PriceError(WinnowError):
    """A price cannot be one; the message says why."""


def read(workspace: Workspace) -> PriceTable:
    """The table of the workspace."""
    stored: dict[str, list[float]] = settings.read(workspace.store, MODEL_PRICES, {})
    return {model: (sent, received) for model, (sent, received) in stored.items()}


def write(workspace: Workspace, table: PriceTable) -> None:
    """Replaces the table.

    Args:
        workspace: Open workspace.
        table: All prices.

    Raises:
        PriceError: A model has no name, or a price is negative or no number.
    """
    for model, prices in table.items():
        if not model.strip():
            raise PriceError("A price needs the name of its model.")
        if not all(math.isfinite(price) and price >= 0 for price in prices):
            raise PriceError(f"The prices of {model} are not both 0 or more.")
    settings.write(workspace.store, MODEL_PRICES, {model.strip(): list(prices) for model, prices in table.items()})


def filled(table: PriceTable, params: Params) -> JsonObject:
    """Fills in what a judged column's model costs, where the column has no prices of its own.

    Args:
        table: The prices by model.
        params: The column's parameters.

    Returns:
        The parameters, with `price_in` and `price_out` of the model that they name.
    """
    has_own = bool(params.get("price_in") or params.get("price_out"))
    prices = table.get(str(params.get("model", "")))
    if "price_in" not in params or has_own or prices is None:
        return dict(params)
    return {**params, "price_in": prices[0], "price_out": prices[1]}
