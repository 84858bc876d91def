"""Winnow in Python: the workspace that the pages and the commands use, as frames.

import winnow

with winnow.open_workspace("workspace") as workspace:
    workspace.import_rows("set.json", images="images")
    workspace.score(["response_length"])
    print(workspace.scores())
"""

from curation.common import program
from curation.common.errors import WinnowError
from curation.formats.column_mapping import MappingError
from curation.handing_over.contract import HandOverError
from curation.handing_over.hand_over import HandedOver
from curation.importing.importer import ImportFailedError, ImportReport
from curation.maintenance.history import DatasetError
from curation.maintenance.reimporting import ReimportReport
from curation.maintenance.relinking import RelinkReport
from curation.maintenance.removing import CompactPlan, Removal, Restored
from curation.maintenance.taking_over import TakenOver
from curation.recipes.recipe import Cut, Limit, Quota, Recipe, RecipeError
from curation.recipes.recipe import load as load_recipe
from curation.recipes.recipe import save as save_recipe
from curation.workspace import WorkspaceError, WorkspaceInUseError
from scoring.plugins import PluginError
from winnow.workspace import OpenWorkspace, open_workspace

__version__ = program.VERSION

__all__ = [
    "CompactPlan",
    "Cut",
    "DatasetError",
    "HandOverError",
    "HandedOver",
    "ImportFailedError",
    "ImportReport",
    "Limit",
    "MappingError",
    "OpenWorkspace",
    "PluginError",
    "Quota",
    "Recipe",
    "RecipeError",
    "ReimportReport",
    "RelinkReport",
    "Removal",
    "Restored",
    "TakenOver",
    "WinnowError",
    "WorkspaceError",
    "WorkspaceInUseError",
    "__version__",
    "load_recipe",
    "open_workspace",
    "save_recipe",
]
