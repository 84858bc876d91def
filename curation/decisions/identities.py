"""Under which keys two workspaces mean the same samples: by what these say and show.

A key of this version, `identity#copy`, is the same wherever a sample is imported. Samples of earlier versions keep the
keys that their decisions and recipes name; these are put into the portable form when they leave a workspace, and keys
that arrive are put into the form of the workspace.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from curation.decisions import keys as decision_keys
from curation.formats import identity, registry
from curation.images import inline
from curation.workspace import Workspace
from storage import flags, samples
from storage import identities as stored_identities

CHUNK = 20_000
"""Rows that are read at once."""
_EARLIER = re.compile(r"(?s).*/(?P<content_hash>[0-9a-f]{32})#(?P<copy>\d+)")


@dataclass(frozen=True)
class KeyNames:
    """The keys of this workspace by portable key, and its flags' ids by portable id; only those that differ."""

    samples: Mapping[str, str]
    flags: Mapping[str, str]

    def reversed(self) -> KeyNames:
        """The portable ones by those of this workspace."""
        return KeyNames(
            {key: name for name, key in self.samples.items()}, {key: name for name, key in self.flags.items()}
        )

    def renamed(self, subject: str, key: str) -> str:
        """The other name of what a decision is on; its own where it has no other."""
        if subject == "flag":
            return self.flags.get(key, key)
        sample_key = decision_keys.sample_of(subject, key)
        return self.samples.get(sample_key, sample_key) + key.removeprefix(sample_key)


SAME = KeyNames({}, {})
"""Everything keeps its name."""


def portable(workspace: Workspace) -> KeyNames:
    """Finds the portable names of samples and flags that have others in this workspace.

    What samples of earlier versions say and show is noted first, which reads their rows once.

    Args:
        workspace: Open workspace.

    Returns:
        The names.
    """
    complete(workspace)
    return KeyNames(
        dict(stored_identities.portable(workspace.store).iter_rows()), dict(flags.portable(workspace.store).iter_rows())
    )


def arriving(workspace: Workspace, keys: Iterable[tuple[str, str]]) -> KeyNames:
    """Finds what keys from elsewhere are called in this workspace.

    Args:
        workspace: Open workspace.
        keys: Subject and key of decisions.

    Returns:
        The names; keys of an earlier version are found by the content of their rows.
    """
    not_here = unknown(workspace, keys)
    if not not_here:
        return SAME
    named = portable(workspace)
    sample_keys = {decision_keys.sample_of(subject, key) for subject, key in not_here if subject != "flag"}
    return KeyNames({**_by_content(workspace, sample_keys), **named.samples}, named.flags)


def unknown(workspace: Workspace, keys: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Finds what decisions are on that is not in this workspace.

    Args:
        workspace: Open workspace.
        keys: Subject and key of decisions, under the names of this workspace.

    Returns:
        Those whose sample or flag is not here.
    """
    sample_of = {(subject, key): decision_keys.sample_of(subject, key) for subject, key in keys}
    flag_ids = sorted({key for subject, key in sample_of if subject == "flag"})
    sample_keys = sorted({sample for (subject, _), sample in sample_of.items() if subject != "flag"})
    flags_here = flags.present(workspace.store, flag_ids)
    samples_here = stored_identities.present(workspace.store, sample_keys)
    return {
        (subject, key)
        for (subject, key), sample in sample_of.items()
        if (key not in flags_here if subject == "flag" else sample not in samples_here)
    }


def complete(workspace: Workspace) -> int:
    """Notes what samples of earlier versions say and show.

    Args:
        workspace: Open workspace.

    Returns:
        How many there were.
    """
    numbers = stored_identities.unidentified(workspace.store)
    for start in range(0, len(numbers), CHUNK):
        identities = _identities(workspace, numbers[start : start + CHUNK])
        with workspace.store.transaction() as cursor:
            stored_identities.set_identities(cursor, identities)
    return len(numbers)


def _identities(workspace: Workspace, numbers: Sequence[int]) -> dict[int, str]:
    pictures: dict[int, list[tuple[str, str | None]]] = {}
    shown = samples.pictures(workspace.store, numbers).filter(pl.col("found_by") != "video_frame")
    for number, ref, content_hash in shown.select("sample_no", "ref", "content_hash").iter_rows():
        pictures.setdefault(number, []).append((ref, content_hash))
    identities = {}
    rows = samples.rows(workspace.store, numbers).select("sample_no", "format", "raw", "home")
    for number, format_name, raw, home in rows.iter_rows():
        row_format = registry.named(format_name)
        conversation = row_format.read(row_format.parse(inline.sealed(raw, home)))
        identities[number] = identity.identity(identity.words(conversation), pictures.get(number, ()))
    return identities


def _by_content(workspace: Workspace, sample_keys: Iterable[str]) -> dict[str, str]:
    """Keys of this workspace by keys of an earlier version: of rows with the same content, the one at that place."""
    parts = {key: match for key in sample_keys if (match := _EARLIER.fullmatch(key))}
    hashes = sorted({match["content_hash"] for match in parts.values()})
    keys_by_content = stored_identities.by_content(workspace.store, hashes) if hashes else {}
    named = {}
    for key, match in parts.items():
        rows = keys_by_content.get(match["content_hash"], ())
        if int(match["copy"]) < len(rows):
            named[key] = rows[int(match["copy"])]
    return named
