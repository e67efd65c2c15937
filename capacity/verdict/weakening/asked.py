"""What one petaplan is asked about its own rules and figures.

The text of ``judging_facts`` also runs at other revisions. It uses only names that every release has.
"""

from collections.abc import Callable
from typing import Any


def judging_facts(names: Callable[..., list[Any]], catalogue: Any) -> dict[str, Any]:
    """Code and rules of the petaplan from which ``names`` takes attributes of modules of capacity, and all figures of
    a catalogue of its own.
    """
    import hashlib
    import sys
    from pathlib import Path

    [all_rules], [load] = names("rules", "all_rules"), names("facts.catalog", "load")
    try:
        [figures_of] = names("facts.figure_paths", "figures_of")
    except ImportError:  # petaplan 0.1
        [figures_of] = names("facts.catalog", "figures_of")
    folder = Path(str(sys.modules[load.__module__].__file__)).parents[1]
    code = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        code.update(str(path.relative_to(folder)).encode() + bytes(1) + path.read_bytes() + bytes(1))
    figures = {
        f"{model}.{path}": f"{figure.value:.12g} {figure.unit} ({figure.status}, {figure.source})"
        for model, product in catalogue.products.items()
        for path, _, figure in figures_of(product)
        if figure is not None
    }
    rules = {rule.id: [str(rule.severity), rule.formula] for rule in all_rules()}
    layers = {layer.name: layer.digest for layer in getattr(catalogue, "layers", ())}
    return {"code": code.hexdigest(), "rules": rules, "figures": figures, "layers": layers}
