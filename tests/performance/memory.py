"""Memory of a process, without that of the process that started it."""

from pathlib import Path


def peak_mib() -> float:
    """Most memory that this process had since it began to run its program, MiB.

    ``ru_maxrss`` begins with the size of whoever started the process; the kernel's VmHWM does not.
    """
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (kib,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(kib) / 1024
