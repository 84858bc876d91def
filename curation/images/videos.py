"""A few frames of a video, so that what it shows can be scored and looked at like images."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scoring.image import locator
from storage import disk

if TYPE_CHECKING:
    import cv2

FRAMES = 4
QUALITY = 90


class Frame(NamedTuple):
    """A frame as JPEG, and when it is shown, in seconds."""

    seconds: float
    data: bytes


def frames(path: str, count: int = FRAMES) -> list[Frame]:
    """Takes a frame from the middle of each of some equal parts of a video.

    Args:
        path: The video file.
        count: How many parts.

    Returns:
        Frames in order, fewer for a short video; none when it cannot be read.

    Raises:
        OSError: The process has too many files open: OpenCV itself calls such a video empty.
    """
    import cv2

    with locator.on_disk(path) as file:
        video = cv2.VideoCapture(file)
        return _taken(video, count)


def _taken(video: cv2.VideoCapture, count: int) -> list[Frame]:
    import cv2

    try:
        total, rate = int(video.get(cv2.CAP_PROP_FRAME_COUNT)), video.get(cv2.CAP_PROP_FPS) or 25.0
        frame_numbers = sorted({int((part + 0.5) * total / count) for part in range(count)}) if total > 0 else []
        frames = []
        for frame_number in frame_numbers:
            video.set(cv2.CAP_PROP_POS_FRAMES, frame_number)
            good, picture = video.read()
            if good:
                _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
                frames.append(Frame(round(frame_number / rate, 2), data.tobytes()))
        if not frames:
            disk.check_open_files()
        return frames
    finally:
        video.release()
