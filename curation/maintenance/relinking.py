"""Finds a dataset's images where they lie now: by the rules of an import, each picture proved by its content."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from curation.archives.image_resolver import AMBIGUOUS, MISSING, Resolver
from curation.common.counts import counted
from curation.common.progress import StepProgress
from curation.decisions import identities
from curation.images import probe
from curation.images.probe import ImageFacts
from curation.importing import image_roots, lint
from curation.importing.batch import IMAGE_THREADS, LINT_VERSION
from curation.maintenance import history, moved_files, proving, removing
from curation.maintenance.history import DatasetError
from curation.maintenance.moved_files import MovedFile
from curation.workspace import Workspace
from scoring.addresses import FilePlace, file_place
from scoring.image import locator
from scoring.shard import FLAG_SCHEMA, ShardRow, flag_row
from storage import dataset_events, flags, image_links
from storage import identities as stored_identities
from storage.integrity import set_image_paths
from storage.rows import StoredRow
from storage.store import Cursor

IMAGE_KINDS = tuple(kind for kind, _ in lint.IMAGE_FLAGS.values() if kind.startswith("image_"))

VIDEO_FRAME = "video_frame"


@dataclass(frozen=True)
class RelinkReport:
    """What became of a dataset's image references; the counts are of references, each named in the tuples.

    Attributes:
        dataset: The dataset.
        images_root: The folder or archive that was looked in.
        matched: References whose picture is there with the content that it had at the import.
        added: References without a picture until now, whose picture is there.
        missing: References for which nothing is there.
        ambiguous: References that several different files fit.
        different: References whose file has another content than at the import.
        left_behind: Missing ones whose picture still lies where it was, which the new folder would take away.
        changed: Whether anything was stored.
    """

    dataset: str
    images_root: str
    matched: int
    added: int
    missing: tuple[str, ...]
    ambiguous: tuple[str, ...]
    different: tuple[str, ...]
    left_behind: int
    changed: bool

    @property
    def complete(self) -> bool:
        """True when every reference has the picture that it had at the import, or its first one."""
        return not (self.missing or self.ambiguous or self.different)


@dataclass(frozen=True)
class _Link:
    """A reference with its stored picture, and what the new folder has for it."""

    row: StoredRow
    where: str | None
    found_by: str
    content_hash: str

    @property
    def state(self) -> str:
        """matched, added, different, missing or ambiguous."""
        if self.where is None:
            return "ambiguous" if self.found_by == AMBIGUOUS.by else "missing"
        if self.row["content_hash"] is None:
            return "added"
        return "matched" if self.row["content_hash"] == self.content_hash else "different"


def relink(
    workspace: Workspace,
    name: str,
    images: FilePlace,
    *,
    who: str,
    accept_different: bool = False,
    preview: bool = False,
    progress: StepProgress | None = None,
) -> RelinkReport:
    """Notes where the images of a dataset lie now; decisions and scores stay.

    Only what shows another picture than before is scored again: samples that had none, and with `accept_different`
    those whose file has another content. Nothing is changed when nothing is there, or when pictures that are still
    where they were would be lost.

    Args:
        workspace: Open workspace.
        name: The dataset's name.
        images: The folder or archive with its images; where these lie in the dataset's own file, that or its folder.
        who: The person who says so.
        accept_different: Whether files with another content take the place of what was imported.
        preview: Whether nothing is stored in any case.
        progress: Called with what is being done, how many images are done, and how many there are.

    Returns:
        What became of every reference.

    Raises:
        UnknownNameError: There is no such dataset.
        DatasetError: Its import is not complete, or the folder cannot be used.
    """
    with workspace.store.adding:
        dataset = history.complete(workspace, name)
        moved = moved_files.look(workspace, dataset, images, progress)
        if moved and not image_links.of_dataset(workspace.store, dataset["dataset_no"]).height:
            return _of_file(workspace, dataset, moved, who, preview)
        home = file_place(dataset["path"])
        try:
            (root,) = image_roots.candidates(home, images)
        except image_roots.ImageRootError as error:
            raise DatasetError(str(error)) from error
        resolver = Resolver(root, beside=image_roots.beside(home))
        links = list(_looked_up(image_links.of_dataset(workspace.store, dataset["dataset_no"]), resolver, progress))
        report = _report(name, root, links, accept_different, preview)
        if report.changed:
            _store(workspace, dataset, links, report, who, accept_different)
        return report


def _of_file(workspace: Workspace, dataset: StoredRow, moved: MovedFile, who: str, preview: bool) -> RelinkReport:
    """Notes where a file with its pictures lies now, when all of them are what they were."""
    report = RelinkReport(
        dataset=dataset["name"],
        images_root=moved.home,
        matched=moved.matched,
        added=0,
        missing=moved.missing,
        ambiguous=(),
        different=moved.different,
        left_behind=0,
        changed=moved.complete and not preview,
    )
    if report.changed:
        with workspace.store.transaction("samples", "scores") as cursor:
            moved_files.store(cursor, dataset, moved)
            dataset_events.add(cursor, who, report.dataset, "relink", sentence(report))
        workspace.store.checkpoint()
    return report


def _report(name: str, root: FilePlace, links: Sequence[_Link], accept_different: bool, preview: bool) -> RelinkReport:
    refs: dict[str, list[str]] = {}
    for link in links:
        refs.setdefault(link.state, []).append(link.row["ref"])
    left_behind = sum(link.where is None and _is_there(link.row["path"]) for link in links)
    usable = len(refs.get("matched", ())) + len(refs.get("added", ()))
    usable += len(refs.get("different", ())) if accept_different else 0
    return RelinkReport(
        dataset=name,
        images_root=str(root),
        matched=len(refs.get("matched", ())),
        added=len(refs.get("added", ())),
        missing=tuple(refs.get("missing", ())),
        ambiguous=tuple(refs.get("ambiguous", ())),
        different=tuple(refs.get("different", ())),
        left_behind=left_behind,
        changed=bool(usable) and not left_behind and not preview,
    )


def _is_there(path: str | None) -> bool:
    return path is not None and locator.is_there(path)


def _looked_up(links: pl.DataFrame, resolver: Resolver, progress: StepProgress | None) -> Iterator[_Link]:
    lookups = {ref: resolver.find(ref) for ref in links["ref"].unique(maintain_order=True)}
    paths = sorted({lookup.path for lookup in lookups.values() if lookup.path})
    hashes: dict[str, str] = {}
    with ThreadPoolExecutor(IMAGE_THREADS) as pool:
        for done, (path, content_hash) in enumerate(zip(paths, pool.map(proving.hash_of, paths), strict=True), start=1):
            hashes[path] = content_hash
            if progress:
                progress("looking at images", done, len(paths))
    for row in links.iter_rows(named=True):
        lookup = lookups[row["ref"]]
        content_hash = hashes[lookup.path] if lookup.path else ""
        if not content_hash:
            yield _Link(row, None, MISSING.by if lookup.path else lookup.by, "")
        else:
            yield _Link(row, lookup.path, VIDEO_FRAME if row["found_by"] == VIDEO_FRAME else lookup.by, content_hash)


def _store(
    workspace: Workspace,
    dataset: StoredRow,
    links: Sequence[_Link],
    report: RelinkReport,
    who: str,
    accept_different: bool,
) -> None:
    moved = [link for link in links if link.state == "matched"]
    new = [link for link in links if link.state == "added" or (link.state == "different" and accept_different)]
    facts = _examined(workspace, new)
    numbers = sorted({link.row["sample_no"] for link in new})
    with workspace.store.transaction("samples", "scores") as cursor:
        set_image_paths(cursor, {link.row["image_no"]: str(link.where) for link in moved})
        image_links.set_root(cursor, dataset["dataset_no"], report.images_root)
        image_links.forget_failures(cursor, [link.row["image_no"] for link in moved])
        image_links.add_images(cursor, [_image_row(examined) for examined in facts.values()])
        image_links.set_links(cursor, [_link_row(link, facts) for link in (*moved, *new)])
        if new:
            image_links.forget_scores(cursor, numbers, removing.subjects())
            stored_identities.forget(cursor, numbers)
            _lint_again(cursor, links, new, facts)
        dataset_events.add(cursor, who, report.dataset, "relink", sentence(report))
    identities.complete(workspace)
    workspace.store.checkpoint()


def _examined(workspace: Workspace, links: Sequence[_Link]) -> dict[str, ImageFacts]:
    """What is known of the new pictures, by locator."""
    paths = sorted({link.where for link in links if link.where})
    with ThreadPoolExecutor(IMAGE_THREADS) as pool:
        return dict(zip(paths, pool.map(lambda path: probe.examine(path, workspace.thumbnails), paths), strict=True))


def _image_row(facts: ImageFacts) -> tuple[object, ...]:
    return (
        facts.content_hash, facts.path, facts.bytes, facts.width, facts.height, facts.phash, facts.outcome,
        facts.detail, facts.orientation,
    )  # fmt: skip


def _link_row(link: _Link, facts: dict[str, ImageFacts]) -> tuple[object, ...]:
    outcome = facts[link.where].outcome if link.where in facts else link.row["outcome"]
    return link.row["sample_no"], link.row["position"], link.content_hash, link.found_by, outcome


def _lint_again(cursor: Cursor, links: Sequence[_Link], new: Sequence[_Link], facts: dict[str, ImageFacts]) -> None:
    """Says of the samples with new pictures again which of their images are wrong."""
    numbers = {link.row["sample_no"] for link in new}
    image_links.forget_image_lint(cursor, sorted(numbers), IMAGE_KINDS)
    rows: list[ShardRow] = []
    for link in links:
        number = link.row["sample_no"]
        if number in numbers:
            examined = facts.get(link.where or "") if link in new else None
            outcome = examined.outcome if examined else link.row["outcome"]
            flag = lint.image(outcome, link.row["ref"], examined.detail if examined else "")
            if flag:
                rows.append(flag_row(flag, number, "sample", number, "lint", LINT_VERSION, run_no=0))
    flags.append(cursor, pl.DataFrame(rows, schema=FLAG_SCHEMA, orient="row"))


def sentence(report: RelinkReport) -> str:
    """Says what became of the references.

    Args:
        report: What a relink found out.

    Returns:
        One sentence.
    """
    counts = [f"{counted(report.matched, 'image', 'is', 'are')} where they are looked for"]
    counts += [f"{report.added:,} were missing and are there now"] if report.added else []
    counts += [f"{len(report.different):,} have another content"] if report.different else []
    counts += [f"{len(report.ambiguous):,} fit several different files"] if report.ambiguous else []
    counts += [f"{len(report.missing):,} are not there"] if report.missing else []
    return f"{report.images_root}: {', '.join(counts)}."
