"""Signatures of evidence files: minisign's format, Ed25519, in a file beside each evidence file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from petaplan.capacity.errors import EvidenceError, Problem
from petaplan.input_files import read_bounded

if TYPE_CHECKING:  # minisign is loaded where something is signed or verified
    from minisign import PublicKey, Signature

SUFFIX = ".minisig"
COMMENT = "untrusted comment:"
MOST_BYTES = 2**20
"""Of a file of keys or a signature."""


class UnsignedError(Exception):
    """Why a file does not count as signed."""


@dataclass(frozen=True, slots=True)
class TrustedKeys:
    """Public keys whose signatures count."""

    file: str
    keys: "Mapping[str, PublicKey]"
    """By id, as minisign prints it."""

    @property
    def identity(self) -> str:
        """The keys themselves, in an order of their own."""
        return " ".join(sorted(key.to_base64().decode() for key in self.keys.values()))

    def signer(self, path: Path, raw: bytes) -> str:
        """The id of the key that signed a file's bytes.

        Raises:
            UnsignedError: when nothing that is trusted did, with the reason.
        """
        signature = _signature(path)
        name = signature_key(signature)
        key = self.keys.get(name)
        if key is None:
            raise UnsignedError(f"signed by the key {name}, which {self.file} does not have")
        from minisign import VerifyError

        try:
            key.verify(raw, signature)
        except VerifyError:
            raise UnsignedError(
                f"its signature by the key {name} does not fit: the file or the signature was changed"
            ) from None
        return name


def signature_file(path: Path) -> Path:
    """Where the signature of a file stands, as minisign names it."""
    return path.with_name(path.name + SUFFIX)


def _signature(path: Path) -> "Signature":
    from minisign import ParseError, Signature

    place = signature_file(path)
    try:
        return Signature.from_bytes(read_bounded(place, MOST_BYTES))
    except FileNotFoundError:
        raise UnsignedError(f"not signed: there is no {place.name} beside it") from None
    except OSError as error:
        raise UnsignedError(f"not signed: {place.name} cannot be read ({error.strerror})") from None
    except (ParseError, ValueError) as error:
        raise UnsignedError(f"not signed: {place.name} is no signature of minisign ({error})") from None


def signature_key(signature: "Signature") -> str:
    """The id of the key that a signature says it is of."""
    import base64

    line = bytes(signature).splitlines()[1]
    return base64.b64decode(line)[2:10][::-1].hex().upper()


def key_id(key: "PublicKey") -> str:
    """The id of a public key, as minisign prints it: eight bytes, the last one first."""
    import base64

    return base64.b64decode(key.to_base64())[2:10][::-1].hex().upper()


def read_trusted_keys(path: Path | str) -> TrustedKeys:
    """The keys in a file: one or more public keys of minisign, with or without their comments.

    Raises:
        EvidenceError: with every line that is no key, and when there is none.
    """
    try:
        lines = read_bounded(path, MOST_BYTES).decode("utf-8").splitlines()
    except OSError as error:
        raise _refused(f"{path}", error.strerror or str(error)) from None
    except UnicodeDecodeError:
        raise _refused(f"{path}", "no text") from None
    keys, problems = dict[str, "PublicKey"](), list[Problem]()
    for place, line in _key_lines(lines):
        from minisign import ParseError, PublicKey

        try:
            key = PublicKey.from_base64(line)
            _check(key)
        except (ParseError, ValueError) as error:
            problems += _refused(f"{path}:{place}", f"no public key of minisign ({error})").problems
        else:
            keys[key_id(key)] = key
    if problems:
        raise EvidenceError(problems)
    if not keys:
        raise _refused(f"{path}", "no key")
    return TrustedKeys(str(path), keys)


def _check(key: "PublicKey") -> None:
    """A key is 32 bytes of a point; a sum of bytes alone is none."""
    import base64

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    Ed25519PublicKey.from_public_bytes(base64.b64decode(key.to_base64())[10:])


def _key_lines(lines: list[str]) -> Iterator[tuple[int, str]]:
    for place, line in enumerate(lines, 1):
        text = line.strip()
        if text and not text.startswith((COMMENT, "#")):
            yield place, text


def _refused(where: str, found: str) -> EvidenceError:
    expected = "public keys of minisign, each on a line"
    advice = "give the file that `petaplan-bench keygen` or `minisign -G` wrote (KEY.pub)"
    return EvidenceError([Problem(where=where, found=found, expected=expected, advice=advice)])
