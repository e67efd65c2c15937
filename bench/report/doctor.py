"""What this host can measure, what it cannot, and what to do about it."""

from collections.abc import Iterator, Sequence

from petaplan.bench.devices.common import registry
from petaplan.bench.devices.common.kind import HostCheck
from petaplan.bench.evidence import host
from petaplan.bench.method import run
from petaplan.bench.report.cells import WIDTH
from petaplan.reporting.cells import Status, Text, Tone
from petaplan.reporting.document import Column, Document, Row, Section, Table
from petaplan.reporting.registry import Rendering, ReportKind

COLUMNS = (
    Column(key="state", title="state"),
    Column(key="what", title="what"),
    Column(key="text", title="found", wraps=True),
)
_TONES = {"good": Tone.GOOD, "warning": Tone.WARNING, "absent": Tone.QUIET}


def examine() -> Iterator[HostCheck]:
    """Every check of this host that affects which figures it can give, and their quality."""
    yield from _figures()
    for look in dict.fromkeys(kind.examine for kind in registry.kinds() if kind.examine):
        yield from look()
    yield from _environment()
    ray = host.installed("ray")
    yield HostCheck(what="ray", state="good" if ray else "absent", text=f"ray {ray}" if ray else "extra `ray`")


def _figures() -> Iterator[HostCheck]:
    """A line for each device with its precisions, as a run would find them."""
    found = run.survey()
    for description in found.described:
        precisions = ", ".join(description.measurable) or "none"
        yield HostCheck(
            what=description.device.key,
            state="good" if description.measurable else "warning",
            text=f"{description.device.model}: measures {precisions}",
        )
        reasons: dict[str, list[str]] = {}
        for precision, reason in description.not_measurable.items():
            reasons.setdefault(reason.replace(f" {precision} ", " it "), []).append(precision)
        for reason, precisions_without in reasons.items():
            yield HostCheck(what="", state="absent", text=f"{', '.join(precisions_without)}: {reason}")
    for gap in found.missing:
        yield HostCheck(what=gap.what, state="absent", text=gap.reason)


def _environment() -> Iterator[HostCheck]:
    for name, value in host.arithmetic_environment().items():
        text = "it changes arithmetic, threads or library choice and is kept in the record"
        yield HostCheck(what=f"{name}={value}", state="warning", text=text)


def doctor_document(signs: Sequence[HostCheck], _rendering: Rendering) -> Document:
    """A row for each sign."""
    rows = [
        Row(
            cells={
                "state": Status(key=sign.state, tone=_TONES[sign.state]),
                "what": Text(sign.what),
                "text": Text(sign.text),
            }
        )
        for sign in signs
    ]
    section = Section(key="doctor", blocks=(Table(key="signs", columns=COLUMNS, rows=rows),))
    return Document(key="doctor", name="", sections=(section,), pipe_width=WIDTH)


DOCTOR: ReportKind[Sequence[HostCheck]] = ReportKind(
    key="doctor", title="what this host can measure", command="petaplan-bench doctor", view=doctor_document
)
