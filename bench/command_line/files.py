"""Files that commands write."""

import sys
from pathlib import Path

from petaplan.bench.evidence import evidence_file
from petaplan.bench.evidence.record import RunRecord


def keep(evidence: RunRecord, json_path: Path | None, plot: Path | None) -> None:
    """Write the record and its picture; an incomplete record goes beside a whole one and does not replace it."""
    if json_path:
        place = evidence_file.place_for(json_path, evidence)
        evidence_file.write(place, evidence)
        if place != json_path:
            whole = f"{json_path}: holds a whole run and is left as it is"
            print(f"petaplan-bench: {whole}; this incomplete one is in {place}", file=sys.stderr)
            plot = plot.with_suffix(f".incomplete{plot.suffix}") if plot else None
    if plot:
        from petaplan.bench.report import picture

        evidence_file.write_atomically(plot, picture.svg(evidence).encode())
