"""IO: a document with hundreds of thousands of faults is refused within bounded memory."""

import subprocess
import sys

import pytest

from tests.commands import ROOT

MOST_MIB = 300

# A process of its own starts the command: Linux counts the size of who starts a process as memory of that process.
STARTER = (
    "import sys; from tests.performance.refusing import KINDS, refused; print(refused(KINDS[sys.argv[1]]).peak_mib)"
)


@pytest.mark.parametrize("kind", ["unknown fields of one row", "rows with nothing but a name"])
def test_two_hundred_thousand_faults_take_bounded_memory(kind: str) -> None:
    done = subprocess.run([sys.executable, "-c", STARTER, kind], cwd=ROOT, capture_output=True, text=True, check=True)
    assert float(done.stdout) <= MOST_MIB
