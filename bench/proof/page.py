"""The page of a proof: each claim with its verdict, then what was found, and what was given up."""

from petaplan.bench.proof.claims import Answer, first_words
from petaplan.bench.proof.whole import Proof
from petaplan.bench.report.cells import WIDTH, lines
from petaplan.reporting.cells import Status, Text, Tone
from petaplan.reporting.document import Column, Document, Lines, Row, Section, Table
from petaplan.reporting.registry import Rendering, ReportKind

CLAIM_COLUMNS = (
    Column(key="claim", title="claim", matters=True),
    Column(key="verdict", title="verdict", matters=True),
    Column(key="text", title="what docs/bench.md says", wraps=True, matters=True),
    Column(key="found", title="found", wraps=True),
)
FINDING_COLUMNS = (
    Column(key="claim", title="claim"),
    Column(key="device", title="device"),
    Column(key="verdict", title="verdict"),
    Column(key="text", title="found", wraps=True),
)
_TONES = {"proved": Tone.GOOD, "refuted": Tone.BAD, "not asked": Tone.QUIET}


def proof_document(proof: Proof, _rendering: Rendering) -> Document:
    """Claims, findings, and what was given up for time."""
    claims = Table(key="claims", columns=CLAIM_COLUMNS, rows=[_claim(answer) for answer in proof.answers])
    rows = [
        Row(
            cells={
                "claim": Text(finding.claim),
                "device": Text(finding.device),
                "verdict": Status(key=finding.verdict, tone=_TONES[finding.verdict]),
                "text": Text(finding.text),
            }
        )
        for finding in proof.findings
    ]
    findings = Table(key="findings", columns=FINDING_COLUMNS, rows=rows, keys=2)
    sections = (
        Section(key="claims", blocks=(Lines(cells=lines(_head(proof))), claims)),
        Section(key="findings", blocks=(findings, Lines(cells=lines([f"given up: {t}" for t in proof.given_up])))),
    )
    return Document(key="proof", name="", sections=sections, pipe_width=WIDTH)


def _head(proof: Proof) -> list[str]:
    devices = [f"{d.device.key}: {d.device.model}, {d.device.software.identity}" for d in proof.devices]
    asked = f"{proof.seconds:.0f} s of {proof.request.seconds:.0f} s"
    counts = [f"{sum(a.verdict == verdict for a in proof.answers)} {verdict}" for verdict in _TONES]
    stopped = ["interrupted: what came later was not asked"] if proof.interrupted else []
    return [*devices, f"{', '.join(counts)}; {asked}", *stopped]


def _claim(answer: Answer) -> Row:
    told = [f for f in answer.findings if f.verdict == answer.verdict]
    found = first_words((f"{f.device}: {f.text}" for f in told), 2) if told else "no device could be asked"
    return Row(
        cells={
            "claim": Text(answer.claim.id),
            "verdict": Status(key=answer.verdict, tone=_TONES[answer.verdict]),
            "text": Text(answer.claim.text),
            "found": Text(found),
        }
    )


PROOF: ReportKind[Proof] = ReportKind(
    key="proof", title="claims proved on a device", command="petaplan-bench prove", view=proof_document
)
