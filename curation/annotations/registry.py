"""Finds the annotation sources by walking their folder and says which one a file belongs to."""

from __future__ import annotations

from curation.annotations import sources
from curation.annotations.document import Document
from curation.annotations.model import AnnotationsError, AnnotationSource
from curation.common.names import unknown
from scoring import plugins


@plugins.cached_plugins
def kinds() -> dict[str, AnnotationSource]:
    """Every source by its name."""
    listed = plugins.instances(sources, "SOURCE", AnnotationSource)
    return {kind.name: kind for kind in listed}


def recognise(document: Document) -> list[str]:
    """The names of all sources that know such a file."""
    return [name for name, kind in kinds().items() if kind.recognise(document)]


def named(name: str) -> AnnotationSource:
    """The source of this name. Raises AnnotationsError, listing the names, when there is none."""
    if name not in kinds():
        raise AnnotationsError(unknown("annotation format", name, kinds()))
    return kinds()[name]


def listing() -> str:
    """Every source with its one line, for `--help`."""
    width = max(map(len, kinds()))
    return "\n".join(f"  {name.ljust(width)}  {kind.about}" for name, kind in kinds().items())
