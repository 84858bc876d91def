"""Whether one picture is an altered copy of another: found by its corners, held by comparing what overlaps.

Corners (ORB, https://doi.org/10.1109/ICCV.2011.6126544) that both pictures have say how one lies on the other (RANSAC,
an affine map close to a similarity). Then all that overlaps must look the same, up to compression, brightness and a
pixel of misplacement; only what people draw over a picture may differ (`scoring.image.overlays`). A second photo of the
same scene fails there: something in it has moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from scoring.arrays import Bytes, Vectors
from scoring.image import locator, overlays, rendering
from scoring.image.opening import opened

SIDE = 320
"""Pixels of the longer side of what is compared."""
CORNERS = 400
FEWEST_CORNERS = 12
"""Corners that must agree on how one picture lies on the other."""
LEAST_KEPT = 0.4
"""Share of a picture that a crop of it keeps at least."""
STEEPEST = 15.0
"""Degrees by which a copy is turned at most."""
SCALES = (0.4, 2.5)
MOST_STRETCHED = 1.5
REMEMBERED = 256
"""Pictures whose small copies and corners are kept: pairs of one picture follow each other."""

MOST_MISPLACED = 0.03
"""Share of the overlap that may look different where a better place is worth looking for."""

LEAST_ALIKE = 0.8
"""Correlation of 16 x 16 fields of pictures that may lie wholly on each other."""
WHOLE, LEAST_SHARED = 0.96, 0.8
"""Shares of a picture: what counts as all of it, and what both share at least where each shows more than the other."""
LEAST_TURNED = 1.0
"""Degrees."""

Placement = NDArray[np.float64]
"""(2, 3): where the points of one picture lie in another, both of SIDE."""


@dataclass(frozen=True)
class Sketch:
    """A small copy of a picture, (H, W, 3) uint8 RGB, and its corners, which are found when they are first needed."""

    rgb: Bytes

    @cached_property
    def corners(self) -> tuple[Vectors, Bytes]:
        """Places (N, 2) and descriptions (N, 32)."""
        corners, described = _finder().detectAndCompute(cv2.cvtColor(self.rgb, cv2.COLOR_RGB2GRAY), None)
        if described is None:
            return np.zeros((0, 2), np.float32), np.zeros((0, 32), np.uint8)
        return np.array([corner.pt for corner in corners], np.float32), described

    @cached_property
    def lab(self) -> Bytes:
        """Lightness and two colour axes, (H, W, 3) uint8."""
        return cv2.cvtColor(self.rgb, cv2.COLOR_RGB2LAB)

    @property
    def mirrored(self) -> Sketch:
        """The same with left and right exchanged."""
        return Sketch(np.ascontiguousarray(self.rgb[:, ::-1]))


class PlacedComparison(NamedTuple):
    """What comparing two pictures that lie on each other says: how one is a copy, and the share that differs."""

    kind: str | None
    different: float


@lru_cache(maxsize=REMEMBERED)
def read(path: str) -> Sketch:
    """Reads a picture for comparing.

    Args:
        path: Locator of the picture.

    Returns:
        Its sketch.

    Raises:
        OSError: The file is gone or broken.
    """
    with opened(locator.source(path)) as picture:
        scale = min(1.0, SIDE / max(picture.size))
        turn = rendering.orientation(picture)
        picture.draft("RGB", (max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))
        return of_pixels(np.asarray(rendering.turned(rendering.flattened(picture), turn)))


def of_pixels(rgb: Bytes) -> Sketch:
    """The sketch of a decoded picture, (H, W, 3)."""
    scale = min(1.0, SIDE / max(rgb.shape[:2]))
    height, width = (max(8, round(side * scale)) for side in rgb.shape[:2])
    return Sketch(cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA))


def relation(left: Sketch, right: Sketch, mirrored: bool = False) -> str | None:
    """Tells how one picture is a copy of the other.

    Args:
        left: A picture.
        right: Another one.
        mirrored: Whether a copy may have left and right exchanged.

    Returns:
        "copy", "crop", "border", "rotation", "overlay" or "mirrored"; None for two pictures.
    """
    placement = _placement(left, right)
    if placement is not None:
        kind = _refined(left, right, placement)
    else:
        kind = _placed(left, right, _stretched(left, right)).kind if _much_alike(left, right) else None
    if kind is None and mirrored and relation(left.mirrored, right) is not None:
        return "mirrored"
    return kind


def _much_alike(left: Sketch, right: Sketch) -> bool:
    """Whether both are dark and light in the same places, so that one may lie on all of the other."""
    small, other = (cv2.resize(sketch.lab[..., 0], (16, 16), interpolation=cv2.INTER_AREA) for sketch in (left, right))
    return overlays.correlation(small.ravel(), other.ravel()) >= LEAST_ALIKE


def _stretched(left: Sketch, right: Sketch) -> Placement:
    """The whole left picture on the whole right one."""
    (height, width), (other_height, other_width) = left.rgb.shape[:2], right.rgb.shape[:2]
    return np.array([[other_width / width, 0.0, 0.0], [0.0, other_height / height, 0.0]])


def _refined(left: Sketch, right: Sketch, placement: Placement) -> str | None:
    """Compares the pictures as corners lay them, and where little differs, as all their pixels do."""
    comparison = _placed(left, right, placement)
    if comparison.kind not in (None, "overlay") or comparison.different > MOST_MISPLACED:
        return comparison.kind
    grey, other_grey = (np.ascontiguousarray(sketch.lab[..., 0]) for sketch in (left, right))
    backwards = cv2.invertAffineTransform(placement).astype(np.float32)
    steps = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 30, 1e-4)
    try:
        _, closer = cv2.findTransformECC(other_grey, grey, backwards, cv2.MOTION_AFFINE, steps, None, 5)
    except cv2.error:  # it does not converge
        return comparison.kind
    placement = cv2.invertAffineTransform(closer.astype(np.float64))
    return (_placed(left, right, placement).kind if _plausible(placement) else None) or comparison.kind


def _placement(left: Sketch, right: Sketch) -> Placement | None:
    """Where the left picture lies in the right one, by corners that both have."""
    (corners, described), (other_corners, other_described) = left.corners, right.corners
    if min(len(corners), len(other_corners)) < FEWEST_CORNERS:
        return None
    matches = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(described, other_described, k=2)
    telling = [best for best, *second in matches if not second or best.distance < 0.85 * second[0].distance]
    if len(telling) < FEWEST_CORNERS:
        return None
    source = corners[[match.queryIdx for match in telling]]
    target = other_corners[[match.trainIdx for match in telling]]
    cv2.setRNGSeed(0)
    placement, agreeing = cv2.estimateAffine2D(
        source, target, method=cv2.RANSAC, ransacReprojThreshold=3.0, maxIters=1000, confidence=0.995, refineIters=10
    )
    if placement is None or int(agreeing.sum()) < FEWEST_CORNERS or not _plausible(placement):
        return None
    return placement


def _plausible(placement: Placement) -> bool:
    """Whether a copy may lie so: hardly turned, not mirrored, neither tiny nor stretched far."""
    scales = np.linalg.svd(placement[:, :2], compute_uv=False)
    within = SCALES[0] <= scales[1] and scales[0] <= min(SCALES[1], MOST_STRETCHED * scales[1])
    return bool(within and np.linalg.det(placement[:, :2]) > 0 and abs(_turned(placement)) <= STEEPEST)


def _turned(placement: Placement) -> float:
    """Degrees by which the one picture is turned in the other."""
    left, _, right = np.linalg.svd(placement[:, :2])
    rotation = left @ right
    return float(np.degrees(np.arctan2(rotation[1, 0], rotation[0, 0])))


def _placed(left: Sketch, right: Sketch, placement: Placement) -> PlacedComparison:
    """Compares what overlaps when the left picture lies so in the right one, at the coarser scale of the two."""
    scale = float(np.sqrt(np.linalg.det(placement[:, :2])))
    if scale > 1.0:
        return _placed(right, left, cv2.invertAffineTransform(placement))
    height, width = right.rgb.shape[:2]
    lab = cv2.GaussianBlur(left.lab, (0, 0), 0.5 / scale) if scale < 0.8 else left.lab
    laid = cv2.warpAffine(lab, placement, (width, height), flags=cv2.INTER_LINEAR)
    opaque = np.full(left.rgb.shape[:2], 255, np.uint8)
    covered = cv2.warpAffine(opaque, placement, (width, height), flags=cv2.INTER_NEAREST)
    overlap = cv2.erode(covered, np.ones((7, 7), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0) > 0
    share_of_right = float(covered.mean()) / 255
    share_of_left = share_of_right * height * width / (scale**2 * opaque.size)
    if min(share_of_right, share_of_left) < LEAST_KEPT or not overlap.any():
        return PlacedComparison(None, 1.0)
    different = overlays.different(laid, right.lab, overlap)
    share = float(different.sum() / overlap.sum())
    if share > overlays.MOST_CHANGED:
        drawn = share <= overlays.MOST_DRAWN and overlays.drawn(laid, right.lab, different)
        return PlacedComparison("overlay" if drawn else None, share)
    return PlacedComparison(_kind(left, right, placement, share_of_right, share_of_left), share)


def _kind(left: Sketch, right: Sketch, placement: Placement, share_of_right: float, share_of_left: float) -> str | None:
    """Names how one picture is a copy, by the shares of both that overlap."""
    if max(share_of_right, share_of_left) < WHOLE and min(share_of_right, share_of_left) < LEAST_SHARED:
        return None
    if abs(_turned(placement)) >= LEAST_TURNED:
        return "rotation"
    if min(share_of_right, share_of_left) >= WHOLE:
        return "copy"
    larger, beyond = (
        (right, _beyond(right, left, placement))
        if share_of_right < share_of_left
        else (left, _beyond(left, right, cv2.invertAffineTransform(placement)))
    )
    return "border" if overlays.is_plain(larger.lab[beyond]) else "crop"


def _beyond(larger: Sketch, smaller: Sketch, placement: Placement) -> NDArray[np.bool_]:
    """Where the larger picture has what the smaller one, which lies so in it, has not."""
    opaque = np.full(smaller.rgb.shape[:2], 255, np.uint8)
    height, width = larger.rgb.shape[:2]
    covered = cv2.warpAffine(opaque, placement, (width, height), flags=cv2.INTER_NEAREST)
    return cv2.dilate(covered, np.ones((5, 5), np.uint8)) == 0


def _finder() -> cv2.ORB:
    return cv2.ORB.create(nfeatures=CORNERS, edgeThreshold=15, fastThreshold=7)
