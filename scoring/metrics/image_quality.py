"""Whether a picture can be made out, by a learned no-reference quality model; MANIQA unless told otherwise.

The raw value of the `pyiqa` metric named by `params["model"]`: about 0 to 1, high is good, for MANIQA (Yang et
al., 2022, https://arxiv.org/abs/2204.08958); other models have other scales, and for some low is good:
`direction` says so. Their thresholds are not interchangeable. Li et al., TMLR 2024, section 3.3.3, image
readability ("IR" of Table 4, mean 0.53, and 0.22 for distorted pictures). Pictures are shrunk to 1,024 pixels,
the size that MANIQA was trained on.
"""

from __future__ import annotations

from scoring.item import Image
from scoring.json_types import Params
from scoring.metric import BadWhen, Batch, Metric, Result
from scoring.models import quality
from scoring.models.quality import QualityModel, Range

PARAMS: Params = {"model": "maniqa", "longer_side": 1024}


def direction(params: Params) -> tuple[BadWhen, Range]:
    """(bad when, range) of the model that `params` name: METRIC's own hold for MANIQA only."""
    return quality.direction(str(params.get("model", PARAMS["model"])))


METRIC = Metric(
    name="image_quality",
    version="1",
    title="Image quality (MANIQA)",
    principle="readability",
    subject="image",
    range=(None, None),
    unit="quality, as the model defines it",
    bad_when="low",
    builtin=False,
    params=PARAMS,
    running={"device": "auto"},
    direction=direction,
)


def load(params: Params) -> QualityModel:
    """The quality model. Raises Unavailable without its weights."""
    return quality.load(params)


def score(batch: Batch, model: QualityModel) -> list[Result]:
    """Measures each picture with the quality model.

    Args:
        batch: Images.
        model: As `load` gives it.

    Returns:
        The model's raw value per image; None where it gives no number (entropy of one pixel).
    """
    values = model.measure([item.path for item in batch.items if isinstance(item, Image)])
    return [Result(value=value if value == value else None) for value in values]
