"""The tone of each verdict, by its word: whoever shows a verdict needs no rule for it."""

from collections.abc import Mapping

from petaplan.reporting.cells import Tone

TONES: Mapping[str, Tone] = {
    "pass": Tone.GOOD,
    "shortfall": Tone.BAD,
    "unknown": Tone.UNKNOWN,
    "warning": Tone.WARNING,
    "review": Tone.NOTE,
}
