"""The Pulumi CLI: the user's own, else the official installer's, else built from pinned Go modules."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from tools.prepare.checkout import Checkout, NotReady, fingerprint, say, write_stamp
from tools.prepare.step import Step, clock, run

OLDEST = (3, 200)
"""The oldest CLI whose engine knows everything that Pulumi.yaml and the provider use."""

OLDEST_GO = (1, 21)
"""The oldest Go that fetches by itself the version that tools/go.mod asks for."""

SDK = "github.com/pulumi/pulumi/sdk/v3"

INSTALL = """
import socket, sys
from semver import VersionInfo
from pulumi.automation import PulumiCommand
socket.setdefaulttimeout(5)
PulumiCommand.install(root=sys.argv[1], version=VersionInfo.parse(sys.argv[2]))
"""
"""The official installer, as the SDK runs it; a server that cannot be reached is given up within seconds."""

INSTALL_LIMIT_SECONDS = 240

GET_GO = (
    "install Go 1.26 (go.dev/dl) or the Pulumi CLI itself (pulumi.com/docs/iac/download-install), then run make again"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Engine:
    """A Pulumi CLI that works, and how we came by it."""

    pulumi: Path
    version: str
    origin: str
    """PATH, installer or built."""
    key: str
    """What was true when it was found: while that stands, nothing is looked for again."""


def known_engine(checkout: Checkout) -> Engine | None:
    """The CLI that was found or made before, while it is still there."""
    known = _remembered(checkout)
    return known if known is not None and known.key == _key(checkout) and known.pulumi.exists() else None


def _key(checkout: Checkout) -> str:
    return fingerprint(str(checkout.tools), _identity(_on_path(checkout)), *_module_files(checkout))


def prepare_engine(checkout: Checkout) -> Engine:
    """The CLI that was found or made before, else a new one."""
    known = known_engine(checkout)
    if known is not None:
        return known
    own, key = _on_path(checkout), _key(checkout)
    engine = _from_path(own, key) or _from_installer(checkout, key) or _from_go_modules(checkout, key)
    write_stamp(checkout.tools / "engine.json", json.dumps(asdict(engine), default=str))
    return engine


def pinned_version(checkout: Checkout) -> str:
    """The engine's version in tools/go.mod, such as 3.259.0."""
    modules = (checkout.root / "tools" / "go.mod").read_text(encoding="utf-8")
    found = re.search(rf"{re.escape(SDK)} v(\S+)", modules)
    if found is None:
        raise NotReady(f"tools/go.mod names no version of {SDK}: restore it from git")
    return found[1]


def version_of(text: str) -> tuple[int, ...]:
    """The numbers of a version, as Pulumi and Go print it; empty when there are none.

    >>> version_of("v3.259.0"), version_of("go version go1.26.8 linux/amd64")
    ((3, 259, 0), (1, 26, 8))
    """
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    return tuple(int(part) for part in found.groups() if part) if found else ()


def _remembered(checkout: Checkout) -> Engine | None:
    try:
        kept = json.loads((checkout.tools / "engine.json").read_text(encoding="utf-8"))
        return Engine(**{**kept, "pulumi": Path(kept["pulumi"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _on_path(checkout: Checkout) -> Path | None:
    """The user's own pulumi: .tools/bin may be on PATH too (`make env`), and is not theirs."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    theirs = [folder for folder in folders if not Path(folder).is_relative_to(checkout.tools)]
    found = shutil.which("pulumi", path=os.pathsep.join(theirs))
    return Path(found) if found else None


def _identity(program: Path | None) -> str:
    if program is None:
        return "none"
    status = program.stat()
    return f"{program} {status.st_mtime_ns} {status.st_size}"


def _module_files(checkout: Checkout) -> tuple[Path, ...]:
    folders = (checkout.root / "tools", checkout.root / "tools" / "python-host")
    return tuple(folder / name for folder in folders for name in ("go.mod", "go.sum"))


def _from_path(own: Path | None, key: str) -> Engine | None:
    """The user's own CLI, unless it is too old or comes without its Python half; then the reason is said."""
    if own is None:
        say("Pulumi CLI: none on PATH")
        return None
    quiet = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    asked = subprocess.run([own, "version"], capture_output=True, text=True, check=False, env=quiet)
    version = asked.stdout.strip() or "no version"
    if asked.returncode or version_of(version) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        say(f"Pulumi CLI: {own} is {version}, petaplan needs {oldest} or newer: left alone")
        return None
    beside = os.pathsep.join([str(own.parent), str(own.resolve().parent), os.environ.get("PATH", os.defpath)])
    if shutil.which("pulumi-language-python", path=beside) is None:
        say(f"Pulumi CLI: {own} comes without pulumi-language-python: left alone")
        return None
    say(f"Pulumi CLI: {own}, {version}")
    return Engine(pulumi=own, version=version, origin="PATH", key=key)


def _from_installer(checkout: Checkout, key: str) -> Engine | None:
    """The official CLI in .tools, or nothing, and then the reason is said."""
    version, root = pinned_version(checkout), checkout.tools / "official"
    say(f"Pulumi CLI: trying the official installer for {version} (about 1 min)")
    try:
        done = subprocess.run(
            [checkout.python, "-c", INSTALL, root, version],
            capture_output=True,
            text=True,
            check=False,
            timeout=INSTALL_LIMIT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        say(f"      not finished within {INSTALL_LIMIT_SECONDS} s")
        return None
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it gave no reason"]
        say(f"      not available here: {said[-1]}")
        return None
    say("      installed in .tools")
    return Engine(pulumi=checkout.tools / "bin" / "pulumi", version=f"v{version}", origin="installer", key=key)


def _from_go_modules(checkout: Checkout, key: str) -> Engine:
    """CLI and Python language host from the modules whose hashes tools/ holds."""
    go = _go()
    version = pinned_version(checkout)
    say(f"Pulumi CLI: building v{version} from pinned Go modules: about 6 min once, 4 GB of Go caches")
    seconds = _go_install(checkout, go, "python-host")
    flags = f"-s -w -X {SDK}/go/common/version.Version=v{version}"
    seconds += _go_install(checkout, go, ".", "-tags=osusergo,grpcnotrace", f"-ldflags={flags}")
    _copy_executor(checkout, go)
    say(f"      done in {clock(seconds)}")
    return Engine(pulumi=checkout.tools / "bin" / "pulumi", version=f"v{version}", origin="built", key=key)


def _go() -> str:
    """A Go that is new enough."""
    go = shutil.which("go")
    if go is None:
        raise NotReady(f"The Pulumi CLI has to be built, and there is no Go on PATH: {GET_GO}")
    said = subprocess.run([go, "version"], capture_output=True, text=True, check=False).stdout.strip()
    if version_of(said) < OLDEST_GO:
        raise NotReady(f"The Pulumi CLI has to be built, and {go} is too old ({said}): {GET_GO}")
    return go


def _go_environment(checkout: Checkout) -> Mapping[str, str]:
    """No C compiler, no settings of the user's that bend the build, and the binaries in the checkout."""
    ours = {"GOBIN": str(checkout.tools / "bin"), "GOWORK": "off", "GOFLAGS": "", "CGO_ENABLED": "0"}
    return {**os.environ, **ours}


def _go_install(checkout: Checkout, go: str, folder: str, *options: str) -> float:
    return run(
        Step(
            command=[go, "install", "-v", "-trimpath", *options, "tool"],
            cwd=checkout.root / "tools" / folder,
            env=_go_environment(checkout),
            log=checkout.tools / "log" / f"go-{'cli' if folder == '.' else folder}.txt",
            offline="the Go modules of the Pulumi CLI could not be fetched; connect this machine, set "
            "GOPROXY to a mirror that it can reach, or install the Pulumi CLI; then run make again",
            failed="Go could not build the Pulumi CLI: correct what it reports, or install the Pulumi CLI; "
            "then run make again",
            progress=built_so_far,
        )
    )


def built_so_far(log: str) -> str:
    r"""What `go install -v` has done, by its log.

    >>> built_so_far("go: downloading example.com/a v1.0.0\nexample.com/a\nexample.com/b\n")
    '1 module fetched, 2 packages compiled'
    """
    lines = [line for line in log.splitlines() if line.strip()]
    fetched = sum(line.startswith("go: downloading ") for line in lines)
    compiled = sum(" " not in line for line in lines)
    return f"{fetched:,} module{'s' * (fetched != 1)} fetched, {compiled:,} package{'s' * (compiled != 1)} compiled"


def _copy_executor(checkout: Checkout, go: str) -> None:
    """The Python side of the language host stands beside it: it comes with the engine's own SDK module."""
    listed = subprocess.run(
        [go, "list", "-m", "-f", "{{.Dir}}", SDK],
        cwd=checkout.root / "tools",
        env=_go_environment(checkout),
        capture_output=True,
        text=True,
        check=False,
    )
    source = Path(listed.stdout.strip()) / "python" / "cmd" / "pulumi-language-python-exec"
    if not source.is_file():
        raise NotReady("The Go module cache lacks the Pulumi SDK: run `go clean -modcache` and make again")
    target = checkout.tools / "bin" / source.name
    target.unlink(missing_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o755)
