"""Annotations as plain data, whatever file they came from, and what a source's file says about itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from curation.common.counts import counted
from curation.common.errors import WinnowError

if TYPE_CHECKING:
    from curation.annotations.document import Document
    from curation.annotations.records import Problems

Corners = tuple[float, float, float, float]


class AnnotationsError(WinnowError):
    """The annotation file cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where an object is: (x, y, w, h) in pixels, or in shares of the picture when no number is above 1.

    `crowd` says that the box holds many of them, nobody counted how many.
    """

    category: str
    bbox: Corners
    supercategory: str = ""
    attributes: tuple[str, ...] = ()
    crowd: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A question with how many people gave each answer.

    `choices` are the options of a multiple-choice question and `correct` is the right one of them.
    """

    text: str
    answers: Mapping[str, int]
    choices: tuple[str, ...] = ()
    rationale: str = ""
    correct: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Characters that can be read in the picture; the box is as in `Box`."""

    text: str
    bbox: Corners | None = None


@dataclass(frozen=True, slots=True)
class AnnotatedImage:
    """All that one source says of one picture; `objects` are the classes seen, each once."""

    file_name: str
    objects: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    boxes: tuple[Box, ...] = ()
    questions: tuple[Question, ...] = ()
    texts: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Annotations:
    """The pictures of one source's file or files, and every class its annotators looked for in each of them.

    `format` is the name of the source; `left_out` counts the records that could not be used, by reason.
    """

    source: str
    images: list[AnnotatedImage]
    vocabulary: list[str]
    format: str = ""
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def note(self) -> str:
        """One sentence on what was left out, "" when nothing was."""
        if not self.left_out:
            return ""
        count = sum(self.left_out.values())
        reasons = ", ".join(f"{number:,} {reason}" for reason, number in sorted(self.left_out.items()))
        return f"{self.source}: {counted(count, 'record', 'was', 'were')} left out: {reasons}."


@dataclass(frozen=True)
class SourceAnnotations:
    """What a source's `read` gives: pictures, and the classes looked for in every one of them (often none)."""

    images: list[AnnotatedImage]
    vocabulary: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class AnnotationSource:
    """A kind of annotation file.

    Attributes:
        name: What users type; the name of its file.
        title: What users read.
        about: One line on what it holds.
        example: A small file of this source, or several that belong together, by file name.
        recognise: Says whether a document is of this source.
        read: The annotations of documents; a record that cannot be used is counted among the problems.
        files: Whether each file is read alone, or all of them together.
        companions: Sources whose documents it is given as well.
        counted: Every object of its classes has a box, so that boxes can be counted.
    """

    name: str
    title: str
    about: str
    example: Mapping[str, str]
    recognise: Callable[[Document], bool]
    read: Callable[[Sequence[Document], Problems], SourceAnnotations]
    files: Literal["alone", "together"] = "alone"
    companions: tuple[str, ...] = ()
    counted: bool = False
