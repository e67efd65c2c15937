"""The start of the bundle of petaplan-bench: it is ``__main__.py`` of the one file.

It checks the host, unpacks the file to a local disk once, and runs petaplan-bench from there. The syntax is that of old
versions of Python, so that one that is too old gets words, too.
"""

import os
import signal

INTERRUPTED = 130
SIGNALS = (signal.SIGINT, signal.SIGTERM)


def listen(handler):
    # type: (Callable[[int, FrameType | None], object]) -> None
    """Handle both signals, but for those that whoever started the process wants ignored."""
    for number in SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)


def end_at_once(_number, _frame):
    # type: (int, FrameType | None) -> NoReturn
    """End in silence while nothing is temporary."""
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    listen(end_at_once)  # before the other imports

import binascii
import hashlib
import platform
import shutil
import sys
import tempfile
import zipfile

if False:  # for the type comments alone
    from collections.abc import Callable, Iterator
    from types import FrameType
    from typing import NoReturn

VERSIONS = ((3, 11), (3, 12), (3, 13))
BAD_INPUT, NOT_MEASURED = 2, 4
PLACES = "PETAPLAN_BENCH_UNPACKED"
"""Environment variable that names the folder to unpack below."""


def main():
    # type: () -> None
    """Check, unpack, run."""
    bundle = os.path.abspath(sys.argv[0])
    refuse(*why_not())
    if "numpy" not in found_modules():
        stop("this Python has no NumPy; use the one that has torch or CuPy: it brings NumPy along", NOT_MEASURED)
    place = unpacked(bundle)
    version = "cp%d%d" % sys.version_info[:2]
    paths = [os.path.join(place, version), os.path.join(place, "common")]
    sys.path[:1] = paths
    above = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(paths + ([above] if above else []))
    if sys.argv[1:] == ["--version"]:
        print("bundle sha256:%s" % digest(bundle))
    from petaplan.bench.__main__ import main as run

    run()


def why_not():
    # type: () -> tuple[str, int]
    """Why this Python or machine cannot run the file, and the exit code; nothing when it can."""
    wanted, machine = read("machine"), platform.machine()
    version = sys.version_info[:2]
    made_by = platform.python_implementation()
    if version not in VERSIONS or made_by != "CPython":
        names = ", ".join("%d.%d" % one for one in VERSIONS)
        found = "%s %d.%d (%s)" % (made_by, version[0], version[1], sys.executable)
        return "found %s; expected CPython %s: start it as `python3.12 FILE`" % (found, names), BAD_INPUT
    if "cp%d%d" % version not in read("pythons").split():
        return "holds %s, not Python %d.%d; take the whole bundle" % (read("pythons"), version[0], version[1]), BAD_INPUT
    if machine != wanted:
        return "found a machine of %s; expected %s: take the bundle of %s" % (machine, wanted, machine), BAD_INPUT
    return "", 0


def found_modules():
    # type: () -> list[str]
    """Which of the host's own libraries are there."""
    from importlib.util import find_spec

    return [name for name in ("numpy", "torch", "cupy") if find_spec(name) is not None]


def read(name):
    # type: (str) -> str
    """One of the notes in the bundle."""
    with zipfile.ZipFile(os.path.abspath(sys.argv[0])) as packed:
        return packed.read(name).decode().strip()


def unpacked(bundle):
    # type: (str) -> str
    """The folder with the content of the bundle: there already, or unpacked now."""
    name = "petaplan-bench-%d-%s" % (os.getuid(), read("content")[:16])
    told = "no folder"
    for parent in parents():
        place = os.path.join(parent, name)
        try:
            if not is_ours(place):
                unpack(bundle, place)
            return place
        except OSError as error:
            told = "%s: %s" % (parent, error.strerror or error)
    stop("cannot be unpacked (%s); name a folder on a local disk with %s" % (told, PLACES), BAD_INPUT)


def parents():
    # type: () -> Iterator[str]
    """Folders to unpack below, the best first: of a local disk, and one that may hold programs."""
    given = os.environ.get(PLACES)
    usual = [tempfile.gettempdir(), "/var/tmp", "/dev/shm", os.path.expanduser("~/.cache")]
    for parent in [given] if given else usual:
        if not os.path.isdir(parent):
            if given:
                stop("%s=%s: is no folder; expected one on a local disk" % (PLACES, given), BAD_INPUT)
            continue
        if given or not os.statvfs(parent).f_flag & getattr(os, "ST_NOEXEC", 8):
            yield parent


def is_ours(place):
    # type: (str) -> bool
    """Whether the folder is there, whole, and nobody else could have written it."""
    if not os.path.lexists(place):
        return False
    found = os.lstat(place)
    if os.path.islink(place) or found.st_uid != os.getuid() or found.st_mode & 0o022:
        raise OSError(1, "%s belongs to somebody else, or others may write it; remove it" % place)
    return is_whole(place)


def is_whole(place):
    # type: (str) -> bool
    """Whether every file is still there: some hosts clean their temporary folder file by file."""
    try:
        with open(os.path.join(place, "whole")) as whole:
            return int(whole.read()) == count(place)
    except (OSError, ValueError):
        return False


def count(place):
    # type: (str) -> int
    """Files that were unpacked; Python adds compiled ones."""
    found = 0
    for folder, _, names in os.walk(place):
        if os.path.basename(folder) != "__pycache__":
            found += len([name for name in names if name != "whole"])
    return found


def unpack(bundle, place):
    # type: (str, str) -> None
    """Unpack beside the folder, then give it its name: two that start at once do not meet. A signal leaves nothing."""
    name = ".petaplan-bench-%s" % binascii.hexlify(os.urandom(8)).decode()
    scratch = os.path.join(os.path.dirname(place), name)
    damaged = scratch + "-damaged"
    try:
        listen(interrupt)
        fill(bundle, scratch)
        if os.path.isdir(place) and not is_whole(place):
            os.rename(place, damaged)
        os.rename(scratch, place)
    except OSError:
        if not is_ours(place):
            raise
        return  # somebody else was quicker
    finally:
        listen(wait)
        for left in (scratch, damaged):
            shutil.rmtree(left, ignore_errors=True)
        listen(end_at_once)
    sys.stderr.write("petaplan-bench: bundle sha256:%s\npetaplan-bench: unpacked to %s\n" % (digest(bundle), place))


def fill(bundle, scratch):
    # type: (str, str) -> None
    """A new folder with the content of the bundle, and a note that it is whole."""
    os.mkdir(scratch, 0o700)
    with zipfile.ZipFile(bundle) as packed:
        packed.extractall(scratch, [name for name in packed.namelist() if name.startswith(("common/", "cp"))])
    with open(os.path.join(scratch, "whole"), "w") as whole:
        whole.write(str(count(scratch)))


def interrupt(_number, _frame):
    # type: (int, FrameType | None) -> NoReturn
    """End, but first take away what is temporary."""
    listen(wait)
    raise KeyboardInterrupt


def wait(_number, _frame):
    # type: (int, FrameType | None) -> None
    """What is temporary is being taken away."""


def digest(bundle):
    # type: (str) -> str
    """SHA-256 of the file."""
    with open(bundle, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def refuse(reason, code):
    # type: (str, int) -> None
    """Stop for a reason, if there is one."""
    if reason:
        stop(reason, code)


def stop(text, code):
    # type: (str, int) -> NoReturn
    """One line, and the exit code."""
    sys.stderr.write("petaplan-bench: this bundle: %s\n" % text)
    sys.exit(code)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        os._exit(INTERRUPTED)
