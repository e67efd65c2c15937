"""The table of generators: each is a function that changes the files of a checkout."""

from collections.abc import Callable

from tools.generate.catalogue import catalogue_page, catalogue_schema
from tools.generate.code import evidence_schema, resource_classes
from tools.generate.commands import commands_page
from tools.generate.counts import counts
from tools.generate.exit_codes import exit_codes_page
from tools.generate.files import Files
from tools.generate.folder_maps import folder_maps
from tools.generate.formats import formats_page
from tools.generate.indexes import indexes
from tools.generate.kept import kept_data
from tools.generate.python_api import python_page
from tools.generate.reference import devices_page, plan_page, rules_page, schemas_page, settings_page
from tools.generate.tables import tables_page

GENERATED: tuple[Callable[[Files], None], ...] = (
    kept_data,
    resource_classes,
    evidence_schema,
    rules_page,
    plan_page,
    tables_page,
    catalogue_page,
    catalogue_schema,
    devices_page,
    commands_page,
    exit_codes_page,
    python_page,
    schemas_page,
    formats_page,
    settings_page,
    counts,
    folder_maps,
    indexes,  # last: it lists the pages that the others make
)
