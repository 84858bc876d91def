"""A CLIP model (Radford et al., 2021) through `open_clip`: pictures and texts as vectors of one space."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from scoring import device, weights
from scoring.arrays import Floats, Vectors
from scoring.json_types import Params
from scoring.metric import Unavailable
from scoring.models import clip_settings
from scoring.models.clip_settings import ClipSettings

if TYPE_CHECKING:
    import torch
    from PIL import Image

PARAMS: Params = {
    "model": "ViT-B-32",
    "pretrained": "laion2b_s34b_b79k",
    "config": "",
    "tag": "",
    "device": "auto",
    "batch": 0,
}
"""`pretrained` is a tag of `open_clip` or the path of a checkpoint, `config` a folder of model configurations, `tag`
the one of `open_clip` whose weights a checkpoint given by its path holds (see `scoring.models.clip_settings`)."""


class Towers(Protocol):
    """What is used of a network of `open_clip`."""

    def encode_image(self, image: torch.Tensor) -> torch.Tensor:
        """Vectors (N, D) of pictures (N, 3, H, W)."""
        ...

    def encode_text(self, text: torch.Tensor) -> torch.Tensor:
        """Vectors (N, D) of token numbers (N, context)."""
        ...


class ClipTokenizer(Protocol):
    """What is used of both kinds of tokenizers of `open_clip`; `tokenizer` is there where there is no `encode`."""

    context_length: int
    tokenizer: Callable[[str], Mapping[str, Sequence[int]]]

    def __call__(self, texts: list[str]) -> torch.Tensor:
        """Token numbers (N, context)."""
        ...


@dataclass(frozen=True, eq=False)
class Clip:
    """A loaded model with its picture transform and tokenizer. Vectors are float32 (N, D), of length 1."""

    net: Towers
    transform: Callable[[Image.Image], torch.Tensor]
    tokenizer: ClipTokenizer
    device: str
    batch: int

    def images(self, paths: Sequence[str]) -> Vectors:
        """One vector per picture file. Raises OSError for a file that is gone or broken."""
        from scoring.image.pixels import full_size

        def read(path: str) -> torch.Tensor:
            return self.transform(full_size(path))

        with ThreadPoolExecutor(device.threads()) as pool:
            chunks = [paths[start : start + self.batch] for start in range(0, len(paths), self.batch)]
            return self._rows(self.net.encode_image, [list(pool.map(read, chunk)) for chunk in chunks])

    def texts(self, texts: Sequence[str]) -> Vectors:
        """One vector per text; what exceeds the model's context is cut off, so see `fits`."""
        tokens: torch.Tensor | list[torch.Tensor] = self.tokenizer(list(texts)) if texts else []
        chunks = [tokens[start : start + self.batch] for start in range(0, len(tokens), self.batch)]
        return self._rows(self.net.encode_text, chunks)

    def fits(self, text: str) -> bool:
        """Whether the text is within the model's context (77 tokens with start and end for most)."""
        if hasattr(self.tokenizer, "encode"):
            return len(self.tokenizer.encode(text)) + 2 <= self.tokenizer.context_length
        return len(self.tokenizer.tokenizer(text)["input_ids"]) <= self.tokenizer.context_length

    def _rows(
        self, encode: Callable[[torch.Tensor], torch.Tensor], chunks: Sequence[Iterable[torch.Tensor]]
    ) -> Vectors:
        import torch
        from torch.nn import functional

        rows = []
        with device.inference(self.device):
            for chunk in chunks:
                stacked = torch.stack(list(chunk)).to(self.device, non_blocking=True)
                rows.append(functional.normalize(encode(stacked).float(), dim=-1))
        return torch.cat(rows).cpu().numpy() if rows else np.zeros((0, 0), np.float32)


def best_fit(texts: Vectors, pictures: Sequence[Vectors]) -> Floats:
    """Computes how well each text fits the picture that it fits best.

    Args:
        texts: Vectors of texts, (N, D).
        pictures: Vectors of pictures, each (D,), at least one.

    Returns:
        100 x cosine, (N,), -100 to 100.

    Raises:
        ValueError: The pictures' vectors are of another model.
    """
    picture_vectors = np.stack(list(pictures))
    if picture_vectors.shape[1] != texts.shape[1]:
        raise ValueError(
            f"The stored picture vectors have {picture_vectors.shape[1]} numbers and this CLIP model's texts "
            f"{texts.shape[1]}: compute clip_image with the same model."
        )
    fits: Floats = 100 * (texts @ picture_vectors.T).max(axis=1)
    return fits


def load(params: Params) -> Clip:
    """The model of `params` (see PARAMS), one copy per process. Raises Unavailable."""
    all_params = {**PARAMS, **params}
    return _load(*(all_params[name] for name in PARAMS))


@lru_cache(maxsize=2)
def _load(model: str, pretrained: str, config: str, tag: str, where: str, batch: int) -> Clip:
    device_name = device.pick(where)
    title = f"The CLIP model {model}" + (f" ({pretrained})" if pretrained else "")
    if not pretrained and not model.startswith(("hf-hub:", "local-dir:")):
        raise Unavailable(f"The CLIP model {model} has no weights: set `pretrained` to a tag or a checkpoint's path.")

    def create() -> tuple[Towers, Callable[[Image.Image], torch.Tensor], ClipTokenizer]:
        from open_clip.factory import add_model_config, create_model_from_pretrained, get_tokenizer
        from open_clip.pretrained import get_pretrained_cfg

        settings = ClipSettings(bool((get_pretrained_cfg(model, pretrained) or {}).get("quick_gelu")))
        if Path(pretrained).is_file():
            settings = clip_settings.of_checkpoint(model, Path(pretrained), tag, config)
        if config:
            add_model_config(config)
        net, transform = create_model_from_pretrained(
            model, pretrained=pretrained or None, device=device_name, **asdict(settings)
        )
        return net.eval(), transform, get_tokenizer(model)

    if "/" in pretrained and not Path(pretrained).is_file():
        raise Unavailable(f"{title}: there is no such checkpoint file.")
    advice = "connect once, or set `pretrained` to the path of a checkpoint"
    if model.startswith("local-dir:") or Path(pretrained).is_file():
        parts = weights.fetched(create, title)
    else:
        parts = weights.local_first(create, title, advice)
    return Clip(*parts, device_name, device.batch_size({"batch": batch}, device_name, gpu=512, cpu=32))
