"""Reports go to a file or to standard output whole, or not at all."""

from pathlib import Path

import pytest

from petaplan.reporting.document import Document
from petaplan.reporting.publishing import OutputRequest, clashes, publish, publish_texts
from petaplan.reporting.registry import Rendering, ReportKind
from tests.reporting.documents import document


def view(names: list[str], rendering: Rendering) -> Document:
    return document(*names if rendering.everything else names[:1])


KIND = ReportKind(key="test", title="test", command="petaplan test", view=view)


def test_a_report_is_written_to_standard_output_or_to_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(KIND, ["hall-a", "hall-b"])
    assert "hall-a" in capsys.readouterr().out
    publish(KIND, ["hall-a", "hall-b"], output="-", everything=True)
    assert "hall-b" in capsys.readouterr().out
    publish(KIND, ["hall-a", "hall-b"], format="csv", output=tmp_path / "halls.csv")
    assert (tmp_path / "halls.csv").read_text().count("hall-") == 2, "a flat output has every row"
    assert capsys.readouterr().out == ""


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        publish(KIND, ["hall-a"], output=tmp_path / "no" / "halls.txt")
    assert list(tmp_path.iterdir()) == []


def test_a_report_never_takes_the_place_of_what_it_is_about(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text("the plan")
    with pytest.raises(FileExistsError, match="the file that the report is about"):
        publish(KIND, ["hall-a"], output=tmp_path / "x" / ".." / "plan.yaml", reads=(None, plan))
    assert plan.read_text() == "the plan"
    publish(KIND, ["hall-a"], output="-", reads=("-",))


def test_a_full_device_leaves_the_other_files_as_they_were(tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("old")
    texts = [
        (OutputRequest(output="text", path=str(kept)), "new"),
        (OutputRequest(output="csv", path="/dev/full"), "a" * 10_000),
    ]
    with pytest.raises(OSError, match="No space left"):
        publish_texts(KIND, texts)
    assert kept.read_text() == "old"


def test_two_outputs_of_one_place_clash_however_it_is_spelt(tmp_path: Path) -> None:
    requests = [
        OutputRequest(output="text", path=str(tmp_path / "a.txt")),
        OutputRequest(output="csv", path=str(tmp_path / "x" / ".." / "a.txt")),
        OutputRequest(output="json", path="-"),
    ]
    assert [(one.option, one.first) for one in clashes(requests)] == [("--csv", "--text")]
    plan = [("the plan", str(tmp_path / "a.txt"))]
    assert [one.first for one in clashes(requests, plan)] == ["the plan", "the plan"]
