"""What a change of the plan does, between files, revisions and hubs."""

import json
import subprocess
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from petaplan.capacity.__main__ import petaplan
from petaplan.capacity.compute import DeclaredTotals
from petaplan.capacity.document.plan import write_json, write_yaml
from petaplan.capacity.errors import PlanError
from petaplan.capacity.findings import Verdict
from petaplan.capacity.hub import Hub
from petaplan.capacity.report.difference import difference_values, write_difference_json, write_difference_markdown
from petaplan.capacity.supply import Budget, Order, Price
from petaplan.capacity.verdict.difference import Difference, difference, side
from tests.hubs import FIRST, hub, phase, pod, target

OLD = hub(targets=(target(100, phase="first"),), pods=(pod(), pod("pod-2")))
NEW = OLD.replace(
    phases=(phase(in_service=date(2027, 7, 28)),),
    pods=(pod(),),
    targets=(target(800, phase="first", by=date(2027, 7, 28)),),
)


def made(old: Hub = OLD, new: Hub = NEW) -> Difference:
    return difference(side("old", old), side("new", new))


def step(change: Difference, quantity: str) -> tuple[object, object, str]:
    (found,) = [one for one in change.changes if one.quantity == quantity]
    return found.before, found.after, found.by


def test_a_plan_is_the_same_as_itself_in_whatever_order() -> None:
    assert made(OLD, OLD.replace(pods=tuple(reversed(OLD.pods)))).same


def test_a_pod_less_is_fewer_petaflops_megawatts_and_racks() -> None:
    change = made()
    before, after, by = step(change, "bf16 dense peak")
    assert isinstance(before, float)
    assert isinstance(after, float)
    assert after == pytest.approx(before / 2)
    assert by.startswith("−")
    assert step(change, "pods") == (2, 1, "−1")
    assert step(change, "racks") == (24, 12, "−12")
    before, after, _ = step(change, "IT power")
    assert isinstance(before, float)
    assert after == pytest.approx(before / 2)


def test_money_is_told_where_a_phase_has_a_budget() -> None:
    price = Price(
        model="huawei-cloudmatrix384-compute-rack", currency="USD", unit_price=2e6, vintage=date(2026, 1, 1), source="q"
    )
    budget = Budget(currency="USD", capex=1e9, prices=(price,))
    priced = OLD.replace(phases=(phase(budget=budget),))
    assert step(made(priced, priced.replace(pods=(pod(),))), "capex") == (48.0, 24.0, "−24")


def test_a_later_day_is_told_in_days() -> None:
    assert step(made(), "in service") == ("2027-06-30", "2027-07-28", "28 days later")
    assert step(made(), "day of target goal")[2] == "28 days later"


def test_findings_that_appear_and_go_are_told_apart() -> None:
    assert [(one["rule"], one["subject"]) for one in made().appeared if one["verdict"] == Verdict.SHORTFALL] == [
        ("PF-001", "goal")
    ]
    assert made().verdicts == ("pass", "shortfall")
    back = made(NEW, OLD)
    assert [one["rule"] for one in back.gone if one["verdict"] == Verdict.SHORTFALL] == ["PF-001"]


def test_objects_are_told_by_name_down_to_the_field() -> None:
    fewer = pod(count=8)
    change = made(OLD, OLD.replace(pods=(fewer, pod("pod-3", count=3, feeds=("feed-a",)))))
    told = {(one.name, one.how): one.fields for one in change.objects}
    assert told["pod-1", "changed"] == (("racks[compute].count", "12", "8"),)
    assert set(told) == {("pod-1", "changed"), ("pod-2", "removed"), ("pod-3", "added")}


def test_what_came_and_went_is_told_before_what_follows_from_it() -> None:
    other = pod("pod-3", count=3, feeds=("feed-a",))
    change = made(OLD, OLD.replace(halls=(OLD.halls[0].replace(rack_positions=90),), pods=(pod(count=8), other)))
    told = [(one.how, one.name) for one in change.objects]
    assert told == [("removed", "pod-2"), ("added", "pod-3"), ("changed", "pod-1"), ("changed", "hall")]
    shown = write_difference_markdown(change, limit_bytes=65_536)
    assert shown.index("− pods pod-2") < shown.index("\\~ halls hall: rack\\_positions 100 → 90")


def test_an_object_within_another_is_told_field_by_field_when_it_comes_or_goes() -> None:
    declared = OLD.replace(phases=(phase(declared=DeclaredTotals(racks=24, accelerators=768)),))
    (gone,) = made(declared, OLD).objects
    assert gone.fields == (("declared.racks", "24", "—"), ("declared.accelerators", "768", "—"))


def test_items_of_a_list_are_told_by_what_tells_them_apart_and_never_as_programs_write_them() -> None:
    one = Order(item="switchgear", ordered=FIRST, lead_weeks=30, commissioning_weeks=4, source="a test")
    other = one.replace(item="chillers", lead_weeks=40)
    before, after = (one, other), (one.replace(lead_weeks=31), other)
    (change,) = made(*(OLD.replace(phases=(phase(orders=orders),)) for orders in (before, after))).objects
    assert change.fields == (("orders[switchgear].lead_weeks", "30", "31"),)
    twins = (one, one.replace(lead_weeks=31))
    (change,) = made(*(OLD.replace(phases=(phase(orders=orders),)) for orders in ((), twins))).objects
    assert not any(sign in part for field in change.fields for part in field for sign in "{}'")
    assert ("orders[2].lead_weeks", "—", "31") in change.fields


def test_a_phase_that_only_one_plan_has_is_new_or_gone() -> None:
    two = OLD.replace(phases=(*OLD.phases, phase("second", date(2028, 6, 30))))
    news = [one for one in made(OLD, two).changes if one.phase == "second"]
    assert {one.by for one in news} == {"new"}
    assert {one.by for one in made(two, OLD).changes if one.phase == "second"} == {"gone"}


def test_two_hubs_are_no_change_of_one() -> None:
    with pytest.raises(PlanError, match=r"found the hubs 'small' and 'large'; expected two plans of one hub"):
        made(OLD, NEW.replace(name="large"))


def test_the_same_two_plans_give_the_same_bytes_of_the_known_schema() -> None:
    assert write_difference_json(made()) == write_difference_json(made())
    file = Path("capacity/data/schemas/gate-2.json")
    schema = json.loads(file.read_text(encoding="utf-8"))
    part = {"$ref": "#/$defs/difference", "$defs": schema["$defs"]}
    assert not list(Draft202012Validator(part).iter_errors(json.loads(json.dumps(difference_values(made())))))


def test_the_markdown_is_a_comment_with_a_table() -> None:
    text = write_difference_markdown(made(), limit_bytes=65_536)
    assert text.startswith("<!-- petaplan-diff small -->")
    shown = MarkdownIt("commonmark").enable("table").render(text)
    assert "<td>racks</td>" in shown
    assert shown.count("<details>") == shown.count("</details>")


def command(*arguments: str) -> int:
    return petaplan(arguments)


@pytest.fixture
def plans(tmp_path: Path) -> tuple[str, str]:
    old, new = tmp_path / "old.yaml", tmp_path / "new.json"
    old.write_text(write_yaml(OLD), encoding="utf-8")
    new.write_text(write_json(NEW), encoding="utf-8")
    return str(old), str(new)


def test_exit_codes_are_those_of_kubectl(
    plans: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert command("diff", plans[0], plans[0]) == 0
    assert "no difference" in capsys.readouterr().out
    assert command("diff", *plans) == 1
    assert "28 days later" in capsys.readouterr().out
    newer = tmp_path / "newer.yaml"
    newer.write_text(write_yaml(OLD).replace("petaplan: 1", "petaplan: 9"), encoding="utf-8")
    cut = tmp_path / "cut.json"
    cut.write_text(write_json(OLD)[:500], encoding="utf-8")
    large = tmp_path / "large.yaml"
    large.write_text(write_yaml(OLD.replace(name="large")), encoding="utf-8")
    for bad, words in (
        (newer, "the plan is newer than this petaplan: upgrade"),
        (cut, "cut.json:"),
        (large, "expected two plans of one hub"),
    ):
        written = tmp_path / "diff.json"
        assert command("diff", plans[0], str(bad), "--format", "json", "-o", str(written)) == 2
        said = capsys.readouterr()
        assert words in said.err
        assert said.out == ""
        assert not written.exists()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a plan on main, and one pod less on a branch."""
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    git("init", "--quiet", "--initial-branch=main")
    for text, branch in ((write_yaml(OLD), "main"), (write_yaml(NEW), "change")):
        if branch != "main":
            git("checkout", "--quiet", "-b", branch)
        (folder / "plan.yaml").write_text(text, encoding="utf-8")
        git("add", "plan.yaml")
        git("commit", "--quiet", "--message", branch)
    return folder


def git(*arguments: str) -> str:
    identity = ["-c", "user.name=Planner", "-c", "user.email=planner@example.invalid", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *identity, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("spelt", ["main..change", "main..HEAD", "main...change", "main..", "main"])
def test_revisions_are_compared_as_they_were_committed(
    spelt: str, repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("diff", spelt, "plan.yaml", "--format", "json") == 1
    told = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in told["objects"] if one["how"] == "removed"] == ["pod-2"]
    assert len(git("worktree", "list").splitlines()) == 1
    assert git("status", "--porcelain") == ""


def test_a_module_is_evaluated_at_each_revision(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / "mine.py").write_text(
        "from capacity.document.plan import read\n\ndef hub():\n    return read('plan.yaml')\n", encoding="utf-8"
    )
    git("add", "mine.py")
    git("commit", "--quiet", "--message", "module")
    (repository / "plan.yaml").write_text(write_yaml(OLD), encoding="utf-8")
    git("commit", "--quiet", "--all", "--message", "back")
    (repository / "Pulumi.yaml").write_text("config: {petaplan:hub: {default: mine.py:hub}}\n", encoding="utf-8")
    assert command("diff", "HEAD~1..HEAD", "--format", "json") == 1
    assert [one["name"] for one in json.loads(capsys.readouterr().out)["objects"] if one["how"] == "added"] == ["pod-2"]


def test_a_folder_of_petaplan_s_name_makes_no_revision_of_petaplan(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / "capacity").mkdir()
    for name in ("__init__.py", "check.py"):
        (repository / "capacity" / name).write_text("check = None\n", encoding="utf-8")
    git("add", "capacity")
    git("commit", "--quiet", "--message", "another petaplan")
    assert command("diff", "main..HEAD", "plan.yaml") == 1
    assert "Both sides judged by petaplan " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere..HEAD", "plan.yaml"), "nowhere: found"),
        (("main..HEAD", "other.yaml"), "other.yaml"),
        (("main..HEAD",), "expected a plan that Pulumi.yaml names"),
        (("nowhere", "plan.yaml"), "nowhere:1: found No such file"),
        (("plan.yaml",), "expected a second plan, or a range of revisions such as main..HEAD"),
    ],
    ids=["revision", "plan", "no plan", "no file", "one plan"],
)
def test_what_cannot_be_compared_is_bad_input(
    arguments: tuple[str, ...],
    words: str,
    repository: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command("diff", *arguments) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""


MEETING = """
from pathlib import Path
from time import monotonic, sleep
from petaplan.capacity.document.source import read_hub

def hub():
    Path("{own}").touch()
    end = monotonic() + 120
    while not Path("{other}").exists():
        assert monotonic() < end, "the other plan is not read at the same time"
        sleep(0.02)
    return read_hub("plan.yaml")
"""


def test_two_plans_in_python_are_read_at_the_same_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each waits until the other is read as well, so one after the other would never end well."""
    monkeypatch.chdir(tmp_path)
    Path("plan.yaml").write_text(write_yaml(OLD), encoding="utf-8")
    Path("one.py").write_text(MEETING.format(own="first", other="second"), encoding="utf-8")
    Path("two.py").write_text(MEETING.format(own="second", other="first"), encoding="utf-8")
    assert petaplan(["diff", "one:hub", "two:hub"]) == 0, capsys.readouterr().err
