"""Opens annotation files, finds out what each of them is and lets its source read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from curation.annotations import registry
from curation.annotations.document import Document, open_document
from curation.annotations.model import Annotations, AnnotationsError, Found
from curation.annotations.records import Problems

ENDINGS = (".json", ".jsonl", ".ndjson")


def load(*paths: Path, format_name: str | None = None) -> Annotations:
    """Reads the file or files of one source. Raises AnnotationsError when they are of several."""
    found = load_each(paths, format_name)
    if len(found) > 1:
        kinds = ", ".join(f"{one.source} ({registry.kinds()[one.format].title})" for one in found)
        raise AnnotationsError(f"These files are to be read one by one: {kinds}.")
    return found[0]


def load_each(paths: Iterable[Path], format_name: str | None = None) -> list[Annotations]:
    """Reads files, or all JSON files of a folder, each by its own source; files that belong together count as one.

    Raises AnnotationsError when a file is of no known kind, or of more than one and `format_name` does not choose.
    """
    documents = [open_document(path) for path in dict.fromkeys(_files(paths))]
    groups: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        groups[_source(document, format_name)].append(document)
    read = []
    for name, group in sorted(groups.items()):
        source = registry.kinds()[name]
        beside = [one for other in source.beside for one in groups.get(other, [])]
        parts = [group] if source.files == "together" else [[one] for one in group]
        read += [_read(name, part, beside) for part in parts]
    return read


def _files(paths: Iterable[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(one for one in path.iterdir() if one.suffix.lower() in ENDINGS)
            if not inside:
                raise AnnotationsError(f"The folder {path} holds no JSON file.")
            found += inside
        else:
            found.append(path)
    if not found:
        raise AnnotationsError("Name at least one annotation file.")
    return found


def _source(document: Document, format_name: str | None) -> str:
    fitting = registry.recognise(document)
    if format_name:
        source = registry.named(format_name)
        if format_name in fitting:
            return format_name
        companion = next((name for name in fitting if name in source.beside), None)
        if companion:
            return companion
        raise AnnotationsError(f"{document.name} is not {source.title}.")
    if not fitting:
        titles = ", ".join(kind.title for kind in registry.kinds().values())
        raise AnnotationsError(f"{document.name} has no list of images or annotations that Winnow knows: {titles}.")
    if len(fitting) > 1:
        choices = " or ".join(f"{registry.kinds()[name].title} (`{name}`)" for name in fitting)
        raise AnnotationsError(f"Is {document.name} {choices}? Both fit; say which with --annotations-format NAME.")
    return fitting[0]


def _read(name: str, documents: Sequence[Document], beside: Sequence[Document]) -> Annotations:
    problems = Problems()
    found: Found = registry.kinds()[name].read([*documents, *beside], problems)
    source = " + ".join(document.name for document in documents)
    if not found.images:
        why = Annotations(source, [], [], name, problems.counts).note or "It names no image."
        raise AnnotationsError(f"{source} holds nothing that can be used. {why}")
    return Annotations(source, found.images, sorted(set(found.vocabulary)), name, dict(problems.counts))
