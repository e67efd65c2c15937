"""The badge: one line with the verdict and the petaflops by date, renewed in a README file."""

from datetime import date
from pathlib import Path

import cmarkgfm

from petaplan.capacity.document.plan import write_yaml
from petaplan.capacity.hub import Hub
from tests.commands import petaplan
from tests.hubs import hub, phase, pod, target

TWO = hub(
    phases=(phase(), phase("second", date(2028, 6, 30))),
    pods=(pod(), pod("pod-2", phase="second")),
    targets=(target(500, phase="second", by=date(2028, 6, 30)),),
)


def gate(folder: Path, plan: Hub, *more: str) -> int:
    (folder / "plan.yaml").write_text(write_yaml(plan), encoding="utf-8")
    return petaplan("gate", "plan.yaml", "--badge", "README.md", *more, cwd=folder).code


def test_the_badge_says_verdict_and_petaflops_by_date(tmp_path: Path) -> None:
    assert gate(tmp_path, TWO) == 0
    start, line, end = (tmp_path / "README.md").read_text(encoding="utf-8").splitlines()
    assert (start, end) == ("<!-- petaplan-badge small -->", "<!-- end of petaplan-badge small -->")
    assert line == ("**small** · ✅ Pass · 288.8 PFLOP/s bf16 by 2027-06-30 · 577.5 PFLOP/s bf16 by 2028-06-30")
    shown = cmarkgfm.github_flavored_markdown_to_html(line)
    assert shown.startswith("<p><strong>small</strong> · ✅ Pass")


def test_only_its_line_is_renewed_and_each_hub_has_its_own(tmp_path: Path) -> None:
    gate(tmp_path, TWO)
    badge = (tmp_path / "README.md").read_text(encoding="utf-8")
    other = badge.replace("petaplan-badge small", "petaplan-badge large")
    (tmp_path / "README.md").write_text(f"# Hubs\n\n{other}\n{badge}\nThe end.", encoding="utf-8")
    assert gate(tmp_path, TWO.replace(targets=(target(9_000),))) == 1
    renewed = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert renewed.startswith(f"# Hubs\n\n{other}\n<!-- petaplan-badge small -->\n**small** · ❌ Shortfall · ")
    assert renewed.endswith("<!-- end of petaplan-badge small -->\n\nThe end.")
    assert gate(tmp_path, TWO) == 0
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == f"# Hubs\n\n{other}\n{badge}\nThe end."


def test_a_file_without_marks_is_left_as_it_is(tmp_path: Path) -> None:
    for text in ("# Mine\n", "<!-- petaplan-badge small -->\n", ""):
        (tmp_path / "README.md").write_text(text, encoding="utf-8")
        assert gate(tmp_path, TWO, "--markdown", "gate.md") == 2
        assert (tmp_path / "README.md").read_text(encoding="utf-8") == text
        assert not (tmp_path / "gate.md").exists()


def test_no_other_output_takes_the_place_of_the_badge(tmp_path: Path) -> None:
    assert gate(tmp_path, TWO, "--markdown", "./README.md") == 2
    assert not (tmp_path / "README.md").exists()
