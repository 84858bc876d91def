"""Where two pictures that lie on each other look different, and whether that is only drawn over one of them.

What people draw over pictures is text, or a band or box of one colour with text in it. A thing that has moved or come
is none of these: it has more colours than ink has, is no rectangle, or is missing in the one picture where it is in
the other.
"""

from __future__ import annotations

import cv2
import numpy as np

from scoring.arrays import Bytes, Floats, Mask

MOST_DRAWN = 0.35
"""Share of a picture that may be drawn over."""
TOLERANCES = (18, 10, 12)
"""Steps of lightness and of the two colour axes, of 255, that compression, scaling and misplacement make."""
GREY = 4
"""Steps of colour that a grey picture has at most."""
LEAST_SHIFT = 4
"""Steps by which a picture was made brighter, darker, paler or more colourful at least."""
SPAN = 0.85
"""Share of the width or height that a band reaches over at least."""
INK = np.array([24.0, 13.0, 13.0])
"""How far from its colour ink may look."""
FLAT = 3.0
"""Standard deviation of the lightness of a picture that shows nothing."""
LEAST_ALIKE = 0.7
"""Correlation of the lightness of what agrees."""
LONG = 8
"""Lengths of lines in their thickness: letters have more, a thing that has moved fewer."""
MOST_CHANGED = 0.0008
"""Share of the overlap that may look different."""
BLENDS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""How letters and their outlines mix."""
_NEAR = np.ones((5, 5), np.uint8)


PartArea = tuple[slice, slice]


def different(laid: Bytes, lab: Bytes, overlap: Mask) -> Mask:
    """Finds where two pictures differ by more than brightness, strength of colours and a pixel of misplacement.

    Args:
        laid: One picture as it lies on the other, Lab, (H, W, 3).
        lab: The other one.
        overlap: Where both have something, (H, W).

    Returns:
        (H, W).
    """
    base, other = (cv2.GaussianBlur(picture, (0, 0), 1.2) for picture in (laid, lab))
    differing = _apart(base, other, overlap)
    if differing.sum() > MOST_CHANGED * overlap.sum() and _looks_brighter(base, other, overlap):
        toned = _apart(cv2.LUT(base, _tones(base, other, overlap)), other, overlap)
        differing = min(differing, toned, key=np.sum)
    agreeing = overlap & ~differing
    if not agreeing.any() or correlation(base[..., 0][agreeing], other[..., 0][agreeing]) < LEAST_ALIKE:
        return overlap
    return differing


def _looks_brighter(base: Bytes, other: Bytes, overlap: Mask) -> bool:
    """Whether the other picture as a whole is darker, brighter, paler or more colourful."""
    seen = overlap[::4, ::4]
    if not seen.any():
        return False
    shifts = (other[::4, ::4][seen].astype(np.int16) - base[::4, ::4][seen]).astype(np.float32)
    return bool(np.abs(np.percentile(shifts, (25, 50, 75), axis=0)).max() > LEAST_SHIFT)


def _apart(base: Bytes, other: Bytes, overlap: Mask) -> Mask:
    beyond = np.maximum(_beyond(base, other), _beyond(other, base))
    is_grey = any(_is_grey(picture, overlap) for picture in (base, other))
    lightness, *colours = TOLERANCES
    apart = beyond[..., 0] > lightness
    for axis, most in enumerate(() if is_grey else colours, 1):
        apart |= beyond[..., axis] > most
    return apart & overlap


def correlation(base: Bytes, other: Bytes) -> float:
    """Correlation of two sets of lightnesses, each (N,); 1 where both are flat."""
    spreads = float(base.std()), float(other.std())
    if max(spreads) < FLAT:
        return 1.0 if abs(float(base.mean()) - float(other.mean())) < TOLERANCES[0] else 0.0
    return 0.0 if min(spreads) < FLAT else float(np.corrcoef(base, other)[0, 1])


def _beyond(base: Bytes, other: Bytes) -> Bytes:
    """How far the other picture is outside of what the one has within two pixels."""
    above, below = cv2.subtract(other, cv2.dilate(base, _NEAR)), cv2.subtract(cv2.erode(base, _NEAR), other)
    return np.maximum(above, below)


def _is_grey(lab: Bytes, overlap: Mask) -> bool:
    colours = lab[::4, ::4][overlap[::4, ::4]][:, 1:].astype(np.int16)
    return bool((np.abs(colours - 128).max(axis=1) > GREY).mean() < 0.05) if len(colours) else True


def _tones(base: Bytes, other: Bytes, overlap: Mask) -> Bytes:
    """What each value of the one picture became in the other one, for the whole: (1, 256, 3)."""
    seen = overlap[::3, ::3]
    before, after = base[::3, ::3][seen].astype(np.float64), other[::3, ::3][seen].astype(np.float64)
    values = np.arange(256, dtype=np.float64)
    table = np.stack([values] * 3, axis=1)
    if len(before):
        table[:, 0] = _lightness(before[:, 0], after[:, 0], values)
        for axis in (1, 2):
            table[:, axis] = _colour(before[:, axis] - 128, after[:, axis] - 128, values - 128) + 128
    return np.clip(np.rint(table), 0, 255).astype(np.uint8)[None]


def _lightness(before: Floats, after: Floats, values: Floats) -> Floats:
    levels = (before / 8).astype(np.intp)
    order = np.argsort(levels, kind="stable")
    parts = np.split(order, np.searchsorted(levels[order], np.arange(1, 32)))
    medians = [(np.median(before[part]), np.median(after[part])) for part in parts if len(part) >= 0.01 * len(before)]
    old, new = np.array(medians).T if medians else (np.zeros(1), np.zeros(1))
    return values + np.interp(values, old, np.maximum.accumulate(new) - old)


def _colour(before: Floats, after: Floats, values: Floats) -> Floats:
    strong = np.abs(before) > 8
    enough = strong.sum() > 0.02 * len(before)
    gain = float(np.clip(np.median(after[strong] / before[strong]), 0.6, 1.7)) if enough else 1.0
    return gain * values + float(np.clip(np.median(after - gain * before), -12, 12))


def drawn(laid: Bytes, lab: Bytes, differing: Mask) -> bool:
    """Tells whether all that differs was drawn over one of two pictures.

    Args:
        laid: One picture as it lies on the other, Lab, (H, W, 3).
        lab: The other one.
        differing: Where they differ, (H, W).

    Returns:
        True when one of them is the other with text, a band or a box on it.
    """
    parts = _parts(differing)
    pictures = laid.astype(np.float64), lab.astype(np.float64)
    return bool(parts) and any(
        _is_frame(over, differing) or all(_is_drawn(under, over, part) for part in parts)
        for under, over in (pictures, pictures[::-1])
    )


def _parts(differing: Mask) -> list[Mask]:
    """What differs, in parts of which each is one line of text or one band."""
    height, width = differing.shape
    reach = np.ones((7, max(7, width // 10) | 1), np.uint8)
    count, labels = cv2.connectedComponents(cv2.dilate(differing.astype(np.uint8), reach))
    parts = [(labels == number) & differing for number in range(1, count)]
    return [part for part in parts if part.sum() >= 0.0001 * height * width]


def _is_drawn(under: Floats, over: Floats, part: Mask) -> bool:
    box = _box(part)
    return _is_panel(over, box) or _is_lettering(under, over, part, box) or _is_tinted(under, over, part, box)


def _box(part: Mask) -> PartArea:
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _spans(box: PartArea, shape: tuple[int, ...]) -> bool:
    return any(side.stop - side.start >= SPAN * extent for side, extent in zip(box, shape, strict=False))


def _is_panel(over: Floats, box: PartArea) -> bool:
    """A box of one colour, with thin ink of another in it or over the whole width."""
    inner = tuple(slice(side.start + 3, side.stop - 3) for side in box)
    panel = over[inner]
    if min(panel.shape[:2]) < 4:
        return False
    ground = _commonest(panel.reshape(-1, 3))
    is_ground = _is_near(panel, ground)
    edge = np.concatenate([is_ground[0], is_ground[-1], is_ground[:, 0], is_ground[:, -1]])
    if is_ground.mean() < 0.5 or edge.mean() < 0.7 or not (_spans(box, over.shape) or _ends(over, box, ground)):
        return False
    ink = panel[~is_ground]
    if len(ink) < 0.02 * is_ground.size:
        return _spans(box, over.shape)
    strong = ink[_far(ink, ground) >= np.percentile(_far(ink, ground), 75)]
    return _mixed(ink, np.broadcast_to(ground, ink.shape), _commonest(strong)).mean() >= 0.7 and _is_thin(~is_ground)


def _ends(over: Floats, box: PartArea, ground: Floats) -> bool:
    """Whether the colour of a box ends with it, unlike that of a sky."""
    beyond = np.zeros(over.shape[:2], bool)
    beyond[tuple(slice(max(side.start - 5, 0), side.stop + 5) for side in box)] = True
    beyond[tuple(slice(max(side.start - 2, 0), side.stop + 2) for side in box)] = False
    return bool(_is_near(over[beyond], ground).mean() <= 0.4) if beyond.any() else True


def is_plain(pixels: Bytes) -> bool:
    """Whether most of the pixels, Lab, (N, 3), are of one colour."""
    values = pixels.astype(np.float64)
    return bool(len(values)) and bool(_is_near(values, _commonest(values)).mean() >= 0.85)


def _is_frame(over: Floats, part: Mask) -> bool:
    """One colour along the edges of the picture."""
    height, width = part.shape
    margin = round(0.2 * min(height, width))
    along = part.sum() - part[margin : height - margin, margin : width - margin].sum()
    sides = [part[4:6].mean(), part[-6:-4].mean(), part[:, 4:6].mean(), part[:, -6:-4].mean()]  # none at the very edge
    pixels = over[part]
    return bool(
        along >= 0.98 * part.sum()
        and sum(side > 0.4 for side in sides) >= 3
        and _is_near(pixels, _commonest(pixels)).mean() >= 0.85
    )


def _is_lettering(under: Floats, over: Floats, part: Mask, box: PartArea) -> bool:
    """Thin lines of at most two colours, on what was there before."""
    if not _is_thin(part[box]):
        return False
    before, after = under[part], over[part]
    change = np.abs(after - before).max(axis=1)
    core = after[change >= np.percentile(change, 60)]
    ink = _commonest(core)
    others = core[~_is_near(core, ink)]
    outline = ink
    if len(others) > 0.1 * len(core):
        outline = _commonest(others[_far(others, ink) >= np.percentile(_far(others, ink), 70)])
    blends = [ink + share * (outline - ink) for share in BLENDS]
    inked = np.any([_is_near(core, blend) for blend in blends], axis=0).mean()
    mixed = np.any([_mixed(after, before, blend) for blend in blends], axis=0).mean()
    return bool(inked >= 0.75 and mixed >= 0.75 and _stands_out(under, over, part))


def _is_tinted(under: Floats, over: Floats, part: Mask, box: PartArea) -> bool:
    """A band through which the picture is seen, darker or paler, maybe with thin ink."""
    if not _spans(box, part.shape) or part[box].mean() < 0.6:
        return False
    before, after = under[box][..., 0], over[box][..., 0]
    x, y = before.ravel(), after.ravel()
    fitting = np.ones(len(x), bool)
    gain = shift = 0.0
    for _ in range(4):
        if x[fitting].var() < 9:
            return False
        gain = float(np.cov(x[fitting], y[fitting])[0, 1] / x[fitting].var())
        shift = float(np.median(y[fitting] - gain * x[fitting]))
        off = np.abs(y - gain * x - shift)
        fitting = off <= max(np.percentile(off, 70), 3)
    seen = np.abs(after - gain * before - shift) <= 14
    return bool(0.1 <= gain <= 0.95 and seen.mean() >= 0.65 and np.corrcoef(x[fitting], y[fitting])[0, 1] > 0.9)


def _stands_out(under: Floats, over: Floats, part: Mask) -> bool:
    """Whether nearly all of the part differs from what is around it more in the one picture than in the other."""
    count, labels = cv2.connectedComponents(part.astype(np.uint8))
    standing = 0
    for number in range(1, count):
        letter = labels == number
        rows, columns = (slice(max(side.start - 4, 0), side.stop + 4) for side in _box(letter))
        letter = letter[rows, columns]
        ring = (cv2.dilate(letter.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0) & ~part[rows, columns]
        if ring.any():
            before, after = (_contrast(picture[rows, columns], letter, ring) for picture in (under, over))
            standing += int(letter.sum()) if after > 1.3 * before else 0
    return bool(standing >= 0.8 * part.sum())


def _contrast(pixels: Floats, letter: Mask, ring: Mask) -> float:
    """How far a letter and its outline are from what is around them."""
    return float(np.percentile(_far(pixels[letter], pixels[ring].mean(axis=0)), 75))


def _is_thin(mask: Mask) -> bool:
    """Whether a mask is of lines: far longer than they are thick."""
    padded = cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    thickness = 2 * float(np.percentile(cv2.distanceTransform(padded, cv2.DIST_L2, 3)[padded > 0], 99))
    return bool(mask.sum() >= LONG * thickness**2)


def _commonest(pixels: Floats) -> Floats:
    cells = (pixels / INK).astype(np.intp) @ np.array([1024, 32, 1])
    counts = np.bincount(cells)
    return np.median(pixels[cells == counts.argmax()], axis=0)


def _is_near(pixels: Floats, colour: Floats) -> Mask:
    return np.asarray((np.abs(pixels - colour) <= INK).all(axis=-1))


def _far(pixels: Floats, colour: Floats) -> Floats:
    return np.abs(pixels - colour).max(axis=-1)


def _mixed(pixels: Floats, before: Floats, ink: Floats) -> Mask:
    """Which pixels are what was there before, with more or less of the ink on it."""
    way = ink - before
    amount = ((pixels - before) * way).sum(axis=1) / np.maximum((way**2).sum(axis=1), 1.0)
    return _is_near(pixels, before + np.clip(amount, 0, 1)[:, None] * way)
