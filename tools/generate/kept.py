"""The nouns of the shipped data as JSON, which commands read in the place of the YAML."""

from petaplan.capacity.facts.catalog import CATALOGUE, DATA, load_yaml
from petaplan.capacity.facts.export_rules import EXPORT_RULES, export_rules_of_yaml
from petaplan.capacity.facts.kept import FOLDER, kept_text
from tools.generate.files import Files


def kept_data(files: Files) -> None:
    """The files of capacity/data/kept, each from what its YAML gives."""
    catalogue = load_yaml()
    values = {
        CATALOGUE: (dict(catalogue.products), dict(catalogue.sources)),
        EXPORT_RULES: export_rules_of_yaml(),
    }
    for name, value in values.items():
        files.write(f"capacity/data/{FOLDER}/{name}.json", kept_text(DATA, value))
