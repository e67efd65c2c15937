"""The second environment of `make test-torch`: PyTorch beside all that .venv has, on disks that have room for it."""

import shutil
from dataclasses import replace

from tools.prepare.checkout import Checkout, say, stamped, write_stamp
from tools.prepare.environment import install_lock, make_venv

NAME = ".venv-torch"
_GIB = 1 << 30
_FREE_GIB = 12
"""Wanted before 5.5 GB are installed from 3 GB of downloads."""


def has_space(checkout: Checkout) -> bool:
    """Whether the environment is there, or there is room for it; the reason is said where not."""
    free = shutil.disk_usage(checkout.root).free
    if (checkout.root / NAME / ".petaplan-torch").exists() or free >= _FREE_GIB * _GIB:
        return True
    say(f"make test-torch: skipped: {free / _GIB:.1f} GiB are free, and PyTorch's environment wants {_FREE_GIB}")
    return False


def prepare_torch(checkout: Checkout) -> Checkout:
    """The same checkout with the second environment, which reads the packages of .venv too."""
    second = replace(checkout, venv_name=NAME)
    make_venv(second)
    install_lock(second, "torch")
    read_the_first(checkout, second)
    return second


def read_the_first(checkout: Checkout, second: Checkout) -> None:
    """A .pth file adds .venv's packages with their own .pth files, such as that of petaplan itself."""
    (theirs,) = (checkout.venv / "lib").glob("python3.*/site-packages")
    (ours,) = (second.venv / "lib").glob("python3.*/site-packages")
    line, place = f"import site; site.addsitedir({str(theirs)!r})\n", ours / "petaplan-venv.pth"
    if not stamped(place, line):
        write_stamp(place, line)
