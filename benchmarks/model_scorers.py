"""Items per second of the scorers that need a model, with random weights of the real size (no download)."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Picture

from benchmarks import Row
from scoring import device
from scoring.features import image_descriptor
from scoring.item import Image
from scoring.models.clip import Clip
from scoring.models.language import TOKENS_ON_CPU, TOKENS_ON_GPU, Language
from scoring.models.world import World, coco, import_ultralytics
from scoring.text import readability, vectors

PICTURES, TEXTS = 32, 32
RESPONSE = (
    "The image shows a man riding a wave on a surfboard while two other people watch him from the beach. "
    "In the background there is a pier with several lamps, and a dog runs along the water with a red ball."
)


def run() -> Iterator[Row]:
    """Measures each scorer on this machine's best device; the first batch, which warms up, is not counted."""
    chosen = device.pick()
    yield "device", chosen, ""
    with tempfile.TemporaryDirectory() as folder:
        paths = _photos(Path(folder))
        net = _clip(chosen)
        yield "CLIP ViT-B-32, pictures with reading", _rate(net.images, paths), ""
        yield "CLIP ViT-B-32, sentences", _rate(net.texts, _texts(4 * TEXTS)), ""
        detector = _detector(chosen)
        yield "YOLO-World s, pictures, 80 names", _rate(lambda some: _detect(detector, some), paths), ""
        yield "ICNet, pictures", _rate(_icnet(chosen), paths[:8]), ""
        yield "picture descriptor (built in)", _rate(_describe(), paths), ""
    language = _language(chosen)
    yield "GPT-2 small, responses of 50 tokens", _rate(lambda some: _logprobs(language, some), _texts(TEXTS)), ""
    frequencies = readability.load()
    words = _rate(lambda some: [vectors.words_vector(text, frequencies) for text in some], _texts(20 * TEXTS))
    yield "word vectors (built in), responses", words, ""


def _rate(work: Callable[[Sequence[str]], Any], items: Sequence[str]) -> str:
    work(items[:4])
    started = time.perf_counter()
    work(items)
    return f"{len(items) / (time.perf_counter() - started):,.0f} /s"


def _photos(folder: Path) -> list[str]:
    """JPEGs of 640 x 480 with soft blocks."""
    draw = np.random.default_rng(0)
    paths = []
    for number in range(PICTURES):
        blocks = Picture.fromarray(draw.integers(0, 256, (12, 16, 3), dtype=np.uint8))
        paths.append(str(folder / f"{number}.jpg"))
        blocks.resize((640, 480), Picture.Resampling.BICUBIC).save(paths[-1], quality=90)
    return paths


def _texts(count: int) -> list[str]:
    return [f"{RESPONSE} It is picture {number}." for number in range(count)]


def _clip(chosen: str) -> Clip:
    from open_clip.factory import create_model_and_transforms, get_tokenizer

    net, _, transform = create_model_and_transforms("ViT-B-32", device=chosen)
    size = device.batch_size({}, chosen, gpu=512, cpu=32)
    return Clip(net.eval(), transform, get_tokenizer("ViT-B-32"), chosen, size)


def _detector(chosen: str) -> World:
    import_ultralytics()
    from ultralytics.nn.tasks import WorldModel

    net = WorldModel("yolov8s-worldv2.yaml", verbose=False).fuse(verbose=False).to(chosen).eval()
    draw = np.random.default_rng(0)
    known = {name: draw.normal(size=512).astype(np.float32) / 22.6 for name in coco()}
    size = device.batch_size({}, chosen, gpu=32, cpu=4)
    return World(net, None, chosen, size, 0.05, 0.7, known)  # type: ignore[arg-type]  # every name is known


def _detect(detector: World, paths: Sequence[str]) -> None:
    detector.find(paths, [coco()] * len(paths))


def _icnet(chosen: str) -> Callable[[Sequence[str]], Any]:
    from scoring.image.icnet import ICNet
    from scoring.metric import Batch
    from scoring.metrics import icnet_complexity

    size = device.batch_size({}, chosen, gpu=64, cpu=4)
    model = icnet_complexity.ComplexityModel(ICNet().to(chosen).eval(), chosen, size)
    return lambda paths: icnet_complexity.score(Batch([Image(0, path, 640, 480) for path in paths]), model)


def _describe() -> Callable[[Sequence[str]], Any]:
    model = image_descriptor.load({})
    return lambda paths: image_descriptor.compute([Image(0, path, 640, 480) for path in paths], model)


def _language(chosen: str) -> Language:
    from transformers import GPT2Config, GPT2LMHeadModel

    net: Any = GPT2LMHeadModel(GPT2Config())
    budget = TOKENS_ON_CPU if chosen == "cpu" else TOKENS_ON_GPU
    return Language(net.to(chosen, device.precision(chosen)).eval(), _Words(), chosen, 1024, budget)


def _logprobs(language: Language, texts: Sequence[str]) -> None:
    language.mean_log_probabilities(texts, [""] * len(texts))


class _Words:
    """Stands in for GPT-2's tokenizer, which is a download: a number per word."""

    bos_token_id = 50256

    def __call__(self, text: str, **_options: object) -> dict[str, list[int]]:
        return {"input_ids": [sum(word.encode()) * 31 % 50000 for word in text.split()]}
