"""Settings of a project in Pulumi.yaml: plain, with a default, or with a value; all that Pulumi reads is read."""

from pathlib import Path

import pytest

from petaplan.capacity.verdict.comparison import named_plan
from petaplan.infra.stack_settings import default_inventory, stack_settings


@pytest.mark.parametrize("form", ["{it}", "{{value: {it}}}", "{{default: {it}}}", "{{default: other, value: {it}}}"])
def test_every_form_of_a_setting_is_read(form: str, tmp_path: Path) -> None:
    hub, inventory = form.format(it="plan.yaml"), form.format(it="sqlite:racks.db")
    text = f"name: mine\nruntime: python\nconfig:\n  petaplan:hub: {hub}\n  petaplan:inventory: {inventory}\n"
    (tmp_path / "Pulumi.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {petaplan:phase: first}\n", encoding="utf-8")
    assert named_plan(tmp_path / "Pulumi.yaml", "here") == "plan.yaml"
    assert default_inventory(tmp_path).address == "sqlite:racks.db"
    settings = {"petaplan:hub": "plan.yaml", "petaplan:inventory": "sqlite:racks.db", "petaplan:phase": "first"}
    assert stack_settings("dev", tmp_path) == settings


def test_a_setting_that_is_a_type_alone_has_no_value(tmp_path: Path) -> None:
    text = "name: mine\nruntime: python\nconfig: {petaplan:phase: {type: string}, petaplan:enforce: {secure: x}}\n"
    (tmp_path / "Pulumi.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "Pulumi.dev.yaml").write_text("", encoding="utf-8")
    assert stack_settings("dev", tmp_path) == {}
