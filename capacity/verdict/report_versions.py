"""Reports of earlier versions, in the words of this one."""

from typing import Any

from petaplan.capacity.report.json import KEY, VERSION

OLD_VERDICTS = {"question": "review"}
"""Verdicts that version 1 of a report calls by another name."""


def is_old(report: dict[str, Any]) -> bool:
    """Whether an earlier version of petaplan wrote the report."""
    return int(report[KEY]) < VERSION


def in_current_words(report: dict[str, Any]) -> dict[str, Any]:
    """The report as this version would write it.

    >>> in_current_words({KEY: 1, "findings": [{"rule": "CNT-001", "verdict": "question"}]})["findings"]
    [{'rule': 'CNT-001', 'verdict': 'review'}]
    """
    if not is_old(report):
        return report
    findings = [{**one, "verdict": OLD_VERDICTS.get(one["verdict"], one["verdict"])} for one in report["findings"]]
    return {**report, KEY: VERSION, "findings": findings}
