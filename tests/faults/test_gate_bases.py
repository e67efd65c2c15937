"""GATE-03, GATE-09: a verdict is given, whatever base there is, and says what could not be compared."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from petaplan.capacity.document.plan import write_yaml
from tests.commands import petaplan
from tests.hubs import pod, target
from tests.repository import GATE_SCHEMA, PLAN, Repository, changed_repository, head


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return changed_repository(tmp_path / "hub")


def broken(text: str) -> str:
    return text.replace("pflops: 50", "pflops: -1")


BEFORE = {
    "broken": broken(write_yaml(PLAN)),
    "no plan at all": "hello: 1\n",
    "another hub": write_yaml(PLAN.replace(name="other")),
}


@pytest.mark.sample(4)
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("lacks", "no file plan.yaml at that revision"),
        ("elsewhere", "it was old/plan.yaml there"),
        ("broken", "-1"),
        ("no plan at all", "petaplan"),
        ("another hub", "'other'"),
    ],
)
@pytest.mark.parametrize("falls_short", [False, True])
def test_gate_03_a_base_that_cannot_be_compared_leaves_the_verdict_on_the_change(
    tmp_path: Path, name: str, words: str, *, falls_short: bool
) -> None:
    made = Repository(tmp_path / "hub")
    if name == "elsewhere":
        made.commit(PLAN, "old/plan.yaml")
        (made.folder / "old" / "plan.yaml").unlink()
    else:
        made.commit(BEFORE.get(name))
    made.git("checkout", "--quiet", "-b", "change")
    made.commit(PLAN.replace(targets=(target(9_000, phase="first"),)) if falls_short else PLAN)
    code, comment = made.comment("--no-weakening")
    assert code == (1 if falls_short else 0)
    assert "Not compared: small has no base in main" in head(comment)
    assert words in head(comment)
    report = json.loads(made.gate("--json", "-").out)
    Draft202012Validator(GATE_SCHEMA).validate(report)
    assert report["weakening"]["compared"] is False


@pytest.mark.parametrize("base", ["0" * 40, "main"])
def test_gate_03_the_first_change_of_a_new_repository_gets_a_verdict(tmp_path: Path, base: str) -> None:
    made = Repository(tmp_path / "hub")
    made.git("checkout", "--quiet", "-b", "change")
    made.write(PLAN)
    code, comment = made.comment(base=base)
    assert code == 0
    assert "no commit yet" in head(comment)


def test_gate_03_a_plan_that_is_named_as_the_base_and_is_broken_is_told(tmp_path: Path) -> None:
    for name, text in (("old.yaml", broken(write_yaml(PLAN))), ("new.yaml", write_yaml(PLAN))):
        (tmp_path / name).write_text(text, encoding="utf-8")
    said = petaplan("gate", "new.yaml", "--base", "old.yaml", "--markdown", "-", cwd=tmp_path)
    assert said.code == 0
    assert "Not compared: small has no base in old.yaml" in head(said.out)


def test_gate_09_the_merge_base_is_the_base_where_three_dots_ask_for_it(repository: Repository) -> None:
    repository.commit(PLAN.replace(pods=(pod(), pod("pod-2"), pod("pod-3"))))
    repository.git("checkout", "--quiet", "main")
    repository.commit(PLAN.replace(targets=()))
    repository.git("checkout", "--quiet", "change")
    assert "+ pods pod-3" in repository.gate(base="main...").out
    assert "targets goal" not in repository.gate(base="main...").out
    assert "targets goal" in repository.gate(base="main").out
    assert "pods pod-3" in repository.gate(base="main...change").out


def test_a_plan_is_found_at_its_base_from_any_folder_and_by_any_name(tmp_path: Path) -> None:
    made = Repository(tmp_path / "a hub", "the plans/my plan.yaml")
    made.commit(PLAN)
    made.git("tag", "--annotate", "--message", "v", "v1")
    made.write(PLAN.replace(targets=()))
    (tmp_path / "a hub" / "other folder").mkdir()
    for folder, plan in (
        (made.folder, made.plan),
        (made.folder / "the plans", "my plan.yaml"),
        (made.folder / "other folder", "../the plans/my plan.yaml"),
        (tmp_path, str(made.folder / made.plan)),
    ):
        said = petaplan("gate", plan, "--base", "v1", cwd=folder)
        assert "weaker target targets goal: 50 PFLOP/s → removed" in said.out, (folder, plan, said)


def test_a_plan_in_a_submodule_is_compared_with_the_revisions_of_the_submodule(tmp_path: Path) -> None:
    inner, outer = Repository(tmp_path / "inner"), Repository(tmp_path / "outer")
    inner.commit(PLAN)
    outer.git("submodule", "--quiet", "add", str(inner.folder), "plans")
    outer.commit()
    (outer.folder / "plans" / "plan.yaml").write_text(write_yaml(PLAN.replace(targets=())), encoding="utf-8")
    assert "weaker target targets goal" in outer.gate(plan="plans/plan.yaml").out


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("nothing", "no such revision"),
        ("shallow", "this clone, which is shallow"),
        ("bare", "a bare repository"),
        ("tree", "an object of git that is no commit"),
        ("unrelated", "no commit in common"),
    ],
)
def test_a_base_that_does_not_exist_is_bad_input_in_clear_words(
    repository: Repository, tmp_path: Path, case: str, words: str
) -> None:
    folder, base = repository.folder, "nothing"
    if case == "shallow":
        base = repository.git("rev-parse", "HEAD")
        repository.commit(PLAN)
        folder = tmp_path / "clone"
        repository.git("clone", "--quiet", "--depth=1", f"file://{repository.folder}", str(folder))
    if case == "bare":
        folder, base = tmp_path / "bare", "main"
        repository.git("clone", "--quiet", "--bare", str(repository.folder), str(folder))
        (folder / "plan.yaml").write_text(write_yaml(PLAN), encoding="utf-8")
    if case == "tree":
        base = "blob"
        repository.git("tag", "blob", "HEAD^{tree}")
    if case == "unrelated":
        base = "alone..."
        repository.git("checkout", "--quiet", "--orphan", "alone")
        repository.commit(PLAN.replace(targets=()))
        repository.git("checkout", "--quiet", "change")
    said = petaplan("gate", "plan.yaml", "--base", base, "--markdown", "c.md", cwd=folder)
    assert said.code == 2, said
    assert words in said.err
    assert not (folder / "c.md").exists()


def line_of(repository: Repository, name: str) -> int:
    lines = (repository.folder / repository.plan).read_text(encoding="utf-8").splitlines()
    return lines.index(f"- name: {name}") + 1


def test_gate_15_a_new_finding_stands_at_the_object_that_changed(repository: Repository) -> None:
    feeds = tuple(one.replace(rated_current_a=5) if one.name == "feed-a" else one for one in PLAN.feeds)
    repository.write(PLAN.replace(feeds=feeds))
    report = json.loads(repository.gate("--json", "-", "--sarif", "gate.sarif").out)["report"]
    found = [one for one in report["findings"] if one["rule"] == "PWR-002" and one["verdict"] == "shortfall"]
    assert found
    for one in found:
        assert one["declared_at"] == f"plan.yaml:{line_of(repository, 'feed-a')}"
        assert "The change is in feeds feed-a" in one["hint"]
    (run,) = json.loads((repository.folder / "gate.sarif").read_text(encoding="utf-8"))["runs"]
    lines = {
        one["locations"][0]["physicalLocation"]["region"]["startLine"]
        for one in run["results"]
        if one["ruleId"] == "PWR-002"
    }
    assert lines == {line_of(repository, "feed-a")}


def test_a_finding_whose_own_subject_changed_stays_where_it_is(repository: Repository) -> None:
    repository.write(PLAN.replace(targets=(target(9_000, phase="first"),)))
    report = json.loads(repository.gate("--json", "-").out)["report"]
    (found,) = [one for one in report["findings"] if one["rule"] == "PF-001"]
    assert found["declared_at"] == f"plan.yaml:{line_of(repository, 'goal')}"
    assert "The change is in" not in found["hint"]


def test_a_first_change_is_not_refused_for_the_settings_of_its_new_stack(tmp_path: Path) -> None:
    made = Repository(tmp_path / "hub")
    made.commit()
    made.git("checkout", "--quiet", "-b", "change")
    made.write(PLAN)
    made.write("name: hub\nruntime: python\n", "Pulumi.yaml")
    made.write("config:\n  petaplan:enforce: warn\n", "Pulumi.dev.yaml")
    code, comment = made.comment("--no-weakening")
    assert code == 0
    assert "❔ changed | setting | stack dev.petaplan:enforce | not given | warn" in head(comment)
