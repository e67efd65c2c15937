"""Any number of outputs of one judgement: all of them are written, or none."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from petaplan.capacity.report.wanted import GITHUB_LIMIT_BYTES, STDOUT, Output, Wanted, refuse_clashes
from petaplan.capacity.verdict.difference import Difference
from petaplan.capacity.verdict.judgement import Judgement
from petaplan.reporting.files import folders_for, write_together

STEP_SUMMARY_LIMIT_BYTES = 1_000_000
"""A little below the 1 MiB that GitHub grants a step."""


def render(output: Output, judgement: Judgement, difference: Difference | None, markdown_limit_bytes: int) -> str:
    """One output as text."""
    from petaplan.capacity.report.code_quality import write_code_quality
    from petaplan.capacity.report.gate import write_gate_json, write_text
    from petaplan.capacity.report.junit import write_junit
    from petaplan.capacity.report.markdown import write_markdown
    from petaplan.capacity.report.sarif import write_sarif

    writers: Mapping[Output, Callable[[], str]] = {
        Output.TEXT: lambda: write_text(judgement, difference),
        Output.JSON: lambda: write_gate_json(judgement, difference),
        Output.MARKDOWN: lambda: write_markdown(judgement, difference, limit_bytes=markdown_limit_bytes),
        Output.JUNIT: lambda: write_junit(judgement),
        Output.SARIF: lambda: write_sarif(judgement),
        Output.CODE_QUALITY: lambda: write_code_quality(judgement),
        Output.STEP_SUMMARY: lambda: write_markdown(judgement, difference, limit_bytes=STEP_SUMMARY_LIMIT_BYTES),
    }
    return writers[output]()


def write_outputs(
    wanted: Sequence[Wanted],
    judgement: Judgement,
    difference: Difference | None = None,
    *,
    markdown_limit_bytes: int = GITHUB_LIMIT_BYTES,
) -> None:
    """Every output, rendered before the first is written.

    Raises:
        PlanError: when two outputs mean one place.
        OSError: when a file can't be written; then none is.
    """
    refuse_clashes(wanted)
    publish(rendered(wanted, judgement, difference, markdown_limit_bytes))


Texts = Sequence[tuple[Wanted, str]]
"""Outputs with what they say."""


def rendered(
    wanted: Sequence[Wanted], judgement: Judgement, difference: Difference | None, markdown_limit_bytes: int
) -> Texts:
    """Every output as text; nothing is written yet."""
    return [(one, render(one.output, judgement, difference, markdown_limit_bytes)) for one in wanted]


def publish(texts: Texts, others: Sequence[tuple[Path, str]] = ()) -> None:
    """Standard output says what it is to say, then the files take their places together, ``others`` among them.

    Raises:
        OSError: when a file or standard output can't be written; then no file is.
    """

    def say() -> None:
        for one, text in texts:
            if one.path == STDOUT:
                sys.stdout.write(text)
        sys.stdout.flush()

    files = [(Path(one.path), _before(one) + text) for one, text in texts if one.path != STDOUT]
    with folders_for([path for path, _ in (*files, *others)]):
        write_together([*files, *others], say)


def _before(one: Wanted) -> str:
    """What a step has said before stays in its summary."""
    path = Path(one.path)
    return path.read_text(encoding="utf-8") if one.output is Output.STEP_SUMMARY and path.exists() else ""
