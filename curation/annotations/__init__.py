"""What annotators said about pictures: read from the files of many sources, kept beside a dataset's images."""

from curation.annotations.loading import load, load_each
from curation.annotations.model import (
    AnnotatedImage,
    Annotations,
    AnnotationsError,
    AnnotationSource,
    Box,
    Question,
    SourceAnnotations,
    Text,
)
from curation.annotations.storing import AddedAnnotations, add, attach, of_dataset

__all__ = [
    "AddedAnnotations",
    "AnnotatedImage",
    "AnnotationSource",
    "Annotations",
    "AnnotationsError",
    "Box",
    "Question",
    "SourceAnnotations",
    "Text",
    "add",
    "attach",
    "load",
    "load_each",
    "of_dataset",
]
