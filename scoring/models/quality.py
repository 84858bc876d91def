"""No-reference image quality by name through `pyiqa` (https://github.com/chaofengc/IQA-PyTorch).

`pyiqa` is licensed PolyForm Noncommercial: it is imported only when a metric of it runs.
"""

from __future__ import annotations

import importlib.util
import re
import runpy
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from scoring import device, weights
from scoring.json_types import Params
from scoring.metric import BadWhen, Unavailable

if TYPE_CHECKING:
    import torch
    from PIL import Image

ADVICE = "connect once; piqe and entropy need no download"
Range = tuple[float | None, float | None]


@dataclass(frozen=True, eq=False)
class QualityModel:
    """A loaded `pyiqa` metric; pictures are shrunk to `longer_side` pixels first (0: never)."""

    net: Callable[[torch.Tensor], torch.Tensor]
    longer_side: int

    def measure(self, paths: Sequence[str]) -> list[float]:
        """One raw value per picture file. Raises OSError for a file that is gone or broken."""
        from scoring.image.pixels import full_size

        return [self._measure_picture(full_size(path)) for path in paths]

    def _measure_picture(self, picture: Image.Image) -> float:
        import torch

        if self.longer_side:
            picture.thumbnail((self.longer_side, self.longer_side))
        rgb = torch.from_numpy(np.asarray(picture).astype(np.float32) / 255).permute(2, 0, 1)
        with torch.inference_mode():
            return float(self.net(rgb[None]))


_NOT_OF_ONE_PICTURE = ("FID", "InceptionScore", "CLIPScore")


def load(params: Params) -> QualityModel:
    """The metric named `params["model"]`. Raises Unavailable, also for one that compares two pictures."""
    name = str(params["model"])
    title = f"The image quality model {name}"
    if name not in _configurations():
        raise Unavailable(
            f"pyiqa knows no metric of a single picture called {name}: choose one such as maniqa, musiq or topiq_nr."
        )
    device_name = device.pick(str(params.get("device", "auto")))

    def create() -> Callable[[torch.Tensor], torch.Tensor]:
        import torch
        from pyiqa.api_helpers import create_metric

        with redirect_stdout(StringIO()):
            return create_metric(name, device=torch.device(device_name))

    return QualityModel(weights.local_first(create, title, ADVICE), int(params.get("longer_side", 0)))


def direction(name: str) -> tuple[BadWhen, Range]:
    """Which end is bad and the possible values, as `pyiqa` states them (roughly: it marks some with "~").

    Low is bad and the values are open for a name that it does not know, or without it.
    """
    try:
        configuration = _configurations().get(name, {})
    except Unavailable:
        configuration = {}
    low, high = (_bound(part) for part in str(configuration.get("score_range") or "~, ~").split(","))
    return ("high" if configuration.get("lower_better") else "low"), (low, high)


def _bound(text: str) -> float | None:
    number = re.search(r"-?\d+(\.\d+)?", text)
    return float(number[0]) if number and "~" not in text else None


@cache
def _configurations() -> dict[str, Mapping[str, object]]:
    """What `pyiqa` says of its metrics of a single picture.

    Read from its one file of plain data, as importing it takes torch. It lists some as no-reference metrics that are of
    whole sets of pictures or need a caption.
    """
    package = importlib.util.find_spec("pyiqa")
    if package is None or package.origin is None:
        raise Unavailable("Image quality models need the Python package pyiqa: install it and run again.")
    listed = runpy.run_path(str(Path(package.origin).with_name("default_model_configs.py")))["DEFAULT_CONFIGS"]
    return {
        name: configuration
        for name, configuration in listed.items()
        if configuration["metric_mode"] == "NR" and configuration["metric_opts"]["type"] not in _NOT_OF_ONE_PICTURE
    }
