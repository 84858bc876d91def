"""Pictures that several datasets share lie in one file each: it has to be in a folder of a dataset that is there."""

from __future__ import annotations

from curation.archives.image_resolver import Resolver
from curation.importing import image_roots
from curation.maintenance import proving
from curation.workspace import Workspace, roots
from scoring.addresses import file_place
from storage import datasets, image_links, integrity


def settle(workspace: Workspace) -> int:
    """Finds shared pictures in the folders of the datasets that stay, where the one that they lay with left.

    Args:
        workspace: Open workspace.

    Returns:
        How many pictures are noted elsewhere now.
    """
    allowed = (str(workspace.kept_images), *datasets.roots(workspace.store))
    moved: dict[int, str] = {}
    resolvers: dict[str, Resolver] = {}
    for row in image_links.with_roots(workspace.store).iter_rows(named=True):
        if row["image_no"] in moved or roots.is_below_any(row["path"], allowed):
            continue
        resolver = resolvers.setdefault(
            row["images_root"],
            Resolver(file_place(row["images_root"]), beside=image_roots.beside(file_place(row["home"]))),
        )
        where = resolver.find(row["ref"]).path
        if where and proving.hash_of(where) == row["content_hash"]:
            moved[row["image_no"]] = where
    if moved:
        with workspace.store.transaction("samples") as cursor:
            integrity.set_image_paths(cursor, moved)
    return len(moved)
