"""How complex a picture looks to people, by ICNet, the network that the paper used.

0 (a blank wall) to 100 (a crowded market), 100 times the network's score; trained on the ratings of 17 people
for each of 9,600 pictures. Feng et al., 2022, https://github.com/tinglyfeng/IC9600; Li et al., TMLR 2024, section
3.3.3, visual semantic complexity ("VSC" of Table 4, mean 48.9). The weights have no public licence and are not
bundled: the user points `weights` at the file `ck.pth` that the authors give out. What was checked of the
network is said in `scoring.image.icnet`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from scoring import device, weights
from scoring.arrays import Vectors
from scoring.item import Image
from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result, Unavailable

if TYPE_CHECKING:
    from scoring.image.icnet import ICNet

METRIC = Metric(
    name="icnet_complexity",
    version="1",
    title="Visual complexity (ICNet)",
    principle="visual complexity",
    subject="image",
    range=(0.0, 100.0),
    unit="100 x rated complexity",
    bad_when="low",
    builtin=False,
    params={"weights": ""},
    running=device.RUNNING,
)


@dataclass(frozen=True, eq=False)
class ComplexityModel:
    """The network and how many pictures it is given at once."""

    net: ICNet
    device: str
    batch: int


def load(params: Params) -> ComplexityModel:
    """The network with the user's weights. Raises Unavailable without them."""
    path = str(params.get("weights") or "")
    if not path or not Path(path).is_file():
        raise Unavailable(
            f"ICNet's weights are not at {path!r}: download ck.pth as https://github.com/tinglyfeng/IC9600 says "
            "and set `weights` to its path."
        )
    device_name = device.pick(str(params.get("device", "auto")))

    def create() -> ICNet:
        from scoring.image import icnet

        return icnet.read(path, device_name)

    net = weights.fetched(create, f"ICNet's weights in {path}")
    return ComplexityModel(net, device_name, device.batch_size(params, device_name, gpu=64, cpu=4))


def score(batch: Batch, model: ComplexityModel) -> list[Result]:
    """Computes 100 times the network's score for each picture.

    Args:
        batch: Images.
        model: As `load` gives it.

    Returns:
        One result per image.

    Raises:
        OSError: A file is gone or broken.
    """
    paths = [item.path for item in batch.items if isinstance(item, Image)]
    chunks = [paths[start : start + model.batch] for start in range(0, len(paths), model.batch)]
    return [Result(value=100 * value) for chunk in chunks for value in _values(chunk, model)]


def _values(paths: Sequence[str], model: ComplexityModel) -> list[float]:
    import torch

    pictures = torch.from_numpy(np.stack([_square(path) for path in paths])).to(model.device)
    with device.inference(model.device):
        return model.net(pictures).float().tolist()


def _square(path: str) -> Vectors:
    """The picture squeezed to 512 x 512 as in training, (3, 512, 512), normalised."""
    from PIL.Image import Resampling

    from scoring.image import icnet
    from scoring.image.pixels import full_size

    small = full_size(path).resize((icnet.SIDE, icnet.SIDE), Resampling.BILINEAR)
    rgb = (np.asarray(small, np.float32) / 255 - icnet.MEAN) / icnet.DEVIATION
    return rgb.transpose(2, 0, 1).astype(np.float32)
