"""What commands read as JSON: the nouns of the shipped data in the place of the YAML, the texts of the rules."""

from petaplan.capacity.facts.catalog import CATALOGUE, DATA, load_yaml
from petaplan.capacity.facts.export_rules import EXPORT_RULES, export_rules_of_yaml
from petaplan.capacity.facts.kept import FOLDER, kept_text
from petaplan.capacity.report import rule_list
from tools.generate.files import Files


def kept_data(files: Files) -> None:
    """The files of capacity/data/kept, each from what its YAML gives, and that of the rules."""
    catalogue = load_yaml()
    values = {
        CATALOGUE: (dict(catalogue.products), dict(catalogue.sources)),
        EXPORT_RULES: export_rules_of_yaml(),
    }
    for name, value in values.items():
        files.write(f"capacity/data/{FOLDER}/{name}.json", kept_text(DATA, value))
    files.write(f"capacity/{rule_list.KEPT}", rule_list.kept_text())
