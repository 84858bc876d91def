"""What can be read in a picture, by a network that comes in a package.

`rapidocr` (Apache-2.0, as its models) brings PP-OCR's detector and recogniser; `onnxruntime` runs them. Nothing is
downloaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypedDict

from scoring.arrays import Bytes
from scoring.metric import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEAST = 0.5
"""Confidence of the recogniser below which a line is no text that anybody could read."""


class ReadLine(TypedDict):
    """A line of text, the recogniser's confidence from 0 to 1, and its box [x1, y1, x2, y2] in shares of the sides."""

    text: str
    confidence: float
    box: list[float]


class Reader(Protocol):
    """Reads the lines of a picture of shape (H, W, 3), RGB."""

    def __call__(self, rgb: Bytes) -> list[ReadLine]:
        """The lines, from top to bottom as the detector gives them."""


def load() -> Reader:
    """The reader.

    Returns:
        A function of pixels.

    Raises:
        Unavailable: The packages are not installed.
    """
    try:
        from rapidocr import RapidOCR
        from rapidocr.utils.output import RapidOCROutput
    except ImportError as error:
        raise Unavailable(f'The package {error.name} is not installed: pip install "winnow[ocr]".') from error
    engine = RapidOCR(params={"Global.log_level": "critical"})

    def read(rgb: Bytes) -> list[ReadLine]:
        outcome = engine(rgb[:, :, ::-1])
        if not isinstance(outcome, RapidOCROutput) or not outcome.txts or not outcome.scores or outcome.boxes is None:
            return []
        height, width = rgb.shape[:2]
        lines = zip(outcome.txts, outcome.scores, outcome.boxes.tolist(), strict=True)
        return [_line(text, score, corners, width, height) for text, score, corners in lines if score >= _LEAST]

    return read


def _line(text: str, confidence: float, corners: Sequence[Sequence[float]], width: int, height: int) -> ReadLine:
    across = [min(max(x / width, 0.0), 1.0) for x, _ in corners]
    down = [min(max(y / height, 0.0), 1.0) for _, y in corners]
    box = [round(side, 4) for side in (min(across), min(down), max(across), max(down))]
    return {"text": text, "confidence": round(float(confidence), 3), "box": box}
