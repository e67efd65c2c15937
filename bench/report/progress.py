"""Live progress of a measurement on a terminal; nothing elsewhere."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock

from rich.live import Live
from rich.text import Text

from petaplan.bench.method.run import RunProgress
from petaplan.bench.report import show
from petaplan.reporting.safety import visible


@contextmanager
def progress() -> Iterator[Callable[[RunProgress], None]]:
    """A live line for each measurement under way, with the current estimate and its interval."""
    console = show.console(stderr=True)
    if not console.is_terminal:
        yield _silent
        return
    lines: dict[str, str] = {}
    one_at_a_time = Lock()  # the GPUs of a host are measured together, each from a thread
    with Live(console=console, refresh_per_second=8, transient=True) as live:

        def tell(step: RunProgress) -> None:
            key = f"{step.device} {step.precision}"
            with one_at_a_time:
                if step.row is not None:
                    lines.pop(key, None)
                    live.update(_shown(lines.values()), refresh=True)
                    live.console.print(visible(f"{key}  {show.rate(step.row.sustained)}  {show.state(step.row)}"))
                else:
                    lines[key] = show.progress_line(step)
                live.update(_shown(lines.values()))

        yield tell


def _shown(lines: Iterable[str]) -> Text:
    return Text(visible("\n".join(lines)))


def _silent(step: RunProgress) -> None:
    """Without a terminal no progress is shown."""
