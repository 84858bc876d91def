"""Collect: all that the sources say of one picture, as one visual clue, in the form that the paper gives to a model.

Li et al., TMLR 2024, section 4.2.1 and the example of appendix A.3.2.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from curation.annotations import AnnotatedImage, Annotations, Box, Question, Text, registry
from curation.annotations.storing import plain_name
from curation.archives.image_resolver import Resolver
from curation.common.progress import ItemProgress
from scoring.addresses import FilePlace
from scoring.damage import raise_machine_error
from scoring.image import locator
from scoring.image.opening import opened

Value = TypeVar("Value", bound=Hashable)


@dataclass(frozen=True)
class ObjectClass:
    """A class of object in the picture; `count` is exact only when `exact` says that every one was boxed."""

    name: str
    count: int
    exact: bool = False
    supercategory: str = ""


@dataclass(frozen=True)
class Clue:
    """What is known of one picture. `file_name` is its path below the image folder, with "/".

    `attributes` are (object, what it is) per box. `vocabulary` are the classes looked for in this very picture: what
    is not among the objects then is not there. `width` and `height` are pixels.
    """

    file_name: str
    captions: tuple[str, ...] = ()
    objects_with_counts: tuple[ObjectClass, ...] = ()
    boxes: tuple[Box, ...] = ()
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    questions: tuple[Question, ...] = ()
    texts: tuple[Text, ...] = ()
    sources: tuple[str, ...] = ()
    vocabulary: tuple[str, ...] = ()
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Collected:
    """Clues in the order of their pictures' names, and how many annotated pictures have no file or a broken one."""

    clues: list[Clue]
    images: FilePlace
    left_out: Mapping[str, int] = field(default_factory=dict)


def collect(
    sources: Sequence[Annotations], images: FilePlace, progress: ItemProgress | None = None, limit: int | None = None
) -> Collected:
    """Joins what the sources say of the pictures in a folder or archive, by file name, whatever the order of sources.

    Args:
        sources: The annotations as they were read.
        images: Folder or archive in which the pictures are looked up.
        progress: Called now and then with the number of pictures done and of how many.
        limit: Stops after so many clues; None for all.

    Returns:
        The clues by file name, and the number of pictures left out by reason.
    """
    joined: dict[str, list[tuple[Annotations, AnnotatedImage]]] = defaultdict(list)
    for source in sorted(sources, key=lambda source: (source.source, source.format)):
        for image in source.images:
            joined[plain_name(image.file_name)].append((source, image))
    resolver, left_out = Resolver(images), Counter[str]()
    clues: list[Clue] = []
    for number, name in enumerate(sorted(joined)):
        if progress and number % 500 == 0:
            progress(number, len(joined))
        ref, path = _find(resolver, [image.file_name for _, image in joined[name]])
        size = _size(path) if path else None
        if not size:
            left_out["broken" if path else "not in the image folder"] += 1
            continue
        if limit and len(clues) == limit:
            break
        clues.append(_join(ref, joined[name], size))
    return Collected(clues, images, dict(left_out))


def text(clue: Clue) -> str:
    """The clue as the paper writes it: captions, counted objects, attributes, question and answer pairs, characters."""
    parts = []
    if clue.captions:
        captions = " ".join(
            caption if caption.endswith((".", "!", "?")) else f"{caption}." for caption in clue.captions
        )
        parts.append(f"This is a picture which can be described as {captions}")
    if clue.objects_with_counts:
        parts.append(f"The image contains {', '.join(map(_kind, clue.objects_with_counts))}.")
    if clue.attributes:
        listing = "; ".join(f"{name}: {', '.join(attributes)}" for name, attributes in clue.attributes)
        parts.append(f"Some of the objects have attributes: {listing}.")
    if clue.questions:
        pairs = " , ".join(
            f"Q: {question.text} A: {next(iter(question.answers), question.correct)}." for question in clue.questions
        )
        parts.append(f"The image also contains a number of question and answer pairs: {pairs}")
    if clue.texts:
        parts.append(
            f"The following characters can be recognized in the image: {', '.join(t.text for t in clue.texts)}."
        )
    return " ".join(parts)


def _kind(kind: ObjectClass) -> str:
    label = f"{kind.supercategory}_{kind.name}" if kind.supercategory else kind.name
    return f"{kind.count} {label}" if kind.exact else label if kind.count <= 1 else f"at least {kind.count} {label}"


def _join(
    file_name: str, annotated_images: Sequence[tuple[Annotations, AnnotatedImage]], size: tuple[int, int]
) -> Clue:
    images = [image for _, image in annotated_images]
    boxes = _unique(box for image in images for box in image.boxes)
    return Clue(
        file_name,
        captions=_unique(caption for image in images for caption in image.captions),
        objects_with_counts=_kinds(annotated_images),
        boxes=boxes,
        attributes=tuple((box.category, box.attributes) for box in boxes if box.attributes),
        questions=tuple({question.text: question for image in images for question in image.questions}.values()),
        texts=_unique(text_item for image in images for text_item in image.texts),
        sources=_unique(source.source for source, _ in annotated_images),
        vocabulary=tuple(sorted({name for source, _ in annotated_images for name in source.vocabulary})),
        width=size[0],
        height=size[1],
    )


def _kinds(annotated_images: Sequence[tuple[Annotations, AnnotatedImage]]) -> tuple[ObjectClass, ...]:
    """Every class that any source names; exact when sources that box all of it agree and none boxed a crowd of it."""
    names = _unique(name for _, image in annotated_images for name in image.objects)
    above = {
        box.category: box.supercategory for _, image in annotated_images for box in image.boxes if box.supercategory
    }
    kinds = []
    for name in names:
        counts = [
            (_is_counted(source), [box for box in image.boxes if box.category == name])
            for source, image in annotated_images
        ]
        exact = {len(boxes) for counted, boxes in counts if counted and boxes}
        crowd = any(box.crowd for _, boxes in counts for box in boxes)
        seen = max((sum(not box.crowd for box in boxes) for _, boxes in counts), default=0)
        kinds.append(
            ObjectClass(name, max(exact, default=max(seen, 1)), len(exact) == 1 and not crowd, above.get(name, ""))
        )
    return tuple(kinds)


def _is_counted(source: Annotations) -> bool:
    kind = registry.kinds().get(source.format)
    return kind is not None and kind.counted


def _find(resolver: Resolver, names: Iterable[str]) -> tuple[str, str]:
    """How a row may call the picture, and where it is; ("", "") when it is nowhere."""
    for name in names:
        path = resolver.find(name).path
        if path:
            inside = os.path.isfile(path)
            return (os.path.relpath(path, resolver.root).replace(os.sep, "/") if inside else name), path
    return "", ""


def _size(path: str) -> tuple[int, int] | None:
    try:
        with opened(locator.source(path)) as picture:
            return picture.size
    except (OSError, ValueError, SyntaxError) as error:
        raise_machine_error(error)
        return None


def _unique(values: Iterable[Value]) -> tuple[Value, ...]:
    return tuple(dict.fromkeys(values))
