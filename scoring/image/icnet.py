"""ICNet: how complex a picture looks, from a detail branch and a context branch (IC9600, Feng et al., 2022).

The architecture of https://github.com/tinglyfeng/IC9600 (TPAMI 2022, section 4), written anew so that the keys of
its published state dictionary (`ck.pth`) fit. Checked: names and shapes of all layers, against two public copies
of the authors' code. Not checked: the published weights themselves, which have no public licence and were not
at hand, so no score here was ever compared with one of theirs.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.models import resnet18

SIDE, CONTEXT_SIDE = 512, 256
"""Pixels of the square that the detail branch and the context branch see."""

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of ImageNet, by colour channel."""


class Slam(nn.Module):
    """Spatial layout attention: one weight per channel, from where in the picture the channel is active."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self.side = side
        self.linear = nn.Sequential(nn.Linear(side**2, 512), nn.ReLU(), nn.Linear(512, 1), nn.Sigmoid())

    def forward(self, features: Tensor) -> Tensor:
        """(B, C, H, W) to the same shape."""
        layout = features
        if features.shape[2] != self.side:
            layout = _resized(features, self.side)
        return features * self.linear(layout.flatten(2)).unsqueeze(3)


class ConvBnRelu(nn.Module):
    """Convolution, batch normalisation, ReLU."""

    def __init__(self, before: int, after: int, kernel: int, padding: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(before, after, kernel, padding=padding)
        self.bn = nn.BatchNorm2d(after)

    def forward(self, features: Tensor) -> Tensor:
        """(B, before, H, W) to (B, after, H, W)."""
        return functional.relu(self.bn(self.conv(features)))


class ToMap(nn.Module):
    """The complexity of every place."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.to_map = nn.Sequential(nn.Conv2d(channels, 1, 1), nn.Sigmoid())

    def forward(self, features: Tensor) -> Tensor:
        """(B, C, H, W) to (B, 1, H, W)."""
        return self.to_map(features)


class ICNet(nn.Module):
    """Pictures (B, 3, 512, 512) to scores (B,) from 0 to 1. Attributes are named as in the published weights."""

    def __init__(self) -> None:
        super().__init__()
        detail, context = (list(resnet18(weights=None).children()) for _ in range(2))
        self.b1_1, self.b1_1_slam = nn.Sequential(*detail[:5]), Slam(32)
        self.b1_2, self.b1_2_slam = detail[5], Slam(32)
        self.b2_1, self.b2_1_slam = nn.Sequential(*context[:5]), Slam(32)
        self.b2_2, self.b2_2_slam = context[5], Slam(32)
        self.b2_3, self.b2_3_slam = context[6], Slam(16)
        self.b2_4, self.b2_4_slam = context[7], Slam(8)
        self.up1, self.up2 = ConvBnRelu(128, 256, 1, 0), ConvBnRelu(512, 256, 1, 0)
        self.to_map_f, self.to_map_f_slam, self.to_map = ConvBnRelu(512, 512, 3, 1), Slam(32), ToMap(512)
        self.to_score_f, self.to_score_f_slam = ConvBnRelu(512, 512, 3, 1), Slam(32)
        self.head = nn.Sequential(nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 1), nn.Sigmoid())

    def forward(self, pictures: Tensor) -> Tensor:
        """The score of each picture; the map of complexity is not computed."""
        features = self.to_score_f_slam(self.to_score_f(self._features(pictures)))
        return self.head(features.mean(dim=(2, 3))).squeeze(1)

    def _features(self, pictures: Tensor) -> Tensor:
        detail = self.b1_2_slam(self.b1_2(self.b1_1_slam(self.b1_1(pictures))))
        context = _resized(pictures, CONTEXT_SIDE)
        context = self.b2_2_slam(self.b2_2(self.b2_1_slam(self.b2_1(context))))
        context = self.b2_4_slam(self.b2_4(self.b2_3_slam(self.b2_3(context))))
        return torch.cat([self.up1(_resized(detail, SIDE // 8)), self.up2(_resized(context, SIDE // 8))], dim=1)


def read(path: str, device: str) -> ICNet:
    """Loads the network.

    Args:
        path: The file of the weights.
        device: As `scoring.device.pick` gives it.

    Returns:
        The network, ready to score.

    Raises:
        OSError: The file cannot be read.
        RuntimeError: The weights do not fit.
        pickle.UnpicklingError: The file holds more than tensors.
    """
    state = torch.load(path, map_location="cpu", weights_only=True)
    net = ICNet()
    net.load_state_dict(state.get("state_dict", state))
    return net.to(device).eval()


def _resized(features: Tensor, side: int) -> Tensor:
    return functional.interpolate(features, size=(side, side), mode="bilinear", align_corners=True)
