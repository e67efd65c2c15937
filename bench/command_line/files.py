"""Files that commands write."""

import sys
from pathlib import Path

from petaplan.bench.evidence import evidence_file
from petaplan.bench.evidence.record import RunRecord
from petaplan.reporting.publishing import STDOUT


def write(path: Path, content: bytes) -> None:
    """Write a file, or standard output for ``-``."""
    if str(path) == STDOUT:
        sys.stdout.write(content.decode())
    else:
        evidence_file.write_atomically(path, content)


def keep(evidence: RunRecord, json_path: Path | None, plot: Path | None) -> None:
    """Write the record and its picture; an incomplete record goes beside a whole one and does not replace it."""
    if json_path and str(json_path) == STDOUT:
        write(json_path, evidence_file.render(evidence))
    elif json_path:
        place = evidence_file.place_for(json_path, evidence)
        evidence_file.write(place, evidence)
        if place != json_path:
            whole = f"{json_path}: holds a whole run and is left as it is"
            print(f"petaplan-bench: {whole}; this incomplete one is in {place}", file=sys.stderr)
            plot = plot.with_suffix(f".incomplete{plot.suffix}") if plot and str(plot) != STDOUT else plot
    if plot:
        from petaplan.bench.report import picture

        write(plot, picture.svg(evidence).encode())
