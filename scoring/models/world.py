"""YOLO-World (Cheng et al., 2024) through `ultralytics`: finds objects in pictures by their names.

`ultralytics` is licensed AGPL-3.0: it is imported only when a metric needs it. Its predictor is passed by, since
every picture here is searched for names of its own, and those of a whole batch go through the network together.
The names' vectors come from CLIP's text tower through `open_clip`: YOLO-World was trained on the `openai` weights
of ViT-B-32, the model that `ultralytics` itself loads with the `clip` package.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from scoring import device, weights
from scoring.arrays import Bytes, Vectors
from scoring.json_types import Params
from scoring.metric import Unavailable
from scoring.models import clip
from scoring.models.clip import Clip

if TYPE_CHECKING:
    import torch

PARAMS: Params = {
    "weights": "yolov8s-worldv2.pt",
    "text_model": "ViT-B-32",
    "text_pretrained": "openai",
    "text_config": "",
    "text_tag": "",
    "confidence": 0.05,
    "overlap": 0.7,
    "device": "auto",
    "batch": 0,
}
"""`weights` is a name of `ultralytics` or a path, `overlap` the share above which two boxes of a name are one."""

SIDE = 640
"""Pixels of the square that the network sees."""

MOST = 100
"""Objects kept of one picture."""

GITHUB = "https://github.com"

os.environ.setdefault("YOLO_AUTOINSTALL", "False")  # read when ultralytics is imported: it must install nothing


@dataclass(frozen=True, slots=True)
class Detection:
    """One object: its name, how sure the detector is, and its box (x1, y1, x2, y2) in pixels of the upright picture."""

    name: str
    confidence: float
    box: tuple[float, float, float, float]


class Head(Protocol):
    """What is used of the network's last part; `nc` is the number of names."""

    nc: int


class DetectorNetwork(Protocol):
    """What is used of a YOLO-World network."""

    model: Sequence[Head]

    def predict(self, x: torch.Tensor, *, txt_feats: torch.Tensor) -> torch.Tensor:
        """Looks for named objects.

        Args:
            x: Pictures (N, 3, SIDE, SIDE), 0 to 1.
            txt_feats: Vectors of each picture's names (N, names, D).

        Returns:
            Boxes, and a confidence for each name.
        """
        ...

    def to(self, device: str) -> DetectorNetwork:
        """Moves the network to a device."""
        ...


@dataclass(frozen=True, eq=False)
class World:
    """A loaded detector and its text tower; the vectors of names are kept."""

    net: DetectorNetwork
    text: Clip
    device: str
    batch: int
    confidence: float
    overlap: float
    name_vectors: dict[str, Vectors] = field(default_factory=dict)

    def find(self, paths: Sequence[str], names: Sequence[Sequence[str]]) -> list[list[Detection]]:
        """Finds objects in picture files by their names.

        Args:
            paths: The pictures.
            names: For each picture, the objects to look for; nothing is found for none.

        Returns:
            For each picture, at most MOST objects, surest first.

        Raises:
            OSError: A file is gone or broken.
        """
        self._learn({name for some in names for name in some})
        objects_by_picture: list[list[Detection]] = [[] for _ in paths]
        numbers = [number for number, some in enumerate(names) if some]
        with ThreadPoolExecutor(device.threads()) as pool:
            for start in range(0, len(numbers), self.batch):
                chunk = numbers[start : start + self.batch]
                pictures = list(pool.map(_read, [paths[number] for number in chunk]))
                chunk_names = [list(names[number]) for number in chunk]
                for number, objects in zip(chunk, self._detect(pictures, chunk_names), strict=True):
                    objects_by_picture[number] = objects
        return objects_by_picture

    def _learn(self, names: set[str]) -> None:
        new = sorted(names - self.name_vectors.keys())
        if new:
            self.name_vectors.update(zip(new, self.text.texts(new), strict=True))

    def _detect(self, pictures: Sequence[LetterboxedPicture], names: Sequence[Sequence[str]]) -> list[list[Detection]]:
        """The network over one batch. Repeating a picture's last name fills its list and changes nothing for it."""
        import torch
        from ultralytics.utils import nms

        most = max(len(some) for some in names)
        filled = [[*some, *[some[-1]] * (most - len(some))] for some in names]
        texts = torch.from_numpy(np.array([[self.name_vectors[name] for name in some] for some in filled]))
        squares = torch.from_numpy(np.stack([picture.square for picture in pictures])).to(self.device)
        self.net.model[-1].nc = most
        with torch.inference_mode():
            raw = self.net.predict(squares.permute(0, 3, 1, 2).float() / 255, txt_feats=texts.to(self.device))
        detections = nms.non_max_suppression(
            raw, self.confidence, self.overlap, multi_label=True, nc=most, max_det=10 * MOST, max_time_img=60.0
        )
        return [
            _objects(rows.cpu().numpy(), some, picture)
            for rows, some, picture in zip(detections, names, pictures, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class LetterboxedPicture:
    """A picture fitted into the middle of a grey square, and how to get back: its size, scale and margins."""

    square: Bytes
    width: int
    height: int
    scale: float
    left: int
    top: int


def load(params: Params) -> World:
    """The detector and the text tower of `params` (see PARAMS). Raises Unavailable when either is missing."""
    all_params = {**PARAMS, **params}
    device_name = device.pick(str(all_params["device"]))
    path = _weights(str(all_params["weights"]))

    net = weights.fetched(lambda: _network(path), f"The detector {path}").to(device_name)
    text = clip.load(
        {
            "model": all_params["text_model"],
            "pretrained": all_params["text_pretrained"],
            "config": all_params["text_config"],
            "tag": all_params["text_tag"],
            "device": device_name,
        }
    )
    size = device.batch_size(all_params, device_name, gpu=32, cpu=4)
    return World(net, text, device_name, size, float(all_params["confidence"]), float(all_params["overlap"]))


def import_ultralytics() -> None:
    """Imports the library without its patch of Pillow, which looks for a plugin whenever a picture is broken."""
    from PIL import Image
    from ultralytics.utils import patches

    Image.open = patches._image_open


def coco() -> tuple[str, ...]:
    """The 80 names of COCO's objects, as `ultralytics` ships them."""
    import_ultralytics()
    from ultralytics.utils import ROOT, YAML

    return tuple(YAML.load(ROOT / "cfg/datasets/coco8.yaml")["names"].values())


def _weights(name: str) -> str:
    """The path of the weights, downloaded to the folder of `ultralytics` if need be."""
    title = f"The detector {name}"
    try:
        import_ultralytics()
        from ultralytics.utils import SETTINGS
        from ultralytics.utils.downloads import attempt_download_asset
    except ImportError as error:
        raise Unavailable(f"{title} needs the Python package {error.name}: install it and run again.") from error
    downloaded = Path(SETTINGS["weights_dir"]) / name
    for path in (Path(name), downloaded):
        if path.suffix == ".pt" and path.is_file():
            return str(path)
    if Path(name).name != name or not name.endswith(".pt"):
        raise Unavailable(f"{title}: there is no such weights file.")
    if not weights.reachable(GITHUB):
        raise Unavailable(
            f"{title} is not on this machine and {GITHUB} cannot be reached: connect once, or set `weights` to a path."
        )
    return weights.fetched(lambda: str(attempt_download_asset(downloaded)), title)


def _network(path: str) -> DetectorNetwork:
    """The network of a checkpoint. Only classes of `ultralytics` and torch are unpickled, by its own safe loader."""
    from torch import nn
    from ultralytics.nn.tasks import WorldModel, torch_safe_load

    checkpoint = torch_safe_load(path, safe_only=True)[0]
    net = checkpoint.get("ema") or checkpoint["model"]
    if not isinstance(net, WorldModel):
        raise ValueError("it is no YOLO-World model")
    for module in net.modules():
        if isinstance(module, nn.Upsample) and not hasattr(module, "recompute_scale_factor"):
            module.recompute_scale_factor = None  # checkpoints from before torch 1.11
    return net.float().fuse(verbose=False).eval()


def _read(path: str) -> LetterboxedPicture:
    """As `ultralytics` fits a picture: scaled to touch the square, centred, the rest grey 114."""
    import cv2

    from scoring.image.pixels import full_size

    rgb = np.asarray(full_size(path))
    height, width = rgb.shape[:2]
    scale = SIDE / max(height, width)
    wide, high = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = round((SIDE - wide) / 2 - 0.1), round((SIDE - high) / 2 - 0.1)
    square = np.full((SIDE, SIDE, 3), 114, np.uint8)
    square[top : top + high, left : left + wide] = cv2.resize(rgb, (wide, high), interpolation=cv2.INTER_LINEAR)
    return LetterboxedPicture(square, width, height, scale, left, top)


def _objects(rows: Vectors, names: Sequence[str], picture: LetterboxedPicture) -> list[Detection]:
    """The rows (x1, y1, x2, y2, confidence, class) of the square, brought back to the picture, surest first."""
    objects = []
    for x1, y1, x2, y2, confidence, index in rows.tolist():
        if int(index) < len(names):  # beyond are the repeated names
            box = tuple(
                round(min(max((value - margin) / picture.scale, 0), limit), 1)
                for value, margin, limit in zip(
                    (x1, y1, x2, y2), (picture.left, picture.top) * 2, (picture.width, picture.height) * 2, strict=True
                )
            )
            objects.append(Detection(names[int(index)], round(confidence, 4), (box[0], box[1], box[2], box[3])))
    return objects[:MOST]
