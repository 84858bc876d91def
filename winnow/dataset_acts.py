"""What Python users do with datasets after their import."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from curation.decisions import decision_log
from curation.maintenance import regrouping, reimporting, relinking, removing, renaming, taking_over
from curation.maintenance.reimporting import ReimportReport
from curation.maintenance.relinking import RelinkReport
from curation.maintenance.removing import CompactPlan, Removal, Restored
from curation.maintenance.taking_over import TakenOver
from curation.workspace import Workspace
from scoring import addresses


class DatasetActs:
    """The acts on datasets of an open workspace; each is noted with its author and its time."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def rename(self, dataset: str, name: str, *, who: str | None = None) -> str:
        """Gives a dataset another name; decisions, scores, tags and recipes keep to it.

        Args:
            dataset: Its present name.
            name: The new name.
            who: The person who renames it; your user name unless told.

        Returns:
            The new name.

        Raises:
            UnknownNameError: There is no such dataset.
            DatasetError: The new name is empty, too long or taken.
        """
        return renaming.rename(self.workspace, dataset, name, who=who or decision_log.default_person())

    def relink(
        self,
        dataset: str,
        images: str | Path,
        *,
        accept_different: bool = False,
        preview: bool = False,
        who: str | None = None,
    ) -> RelinkReport:
        """Notes where the images of a dataset lie now; decisions and scores stay.

        Args:
            dataset: The dataset's name.
            images: The folder or archive of its images.
            accept_different: Take files whose content differs from what was imported, too.
            preview: Say what is there, and change nothing.
            who: The person who says so; your user name unless told.

        Returns:
            What became of every image that the rows name.

        Raises:
            UnknownNameError: There is no such dataset.
            DatasetError: The folder cannot be used.
        """
        person = who or decision_log.default_person()
        return relinking.relink(
            self.workspace,
            dataset,
            addresses.file_place(str(images)),
            who=person,
            accept_different=accept_different,
            preview=preview,
        )

    def reimport(
        self,
        dataset: str,
        rows: str | Path,
        *,
        images: str | Path | None = None,
        keep_gone: bool = False,
        preview: bool = False,
        who: str | None = None,
    ) -> ReimportReport:
        """Brings a dataset to a corrected or longer file; what is the same keeps its scores and decisions.

        Args:
            dataset: The dataset's name.
            rows: The newer file or folder, in the same format.
            images: Its image folder; the dataset's unless told.
            keep_gone: Keep samples that the file has no row for.
            preview: Say how the two differ, and change nothing.
            who: The person who says so; your user name unless told.

        Returns:
            How many samples are unchanged, changed, new and gone.

        Raises:
            UnknownNameError: There is no such dataset.
            ImportFailedError: The file cannot be read.
        """
        return reimporting.reimport(
            self.workspace,
            dataset,
            addresses.file_place(str(rows)),
            who=who or decision_log.default_person(),
            images=addresses.file_place(str(images)) if images is not None else None,
            keep_gone=keep_gone,
            preview=preview,
        )

    def split(
        self,
        dataset: str,
        into: str,
        *,
        field: str = "",
        values: Sequence[str] = (),
        ids: Sequence[str] = (),
        who: str | None = None,
    ) -> dict[str, int]:
        """Makes a dataset of some samples of another one; they keep their scores and decisions.

        Args:
            dataset: The dataset's name.
            into: The new dataset's name.
            field: A field of the rows that decides, with `values`; "" to go by ids.
            values: Values of the field of the samples that go into the new dataset.
            ids: The rows' own ids of those samples.
            who: The person who splits it; your user name unless told.

        Returns:
            Samples of both datasets, by name.

        Raises:
            UnknownNameError: There is no such dataset.
            DatasetError: The new name cannot be one, no sample fits, or all do.
        """
        person = who or decision_log.default_person()
        return regrouping.split(self.workspace, dataset, into, who=person, field=field, values=values, ids=ids).samples

    def merge(self, dataset: str, other: str, *, who: str | None = None) -> int:
        """Puts all samples of a dataset behind those of another one; they keep their scores and decisions.

        Args:
            dataset: The dataset that stays.
            other: The one whose samples come into it.
            who: The person who merges them; your user name unless told.

        Returns:
            How many samples it has now.

        Raises:
            UnknownNameError: There is no such dataset.
            DatasetError: Their formats or image folders differ, or rows hold pictures of their own file.
        """
        person = who or decision_log.default_person()
        return regrouping.merge(self.workspace, dataset, other, who=person).samples[dataset]

    def delete(self, dataset: str, *, who: str | None = None) -> Removal:
        """Deletes a dataset; `restore` brings all of it back until it is compacted.

        Args:
            dataset: The dataset's name.
            who: The person who deletes it; your user name unless told.

        Returns:
            What was put away.

        Raises:
            UnknownNameError: There is no such dataset.
        """
        return removing.delete(self.workspace, dataset, who=who or decision_log.default_person())

    def deleted(self) -> list[Removal]:
        """What was put away and can be brought back, the newest first."""
        return removing.listing(self.workspace)

    def restore(self, dataset: str, *, who: str | None = None) -> Restored:
        """Brings back a dataset that was deleted, or else the rows that a newer file had left out.

        Args:
            dataset: Its name when it was deleted.
            who: The person who brings it back; your user name unless told.

        Returns:
            What came back, and under which name.

        Raises:
            UnknownNameError: Nothing of this name can be brought back.
        """
        return removing.restore(self.workspace, dataset, who=who or decision_log.default_person())

    def compact(self, dataset: str | None = None, *, preview: bool = False, who: str | None = None) -> CompactPlan:
        """Removes for good what was deleted; decisions stay in the log.

        Args:
            dataset: Only what was deleted of a dataset of this name; everything unless told.
            preview: Say what that is, and change nothing.
            who: The person who says so; your user name unless told.

        Returns:
            How much is removed.

        Raises:
            UnknownNameError: Nothing of this name was deleted.
        """
        if preview:
            return removing.plan_compact(self.workspace, dataset)
        return removing.compact(self.workspace, dataset, who=who or decision_log.default_person())

    def merge_workspace(self, other: str | Path, *, who: str | None = None) -> TakenOver:
        """Takes over the datasets, scores and decisions of another workspace; what both have is there once.

        Args:
            other: Folder of the other workspace, which no process has open.
            who: The person who says so; your user name unless told.

        Returns:
            How many samples and decisions matched, differ and are new.

        Raises:
            DatasetError: There is no workspace in the folder, or it is this one.
            WorkspaceError: It cannot be opened.
        """
        return taking_over.take_over(self.workspace, Path(other), who=who or decision_log.default_person())
