"""Where a new repository gets petaplan from: a wheel that it keeps, by its hash, or one commit of a git repository."""

import hashlib
import io
import json
import re
import zipfile
from dataclasses import dataclass
from email.parser import Parser
from importlib.metadata import distribution
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from petaplan.capacity.errors import DeclarationError, Problem
from petaplan.infra.provider.version import version
from petaplan.input_files import read_bounded

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_WHEEL_NAME = re.compile(r"petaplan-[0-9][\w.!+]*-py3-none-any\.whl")
_SCHEMES = ("https", "ssh", "file")
_MOST_METADATA_BYTES = 2**20

WHERE = "--package"
EXPECTED = "a wheel of petaplan, or GIT-URL@COMMIT"


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """One line of requirements for petaplan itself, and the wheel that it names, if any."""

    requirement: str
    wheel_name: str = ""
    wheel: bytes = b""


def origin_of(package: str | None) -> Origin:
    """The origin that a command line names, or the one that this petaplan was installed from.

    Raises:
        DeclarationError: when it is no wheel of this version, or no full commit.
    """
    if package is None:
        return _own_origin()
    if package.endswith(".whl") or Path(package).is_file():
        return wheel_at(Path(package))
    return commit_at(package)


def _own_origin() -> Origin:
    """The origin that pip recorded (PEP 610)."""
    recorded = json.loads(distribution("petaplan").read_text("direct_url.json") or "{}")
    url, revision = str(recorded.get("url", "")), recorded.get("vcs_info")
    if revision:
        return commit_at(f"{url}@{revision.get('commit_id', '')}")
    if "archive_info" in recorded and url.startswith("file:"):
        return wheel_at(Path(unquote(urlsplit(url).path)))
    found = f"no such option, and a petaplan installed from {url}" if url else "no such option"
    raise _refused(found, EXPECTED, "`make dist` in a checkout of petaplan builds the wheel")


def commit_at(text: str) -> Origin:
    """One commit of a git repository, such as ``https://host/team/petaplan.git@0123…``.

    Raises:
        DeclarationError: with every reason against it.
    """
    url, _, revision = text.removeprefix("git+").rpartition("@")
    split = _split(url)
    problems = []
    if split is None or split.scheme not in _SCHEMES or len(split.path) < 2 or re.search(r"[\s#?\x00-\x1f]", url):
        advice = f"the URL starts with {', '.join(f'{scheme}://' for scheme in _SCHEMES)}"
        problems.append(Problem(where=WHERE, found=repr(_without_password(text)), expected=EXPECTED, advice=advice))
    elif split.password is not None or (split.scheme == "https" and split.username is not None):
        advice = "a repository keeps no secret: let git ask for it"
        problems.append(Problem(where=WHERE, found="a secret in the URL", expected="a URL without one", advice=advice))
    if url and not _COMMIT.fullmatch(revision):
        expected, advice = "a full commit of 40 hexadecimal digits", "a branch or a tag can move: see `git rev-parse`"
        problems.append(Problem(where=WHERE, found=f"the revision {revision!r}", expected=expected, advice=advice))
    if problems:
        raise DeclarationError(problems)
    return Origin(requirement=f"git+{url}@{revision}")


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _without_password(text: str) -> str:
    return re.sub(r"//[^/@]*@", "//…@", text)


def wheel_at(path: Path) -> Origin:
    """A wheel of this version of petaplan.

    Raises:
        DeclarationError: when it is none.
    """
    try:
        content = read_bounded(path)
    except OSError as error:
        raise _refused(f"{path}: {error.strerror or error}", EXPECTED) from None
    if not _WHEEL_NAME.fullmatch(path.name):
        raise _refused(f"a file {path.name!r}", "petaplan-VERSION-py3-none-any.whl, as it was built")
    name, made = _name_and_version(content, path)
    if (name, made) != ("petaplan", version()):
        found, advice = f"{name} {made} in {path}", "run the petaplan of that wheel"
        raise _refused(found, f"petaplan {version()}, whose templates these are", advice)
    digest = hashlib.sha256(content).hexdigest()
    line = f"./wheels/{path.name} --hash=sha256:{digest}"
    return Origin(requirement=line, wheel_name=path.name, wheel=content)


def _name_and_version(content: bytes, path: Path) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            (entry,) = (one for one in archive.infolist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", one.filename))
            with archive.open(entry) as stream:
                text = stream.read(_MOST_METADATA_BYTES).decode()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, EOFError, OSError):
        raise _refused(f"{path}, which is no wheel", EXPECTED) from None
    head = Parser().parsestr(text, headersonly=True)
    return str(head["Name"]), str(head["Version"])


def _refused(found: str, expected: str, advice: str = "") -> DeclarationError:
    return DeclarationError([Problem(where=WHERE, found=found, expected=expected, advice=advice)])
