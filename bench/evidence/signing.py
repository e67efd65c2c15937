"""Keys and signatures of evidence files in minisign's format: Ed25519 over the bytes, in a file beside them."""

import base64
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from petaplan.bench.errors import InputError
from petaplan.bench.evidence import evidence_file, reported
from petaplan.input_files import read_bounded

if TYPE_CHECKING:  # minisign is loaded where something is signed
    from minisign import PublicKey, SecretKey

SUFFIX = ".minisig"
_OTHERS = 0o077
"""Permissions of everybody but the owner."""
_MOST_BYTES = 2**20


def make_key(place: Path, password: str) -> str:
    """Write a new private key, for its owner alone, and the public key beside it; the id of the key.

    Raises:
        InputError: when one of both files is there already, or can't be written.
    """
    from minisign import KeyPair

    public = place.with_name(f"{place.name}.pub")
    if (taken := next((file for file in (place, public) if file.exists()), None)) is not None:
        raise InputError(f"{taken}: is there already; expected a place for a new key: name another, or move it away")
    pair = KeyPair.generate()
    with pair.secret_key as secret:
        key = pair.public_key
        name = key_id(key)
        secret.untrusted_comment = f"petaplan-bench secret key {name}"
        if password:
            secret.encrypt(password)
        _write_new(place, bytes(secret) + b"\n", 0o600)
    key.untrusted_comment = f"minisign public key {name}"
    _write_new(public, bytes(key) + b"\n", 0o644)
    return name


def _write_new(place: Path, content: bytes, mode: int) -> None:
    try:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    except OSError as error:
        raise InputError(f"{place}: cannot be written: {error.strerror}") from None
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, mode)
        file.write(content)
        file.flush()
        os.fsync(handle)


def read_key(place: Path) -> "SecretKey":
    """A private key, which may still be locked by its password.

    Raises:
        InputError: when it is none, or others than its owner may read it.
    """
    from minisign import ParseError, SecretKey

    try:
        mode = place.stat().st_mode
        raw = read_bounded(place, _MOST_BYTES)
    except OSError as error:
        raise InputError(f"{place}: cannot be read: {error.strerror}") from None
    if mode & _OTHERS:
        found = f"{place}: others than its owner may read it (mode {mode & 0o777:04o})"
        raise InputError(f"{found}; expected 0600: run `chmod 600 {place}`, or make a new key if others had access")
    try:
        return SecretKey.from_bytes(raw)
    except (ParseError, ValueError) as error:
        raise InputError(f"{place}: is no private key of minisign ({error})") from None


def unlock(key: "SecretKey", password: str) -> None:
    """Open a private key with its password.

    Raises:
        InputError: when the password is wrong.
    """
    from minisign import Error

    try:
        key.decrypt(password)
    except Error as error:
        raise InputError(f"the key: {error}") from None


def sign(path: Path, key: "SecretKey") -> Path:
    """Write the signature of a sound file of evidence, or of reported rates, beside it.

    Raises:
        InputError: when the file is no sound evidence.
    """
    raw = evidence_file.bytes_of(path)
    reported.parse(raw, str(path)) if reported.is_reported(raw) else evidence_file.parse(raw, str(path))
    comment = f"timestamp:{int(time.time())}\tfile:{_plain(path.name)}\thashed"
    place = path.with_name(path.name + SUFFIX)
    evidence_file.write_atomically(place, bytes(key.sign(raw, trusted_comment=comment)) + b"\n")
    return place


def _plain(name: str) -> str:
    """A file name in printable ASCII, as the format asks for."""
    return "".join(letter if " " <= letter < "\x7f" else "?" for letter in name)


def key_id(key: "PublicKey") -> str:
    """The id of a public key, as minisign prints it: eight bytes, the last one first."""
    return base64.b64decode(key.to_base64())[2:10][::-1].hex().upper()
