"""A slip of the pen in the catalogue is refused, with file, line, key and what was expected."""

import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from petaplan.capacity.errors import CatalogueError
from petaplan.capacity.facts.catalog import DATA, load
from petaplan.capacity.facts.efficiency import measured_gemms
from petaplan.capacity.noun import Location


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the data that a test may spoil."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def spoil(folder: Path, name: str, old: str, new: str) -> int:
    """Replace a text in a file of the catalogue; the line of its first place."""
    path = folder / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{name}.yaml has no {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def refusals(folder: Path) -> list[str]:
    """What the loader says against a folder."""
    with pytest.raises(CatalogueError) as caught:
        load(folder)
    return [str(problem) for problem in caught.value.problems]


AREA = "die_area_mm2: {value: 826, unit: mm2,"
H20 = "model: nvidia-h20, count: 8"


class Slip(NamedTuple):
    """A text in a file of the catalogue, what a slip makes of it, and what the refusal must say."""

    name: str
    file: str
    old: str
    new: str
    key: str
    expected: str


SLIPS = (
    Slip("an unknown key", "accelerators", AREA, AREA.replace("area", "aera"), "die_aera_mm2", "unknown field"),
    Slip(
        "no unit",
        "accelerators",
        AREA,
        AREA.replace(" unit: mm2,", ""),
        "die_area_mm2.unit",
        "the field 'unit'",
    ),
    Slip("another unit", "accelerators", AREA, AREA.replace(": mm2", ": cm2"), "die_area_mm2.unit", "'mm2'"),
    Slip("a lost point", "accelerators", AREA, AREA.replace("826", "82600"), "mm2.value", "10 to 5000 mm2"),
    Slip("a minus", "accelerators", AREA, AREA.replace("826", "-826"), "mm2.value", "10 to 5000 mm2"),
    Slip("not a number", "accelerators", AREA, AREA.replace("826", ".nan"), ".nan", "a finite number"),
    Slip("infinity", "accelerators", AREA, AREA.replace("826", "-.inf"), "-.inf", "a finite number"),
    Slip(
        "too large",
        "accelerators",
        AREA,
        AREA.replace("826", "1e999"),
        "die_area_mm2.value",
        "a finite number",
    ),
    Slip("a word", "accelerators", AREA, AREA.replace("826", "'826'"), "mm2.value", "number"),
    Slip("a bool", "accelerators", AREA, AREA.replace("826", "true"), "mm2.value", "number"),
    Slip(
        "outside its range",
        "accelerators",
        AREA,
        f"{AREA} low: 900,",
        "mm2.value",
        "from its low to its high",
    ),
    Slip("a key twice", "accelerators", AREA, f"{AREA} unit: mm2,", "'unit' again", "each key once"),
    Slip("an anchor", "accelerators", AREA, AREA.replace("{", "&a {"), "the anchor &a", "a plain value"),
    Slip("an alias", "accelerators", AREA, AREA.replace("826", "*a"), "the alias *a", "the value itself"),
    Slip(
        "a tag",
        "accelerators",
        AREA,
        AREA.replace("{", "!!python/name:os.system {"),
        "os.system",
        "a plain value",
    ),
    Slip("a model twice", "accelerators", "model: metax-c550", "model: metax-c500", "model", "each model once"),
    Slip("a model with blanks", "accelerators", "model: metax-c550", "model: C 550", "model", "lower-case"),
    Slip("an unknown source", "accelerators", "source: nv-h", "source: nv-hh", "source", "did you mean 'nv-h'"),
    Slip("a country in words", "accelerators", "country: US", "country: usa", "country", "at most 2 long"),
    Slip("an unknown lifecycle", "accelerators", "end-of-life", "dead", "lifecycle", "'shipping'"),
    Slip("an unknown precision", "accelerators", "precision: tf32", "precision: tf23", "precision", "'tf32'"),
    Slip("integers as floats", "accelerators", "unit: TOP/s", "unit: TFLOP/s", "tflops.unit", "'TOP/s'"),
    Slip("a thirteenth month", "accelerators", "released: 2022-01", "released: 2022-13", "released", "date"),
    Slip("an unknown part", "nodes", H20, H20.replace("20", "02"), "[0].model", "did you mean 'nvidia-h20'"),
    Slip(
        "a CPU for a GPU",
        "nodes",
        H20,
        "model: alibaba-yitian-710, count: 8",
        "[0].model",
        "a known accelerator",
    ),
    Slip("none of a part", "nodes", H20, H20.replace(": 8", ": 0"), "accelerators[0].count", "at least 1"),
    Slip("half a rack", "pods", "count: 12", "count: 1.5", "racks[0].count", "integer"),
    Slip("a million racks", "pods", "count: 12", "count: 1200000000", "racks[0].count", "at most 1e+08"),
    Slip("a source twice", "sources", "key: stasN", "key: stas", "key", "each source once"),
    Slip("an unknown status", "equipment", "status: unverified", "status: guessed", "status", "'assumed'"),
)


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_a_slip_stops_with_file_line_key_and_what_was_expected(folder: Path, slip: Slip) -> None:
    line = spoil(folder, slip.file, slip.old, slip.new)
    told = refusals(folder)
    candidate_losses = [text for text in told if text.startswith(f"{folder / slip.file}.yaml:{line}:")]
    assert any(slip.key in text and slip.expected in text for text in candidate_losses), (line, told)


def test_all_slips_in_all_files_are_told_at_once_and_no_others(folder: Path) -> None:
    spoil(folder, "accelerators", AREA, "die_area_mm2: {value: 826, unit: cm2,")
    spoil(folder, "nodes", "model: nvidia-h20, count: 8", "model: nvidia-h02, count: 8")
    spoil(folder, "optics", "unit: Gb/s", "unit: Tb/s")
    told = refusals(folder)
    assert len(told) == 3, told
    assert "did you mean 'nvidia-h20'" in told[1]


def test_a_table_that_cannot_be_read_is_not_held_against_the_others(folder: Path) -> None:
    spoil(folder, "accelerators", AREA, "die_aera_mm2: {value: 826, unit: mm2,")
    assert all("accelerators.yaml" in text for text in refusals(folder))
    spoil(folder, "sources", "document: ", "paper: ")
    assert all("accelerators.yaml" in text or "sources.yaml" in text for text in refusals(folder))


def test_an_assumed_figure_must_say_why(folder: Path) -> None:
    path = folder / "switches.yaml"
    text = path.read_text(encoding="utf-8")
    spoiled = re.sub(r'(?<=low: 500, high: 1500), note: "[^"]*"', "", text, count=1)
    assert spoiled != text
    path.write_text(spoiled, encoding="utf-8")
    (told,) = refusals(folder)
    assert "power_w" in told
    assert "a note that says why" in told


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "found nothing"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "not UTF-8"),
        (b"- model: x\n  name: [\n", "accelerators.yaml:"),
        (b"model: one\n", "accelerators.yaml:1"),
        (b"[]\n---\n[]\n", "a second document"),
        (b"- " * 60 + b"x\n", "more than 40 levels"),
    ],
    ids=["empty", "binary", "broken", "mapping", "two-documents", "too-deep"],
)
def test_a_file_that_is_no_table_is_refused(folder: Path, content: bytes, expected: str) -> None:
    (folder / "accelerators.yaml").write_bytes(content)
    told = refusals(folder)
    assert any(expected in text for text in told), told


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "pods.yaml").unlink()
    (told,) = refusals(folder)
    assert "pods.yaml" in told
    assert "No such file" in told


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("accelerator: nvidia-h20\n", "accelerator: nvidia-h02\n", "did you mean 'nvidia-h20"),
        ("unit: fraction", "unit: percent", "the unit 'fraction'"),
        ("fraction: {value: 0.869", "fraction: {value: 86.9", "0.01 to 1.1 fraction"),
        ("precision: int8", "precision: bf16", "the unit 'TFLOP/s'"),
    ],
)
def test_a_slip_in_what_others_measured_is_refused(folder: Path, old: str, new: str, expected: str) -> None:
    spoil(folder, "efficiency", old, new)
    with pytest.raises(CatalogueError) as caught:
        measured_gemms(folder)
    told = [str(problem) for problem in caught.value.problems]
    assert any(expected in line and "efficiency.yaml:" in line for line in told), told


# Files of several kinds


def mixed(folder: Path, text: str) -> Path:
    """A file of several kinds in a folder of the catalogue."""
    path = folder / "catalogue" / "maker.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


CPU = """\
sources:
- {key: maker, document: A data sheet, read_on: 2027-01-01}
cpus:
- model: maker-cpu
  name: CPU
  vendor: Maker
  country: SG
  lifecycle: shipping
  cores: {value: 64, unit: cores, source: maker, as_of: 2027-01-01, status: datasheet}
  peaks: []
  memory_gb_per_s: null
  power_w: null
"""


def test_a_file_of_several_kinds_adds_products_and_their_sources(folder: Path) -> None:
    path = mixed(folder, CPU)
    catalogue = load(folder)
    assert catalogue.products["maker-cpu"].declared_at == Location(file=str(path), line=4)
    assert catalogue.sources["maker"].document == "A data sheet"


def test_an_unknown_table_is_refused_with_the_nearest_name(folder: Path) -> None:
    path = mixed(folder, CPU.replace("cpus:", "cpu:"))
    (refused,) = refusals(folder)
    assert refused.startswith(f"{path}:3: ")
    assert "the unknown table 'cpu'" in refused
    assert "cpus" in refused


def test_a_list_is_refused_where_tables_belong(folder: Path) -> None:
    mixed(folder, "- {model: maker-cpu}\n")
    (refused,) = refusals(folder)
    assert "a mapping with some of accelerators" in refused


def test_a_slip_in_a_file_of_several_kinds_is_refused_at_its_line(folder: Path) -> None:
    path = mixed(folder, CPU.replace("unit: cores", "unit: core"))
    (refused,) = refusals(folder)
    assert refused.startswith(f"{path}:9: ")
    assert "the unit 'cores'" in refused


def test_a_model_and_a_source_are_given_once_over_all_files(folder: Path) -> None:
    mixed(folder, CPU.replace("maker-cpu", "huawei-kunpeng-920").replace("key: maker", "key: engineering"))
    told = "\n".join(refusals(folder))
    assert "'huawei-kunpeng-920' again" in told
    assert "the source 'engineering' again" in told
