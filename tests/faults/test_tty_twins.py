"""Names of ASCII that look alike are told in every way in, and numbered names are not."""

import json
from pathlib import Path

import pytest

from petaplan.capacity.document.plan import write_json
from petaplan.reporting.lookalikes import twins
from tests.commands import petaplan
from tests.hubs import hub, pod

PAIRS = [("pod-1", "pod-l"), ("pod-0", "pod-o"), ("barn", "bam"), ("row-10", "row-lo"), ("cornrn", "commm")]


@pytest.mark.parametrize(("one", "other"), PAIRS[:4])
def test_twins_are_told_by_check_and_gate(one: str, other: str, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(
        write_json(hub(pods=(pod(one, count=4), pod(other, count=4)))), encoding="utf-8"
    )
    said = petaplan("check", "plan.json", cwd=tmp_path)
    told = f"{one!r} and {other!r} look alike"
    assert said.err.count("look alike") == 1 and told in said.err, said.err
    for output in ("text", "markdown", "json", "sarif", "junit", "code-quality", "csv"):
        written = petaplan("gate", "plan.json", f"--{output}", "-", cwd=tmp_path).out
        assert "NAM-001" in written, output
    report = json.loads(petaplan("gate", "plan.json", "--json", "-", cwd=tmp_path).out)["report"]
    (found,) = [finding for finding in report["findings"] if finding["rule"] == "NAM-001"]
    assert (found["verdict"], found["subject"], told in found["hint"]) == ("warning", other, True)


def test_numbered_names_are_no_twins(tmp_path: Path) -> None:
    assert twins([*(f"pod-{at}" for at in range(1, 200)), "rack-m", "rack-n", "a-b", "ab", "modern", "modem2"]) == []
    plan = hub(pods=tuple(pod(f"pod-{at}", count=1) for at in range(1, 13)))
    (tmp_path / "plan.json").write_text(write_json(plan), encoding="utf-8")
    assert "look alike" not in petaplan("check", "plan.json", cwd=tmp_path).err
    assert "NAM-001" not in petaplan("gate", "plan.json", "--json", "-", cwd=tmp_path).out


def test_runs_references_and_renames_are_told(tmp_path: Path) -> None:
    (rack,) = pod(count=2).racks
    runs = hub(pods=(pod(racks=(rack.replace(name="run-1"), rack.replace(name="run-l"))),))
    (tmp_path / "runs.json").write_text(write_json(runs), encoding="utf-8")
    assert "'run-1' and 'run-l' look alike" in petaplan("gate", "runs.json", cwd=tmp_path).out.replace("\n", " ")
    plan = json.loads(write_json(hub(pods=(pod("pod-1"),))))
    plan["pods"][0]["feeds"] = ["feed-a", "feed-b"]
    plan["halls"][0]["name"] = "ha1l"
    (tmp_path / "wrong.json").write_text(json.dumps(plan), encoding="utf-8")
    said = petaplan("check", "wrong.json", cwd=tmp_path)
    assert said.code == 2 and "'hall' and 'ha1l' look alike" in said.err, said.err
    for name, pod_name in (("old.json", "pod-1"), ("new.json", "pod-l")):
        (tmp_path / name).write_text(write_json(hub(pods=(pod(pod_name),))), encoding="utf-8")
    said = petaplan("gate", "new.json", "--base", "old.json", "--markdown", "-", cwd=tmp_path)
    assert "pod-1 → pod-l (they look alike)" in said.out


def test_a_waiver_accepts_names_that_look_alike(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(write_json(hub(pods=(pod("pod-1"), pod("pod-l")))), encoding="utf-8")
    waiver = "{finding: NAM-001, subject: pod-l, owner: P, reason: old, expires: 2099-01-01}"
    (tmp_path / "waivers.yaml").write_text(f"petaplan_waivers: 1\nwaivers:\n- {waiver}\n", encoding="utf-8")
    written = petaplan("gate", "plan.json", "--waivers", "waivers.yaml", "--json", "-", cwd=tmp_path).out
    (found,) = [one for one in json.loads(written)["report"]["findings"] if one["rule"] == "NAM-001"]
    assert found["status"] == "waived"
