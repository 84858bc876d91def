"""Opens annotation files, finds out what each of them is and lets its source read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from curation.annotations import registry
from curation.annotations.document import Document, open_document
from curation.annotations.model import Annotations, AnnotationsError, SourceAnnotations
from curation.annotations.records import Problems

ENDINGS = (".json", ".jsonl", ".ndjson")


def load(*paths: Path, format_name: str | None = None) -> Annotations:
    """Reads the file or files of one source. Raises AnnotationsError when they are of several."""
    annotations = load_each(paths, format_name)
    if len(annotations) > 1:
        kinds = ", ".join(
            f"{file_annotations.source} ({registry.kinds()[file_annotations.format].title})"
            for file_annotations in annotations
        )
        raise AnnotationsError(f"These files are to be read one by one: {kinds}.")
    return annotations[0]


def load_each(paths: Iterable[Path], format_name: str | None = None) -> list[Annotations]:
    """Reads files, or all JSON files of a folder, each by its own source; files that belong together count as one.

    Args:
        paths: Files and folders; one that is named twice is read once.
        format_name: Source that reads them; None to recognise it.

    Returns:
        Annotations in the order of the sources' names.

    Raises:
        AnnotationsError: A file is of no known kind, or of more than one and `format_name` does not choose.
    """
    documents = [open_document(path) for path in dict.fromkeys(_files(paths))]
    groups: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        groups[_source(document, format_name)].append(document)
    read = []
    for name, group in sorted(groups.items()):
        source = registry.kinds()[name]
        companions = [document for other in source.companions for document in groups.get(other, [])]
        parts = [group] if source.files == "together" else [[document] for document in group]
        read += [_read(name, part, companions) for part in parts]
    return read


def _files(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(file for file in path.iterdir() if file.suffix.lower() in ENDINGS)
            if not inside:
                raise AnnotationsError(f"The folder {path} holds no JSON file.")
            files += inside
        else:
            files.append(path)
    if not files:
        raise AnnotationsError("Name at least one annotation file.")
    return files


def _source(document: Document, format_name: str | None) -> str:
    fitting = registry.recognise(document)
    if format_name:
        source = registry.named(format_name)
        if format_name in fitting:
            return format_name
        companion = next((name for name in fitting if name in source.companions), None)
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


def _read(name: str, documents: Sequence[Document], companions: Sequence[Document]) -> Annotations:
    problems = Problems()
    contents: SourceAnnotations = registry.kinds()[name].read([*documents, *companions], problems)
    source = " + ".join(document.name for document in documents)
    if not contents.images:
        why = Annotations(source, [], [], name, problems.counts).note or "It names no image."
        raise AnnotationsError(f"{source} holds nothing that can be used. {why}")
    return Annotations(source, contents.images, sorted(set(contents.vocabulary)), name, dict(problems.counts))
