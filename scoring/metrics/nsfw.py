"""How likely a picture is not safe for work."""

from __future__ import annotations

from collections.abc import Callable

from scoring.image import picture_net
from scoring.item import Image
from scoring.json_types import Params
from scoring.metric import Batch, Flag, Metric, Result

METRIC = Metric(
    name="nsfw",
    version="1",
    title="Not safe for work",
    principle="structure",
    subject="image",
    range=(0.0, 1.0),
    unit="probability",
    bad_when="high",
    suggested=(None, 0.8),
    remarks=("nsfw",),
    builtin=picture_net.available(),
    params={"flag_above": 0.8},
)


def load(params: Params) -> tuple[Callable[[str], float], float]:
    """The network and the probability above which a picture is flagged. Raises Unavailable without the network."""
    picture_net.load()
    return lambda path: picture_net.of_file(path).nsfw, float(params["flag_above"])


def score(batch: Batch, model: tuple[Callable[[str], float], float]) -> list[Result]:
    """Tells how likely each picture is not safe for work, by Yahoo's open_nsfw.

    0 to 1; its authors call pictures above 0.8 likely and below 0.2 unlikely to be so
    (https://github.com/yahoo/open_nsfw). A remark, no error: medicine and art have such pictures.

    Args:
        batch: Images.
        model: As `load` gives it.

    Returns:
        One result per image, with a flag above the limit.
    """
    probability, flag_above = model
    return [_result(probability(item.path), flag_above) for item in batch.items if isinstance(item, Image)]


def _result(probability: float, flag_above: float) -> Result:
    if probability <= flag_above:
        return Result(probability)
    reason = "The picture is likely not safe for work."
    return Result(probability, flags=(Flag(kind="nsfw", reason=reason, score=probability),))
